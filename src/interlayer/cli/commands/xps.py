"""`interlayer xps`: photoelectron spectra in, what they say of the skin in words and numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interlayer.cli import observing, options
from interlayer.cli.guard import guarded

if TYPE_CHECKING:
    from interlayer.report.observation_page import Seen


def xps(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Spectra: VAMAS, Avantage, PHI, CasaXPS, SPECS, text, workbooks."
        ),
    ],
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line", metavar="LINE", help='Only this line, as "Cu 2p"; repeat for more.', show_default=False
        ),
    ] = None,
    recipe: Annotated[
        list[str] | None,
        typer.Option(
            "--recipe",
            metavar="FILE.toml",
            help="States of a line from this file instead of the shipped recipe; repeat for more.",
            show_default=False,
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference",
            metavar="TEXT",
            help='Charge reference: "C 1s=284.8 eV", "F 1s=685.0 +- 0.1 eV" or "shift=0.3 eV". '
            "Left out: C 1s if measured.",
            show_default=False,
        ),
    ] = None,
    background: Annotated[
        str,
        typer.Option(
            "--background",
            metavar="NAME",
            help="active (in the fit), active-shirley, active-tougaard, active-tougaard-u3, active-linear; or from "
            "the data beforehand: shirley, smart, tougaard, tougaard-u3, linear.",
        ),
    ] = "active",
    photon_energy: Annotated[
        float | None,
        typer.Option(
            "--photon-energy", metavar="EV", help="In eV, where the file does not say it.", show_default=False
        ),
    ] = None,
    axis: Annotated[
        str | None,
        typer.Option(
            "--axis",
            metavar="KIND",
            help="binding or kinetic, where a table does not say it.",
            show_default=False,
        ),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(
            "--unit",
            metavar="UNIT",
            help="counts or counts/s, where the file does not say it.",
            show_default=False,
        ),
    ] = None,
    counting: Annotated[
        float | None,
        typer.Option(
            "--counting",
            metavar="S",
            help="Dwell time times scans in s, behind counts/s.",
            show_default=False,
        ),
    ] = None,
    cell: observing.SampleLabel = None,
    state: observing.State = None,
    out: observing.OutPage = None,
    save_to: observing.SaveFolder = None,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Fit photoelectron spectra: fractions of copper, fluorine, titanium by state, with limits of detection."""
    with guarded(debug):
        from interlayer.cli.inputs import path_of
        from interlayer.surface.xps.backgrounds import known_background
        from interlayer.surface.xps.charge import parse_reference
        from interlayer.surface.xps.recipe import read_recipe

        known_background(background)
        told = parse_reference(reference) if reference else None
        own = [read_recipe(path_of(one)) for one in recipe or []]

        def look(path: Path, label: str, when: str) -> Sequence[Seen]:
            from interlayer.report.observation_page import Seen
            from interlayer.surface.xps.analyse import analyse
            from interlayer.surface.xps.drawing import figures
            from interlayer.surface.xps.readers.read import read_regions

            said = {"photon_energy_eV": photon_energy, "axis": axis, "unit": unit, "counting_s": counting}
            regions = read_regions(path, columns={k: v for k, v in said.items() if v is not None} or None)
            samples = list(dict.fromkeys(region.sample for region in regions))
            seen: list[Seen] = []
            for sample in samples:
                of_sample = [region for region in regions if region.sample == sample]
                name = label if len(samples) == 1 else f"{label}: {sample or 'without a name'}"
                found = analyse(
                    of_sample,
                    label=name,
                    state=when,
                    lines=line or (),
                    own_recipes=own,
                    reference=told,
                    background=background,
                    path=path,
                )
                seen.append(Seen(found.observation, figures(found)))
            return seen

        observing.observe(
            files,
            look,
            cell=cell,
            state=state,
            out=out,
            save_to=save_to,
            as_json=as_json,
            force=force,
            show=show,
            doing="fitting",
        )
