"""`interlayer wetting`: photographs of drops in; contact angles, tilt and work of adhesion out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interlayer.cli import observing, options
from interlayer.cli.guard import guarded
from interlayer.errors import InputError

if TYPE_CHECKING:
    from interlayer.report.observation_page import Seen


def wetting(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Photographs or video frames of a drop.")
    ],
    out: observing.OutPage = None,
    cell: observing.SampleLabel = None,
    state: observing.State = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="X0,Y0,X1,Y1", help="Part of the image to look at, pixels.", show_default=False),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="X0,Y0,X1,Y1",
            help="Two points of the line on which the drop stands, pixels.",
            show_default=False,
        ),
    ] = None,
    surface_tension: Annotated[
        str | None,
        typer.Option(
            metavar="VALUE",
            help='Of the liquid, such as "0.398 N/m"; gives the work of adhesion.',
            show_default=False,
        ),
    ] = None,
    save: observing.SaveFolder = None,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Measure contact angles in photographs, with a drawing of what was fitted."""
    with guarded(debug):
        from interlayer import measured
        from interlayer.report.html import Picture
        from interlayer.report.observation_page import Seen
        from interlayer.surface.wetting.drawing import drawing
        from interlayer.surface.wetting.look import Said
        from interlayer.surface.wetting.look import look as look_at

        tension = (
            None
            if surface_tension is None
            else measured.read(surface_tension, "N/m", where="--surface-tension")
        )
        if tension is not None and not tension.value > 0:
            raise InputError("a surface tension is greater than zero", where="--surface-tension")
        said = Said(_four(region, "--region"), _four(baseline, "--baseline"), tension)

        def look(path: Path, label: str, state_: str) -> Sequence[Seen]:
            observation, image, drop = look_at(path, label, state_, said)
            picture = Picture(
                "drop",
                drawing(image, drop),
                f"{path.name}: edge (dots), fitted profile, baseline (dashed) and tangents at the contact points.",
                f"A drop with contact angles {drop.left_deg:.1f} and {drop.right_deg:.1f} degrees",
            )
            return [Seen(observation, pictures=(picture,))]

        observing.observe(
            files, look, cell=cell, state=state, out=out, save_to=save, as_json=as_json, force=force, show=show,
            doing="measuring drops",
        )  # fmt: skip


def _four(text: str | None, where: str) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        a, b, c, d = (float(part) for part in text.replace(";", ",").split(","))
    except ValueError:
        raise InputError(
            f"'{text}' is not four numbers", where=where, advice=f"write {where} 120,80,520,400"
        ) from None
    return a, b, c, d
