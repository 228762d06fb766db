"""`interlayer figure`: one figure of records, ready to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from interlayer.cli import options
from interlayer.cli.console import say
from interlayer.cli.guard import guarded
from interlayer.cli.outputs import file_to_write
from interlayer.cli.progress import progress
from interlayer.errors import InputError, InterlayerError, unknown_name

if TYPE_CHECKING:
    from pathlib import Path

    from interlayer.report.figure import Figure, Width

KINDS: Final = ("voltage", "zoom", "ccd", "rate", "nyquist", "rint", "groups", "retention")
SIZES: Final = ("84mm", "174mm", "slide")
ENDINGS: Final = (".svg", ".pdf", ".png", ".csv")
DPI: Final = 600


def figure(
    kind: Annotated[str, typer.Argument(metavar="|".join(KINDS), help="What to draw.")],
    files: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Instrument files, records, or folders of them.")
    ],
    out: Annotated[
        str,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            help="SVG, PDF, PNG (600 dpi) or CSV of what is drawn.",
            show_default=False,
        ),
    ],
    cell: options.CellFile = None,
    cells: options.CellsTable = None,
    area: options.AreaText = None,
    size: Annotated[
        str,
        typer.Option(
            "--size", metavar="|".join(SIZES), help="One column of a journal, two, or a 16:9 slide."
        ),
    ] = "174mm",
    labels: Annotated[
        bool, typer.Option("--labels", help="Nyquist: write the frequency at each power of ten.")
    ] = False,
    xlim: Annotated[
        str | None,
        typer.Option(
            "--xlim", metavar="LOW,HIGH", help="Ends of the x axis, in its unit.", show_default=False
        ),
    ] = None,
    ylim: Annotated[
        str | None,
        typer.Option(
            "--ylim", metavar="LOW,HIGH", help="Ends of the y axis, in its unit.", show_default=False
        ),
    ] = None,
    stacked: Annotated[
        bool | None,
        typer.Option(
            "--stacked/--overlaid",
            help="Voltage: cells below each other or over each other.",
            show_default=False,
        ),
    ] = None,
    moment: Annotated[
        int, typer.Option("--moment", metavar="N", min=1, help="Zoom: number of the moment of the verdict.")
    ] = 1,
    at: Annotated[
        float | None,
        typer.Option(
            "--at", metavar="HOURS", help="Zoom: another moment than the verdict's.", show_default=False
        ),
    ] = None,
    quantity: Annotated[
        list[str] | None,
        typer.Option(
            "--quantity",
            metavar="NAME",
            help="Groups: a quantity to draw, or part of its name; may be repeated.",
            show_default=False,
        ),
    ] = None,
    force: options.Force = False,
    debug: options.Debug = False,
) -> None:
    """Draw one figure of records or instrument files in its final size, or give its data as CSV."""  # fmt: skip
    with guarded(debug):
        if kind not in KINDS:
            raise InputError(unknown_name("figure", kind, KINDS))
        if size not in SIZES:
            raise InputError(unknown_name("size", size, SIZES), where="--size")
        path = file_to_write(out, ENDINGS, force=force)
        from interlayer.report.limits import limits_of, with_limits

        ends = {
            name: None if text is None else limits_of(text, f"--{name}")
            for name, text in (("xlim", xlim), ("ylim", ylim))
        }
        from interlayer.cli.figure_cells import cells_of

        failures: list[InterlayerError] = []
        with progress("drawing") as tell:
            drawn = cells_of(
                files, cell=cell, cells=cells, area=area, tell=tell, failures=failures, share=0.5
            )
            if failures:
                say("no figure was written")
                raise typer.Exit(max(error.exit_code for error in failures))
            # Loads what draws: faults in the inputs come first.
            from interlayer.report.figure_kinds import FIGURE_KINDS, Wishes

            at_s = None if at is None else 3600.0 * at
            wishes = Wishes(_width(size), labels, stacked, moment, at_s, tuple(quantity or ()))
            made = next(one for one in FIGURE_KINDS if one.name == kind).draw(drawn, wishes)
            made = with_limits(made, ends["xlim"], ends["ylim"])
            if all(panel.is_empty for panel in made.panels):
                reasons = f": {made.caption}" if made.caption else ""
                raise InputError(
                    f"there is nothing to draw, {made.panels[0].empty}{reasons}", where=f"figure {kind}",
                    advice="another kind of figure, or other files",
                )  # fmt: skip
            tell(0.6, "drawing")
            if path.suffix.lower() != ".csv":
                _refuse_crowded(made)
            _write(made, path)
        say(f"wrote {path}")
        if made.caption:
            say(made.caption)


def _width(size: str) -> Width:
    return "84mm" if size == "84mm" else "slide" if size == "slide" else "174mm"


def _refuse_crowded(made: Figure) -> None:
    from interlayer.report.print_layout import is_legible

    if not is_legible(made):
        raise InputError(
            f"{len(made.panels)} panels cannot be read on a slide",
            where="--size slide",
            advice="draw fewer cells at a time, or --size 174mm",
        )


def _write(made: Figure, path: Path) -> None:
    """Write a figure as its ending says, whole or not at all."""
    form = path.suffix[1:].lower()
    if form == "csv":
        from interlayer.report.csv_export import write_csv

        write_csv(made, path)
        return
    from interlayer.report.atomic import write_bytes
    from interlayer.report.matplotlib_backend import render

    write_bytes(path, render(made, (form,), dpi=DPI)[form])
