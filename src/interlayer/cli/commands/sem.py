"""`interlayer sem`: images of cross-sections in; thickness, pores, cracks and the order of elements out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interlayer.cli import options
from interlayer.cli.guard import guarded
from interlayer.cli.observing import OutPage, SampleLabel, SaveFolder, State, observe

if TYPE_CHECKING:
    from interlayer.report.observation_page import Seen


def sem(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Images of cross-sections (.tif, .png, .jpg, .bmp), or EDS tables (.csv, .tsv, .txt).",
        ),
    ],
    pixel: Annotated[
        str | None,
        typer.Option(metavar="LENGTH", help='Length of a pixel, such as "12.3 nm".', show_default=False),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            metavar="LENGTH=PIXELS", help='A length and its pixels, "10 um=213".', show_default=False
        ),
    ] = None,
    bar: Annotated[
        str | None,
        typer.Option(
            metavar="LENGTH",
            help="What the scale bar drawn in the image says; its pixels are measured.",
            show_default=False,
        ),
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(
            metavar="WHICH",
            help="The layer: bright, dark, or its number counted from the top. Left out: the only band between two.",
            show_default=False,
        ),
    ] = None,
    between: Annotated[
        str | None,
        typer.Option(
            metavar="Y0,Y1",
            help="Rows near the layer's boundaries, in the middle column.",
            show_default=False,
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="X0,Y0,X1,Y1", help="Part of the image to look at, pixels.", show_default=False),
    ] = None,
    along: Annotated[
        str, typer.Option(metavar="AXIS", help="How the layer runs: x (across), y (upright).")
    ] = "x",
    keep_bottom: Annotated[
        bool, typer.Option("--keep-bottom", help="Cut nothing off at the bottom: there is no data bar.")
    ] = False,
    eds: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Line scan (table) or map of an element (image or table) of the same place; may be repeated.",
            show_default=False,
        ),
    ] = None,
    cell: SampleLabel = None,
    state: State = None,
    out: OutPage = None,
    save_to: SaveFolder = None,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Measure a layer in cross-section: thickness along it, roughness, gaps, pores, cracks, elements across it."""
    with guarded(debug):
        from interlayer.cli.inputs import path_of
        from interlayer.errors import InputError
        from interlayer.surface.sem.choices import Choices, numbers

        if along not in ("x", "y"):
            raise InputError(f"'{along}' is no axis", where="--along", advice="x (across) or y (upright)")
        if eds and len(files) > 1:
            raise InputError("--eds belongs to one image", where="--eds", advice="give one image at a time")
        rows = None if between is None else numbers(between, 2, "--between", "120,240")
        corners = None if region is None else numbers(region, 4, "--region", "0,100,640,400")
        choices = Choices(
            pixel,
            scale,
            bar,
            layer,
            None if rows is None else (rows[0], rows[1]),
            None if corners is None else (int(corners[0]), int(corners[1]), int(corners[2]), int(corners[3])),
            along == "y",
            keep_bottom,
            tuple(path_of(text) for text in eds or []),
        )

        def one(path: Path, label: str, when: str) -> list[Seen]:
            if path.suffix.lower() in (".csv", ".tsv", ".txt"):
                from interlayer.surface.sem.eds.look import look_at_table

                return [look_at_table(path, label, when)]
            from interlayer.surface.sem.look import look

            return [look(path, label, when, choices)]

        observe(
            files,
            one,
            cell=cell,
            state=state,
            out=out,
            save_to=save_to,
            as_json=as_json,
            force=force,
            show=show,
            doing="measuring layers",
        )
