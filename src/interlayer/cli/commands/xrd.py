"""`interlayer xrd`: powder patterns to phases, foreign lines, lattice parameters and relative density."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interlayer.cli import observing, options
from interlayer.cli.guard import guarded

if TYPE_CHECKING:
    from interlayer.report.observation_page import Seen


def xrd(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Patterns: .xy, .xye, .dat, .csv, .xrdml, Bruker .raw and .brml.",
            show_default=False,
        ),
    ],
    phase: Annotated[
        list[str] | None,
        typer.Option(
            "--phase",
            metavar="NAME|FILE.cif",
            help="A phase to expect, once a phase: a name of the library or a CIF. Left "
            "out: the library is tried.",
            show_default=False,
        ),
    ] = None,
    wavelength: Annotated[
        str | None,
        typer.Option(
            "--wavelength",
            metavar="ANODE|LENGTH",
            help='Cu, Co, Cr, Fe, Mo or Ag for its K-alpha doublet, CuKa1 for one line, or "1.5406 angstrom"; needed '
            "where the file does not say it.",
            show_default=False,
        ),
    ] = None,
    mass: Annotated[
        str | None,
        typer.Option("--mass", metavar="MASS", help='Of the pellet, such as "0.500 g".', show_default=False),
    ] = None,
    diameter: Annotated[
        str | None,
        typer.Option("--diameter", metavar="LENGTH", help='Of the pellet: "14.0 mm".', show_default=False),
    ] = None,
    thickness: Annotated[
        str | None,
        typer.Option(
            "--thickness",
            metavar="LENGTH",
            help='Of the pellet: "1.00 mm", or "1.00 +- 0.02 mm".',
            show_default=False,
        ),
    ] = None,
    cell: observing.SampleLabel = None,
    state: observing.State = None,
    out: observing.OutPage = None,
    save: observing.SaveFolder = None,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Find the phases of powder patterns, foreign ones too, and refine their lattice parameters."""
    with guarded(debug):
        from interlayer.surface.xrd import density, library, radiation
        from interlayer.surface.xrd.observe import Wishes, observe

        wishes = Wishes(
            phases=tuple(library.phase(one) for one in dict.fromkeys(phase or [])),
            radiation=radiation.parse(wavelength) if wavelength else None,
            pellet=density.pellet(mass, diameter, thickness),
        )

        def look(path: Path, label: str, when: str) -> tuple[Seen, ...]:
            return observe(path, label, when, wishes)

        observing.observe(
            files,
            look,
            cell=cell,
            state=state,
            out=out,
            save_to=save,
            as_json=as_json,
            force=force,
            show=show,
            doing="looking at patterns",
        )
