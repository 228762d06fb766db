"""`interlayer compare`: published interlayers and own cells on the same axes."""

from __future__ import annotations

import sys
import webbrowser
from typing import Annotated, Any

import typer

from interlayer.cli import options
from interlayer.cli.console import fail, say
from interlayer.cli.guard import guarded
from interlayer.cli.progress import progress
from interlayer.errors import InterlayerError


def compare(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH...]", help="Own cells: files, records or folders.", show_default=False),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--out",
            metavar="report.html",
            help="Write a page with figures; their data go into a folder beside it.",
            show_default=False,
        ),
    ] = None,
    cell: options.CellFile = None,
    cells: options.CellsTable = None,
    area: options.AreaText = None,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table", metavar="FILE.csv", help="Further published rows, once a file.", show_default=False
        ),
    ] = None,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Put own cells beside published interlayers: life, critical current, resistance."""
    with guarded(debug):
        from interlayer.cli import laboratory, outputs, tables
        from interlayer.cli.inputs import path_of
        from interlayer.lab.cell_result import analyse_cell
        from interlayer.lab.own_cell import own_cell
        from interlayer.published import interlayers
        from interlayer.published.interlayers.views import OwnCell, views

        page = folder = None
        if out is not None:
            page = outputs.file_to_write(out, (".html", ".htm"), force=force)
            folder = outputs.folder_to_write(str(page.with_name(f"{page.stem}-figures")), force=force)
        rows = interlayers.load(*(path_of(one) for one in table or []))
        own: list[OwnCell] = []
        failures: list[InterlayerError] = []
        if paths:
            source = laboratory.Laboratory(paths, cell=cell, cells=cells, area=area)
            with progress("reading own cells") as tell:
                for one in source.cells(tell, share=1.0):
                    for problem in one.failures:
                        fail(str(problem))
                        failures.append(problem)
                    if one.record is not None and not one.row.excluded:
                        own.append(own_cell(analyse_cell(one)))
        found = views(rows, own)
        if page is not None and folder is not None:
            from interlayer.reporting import write_field_report

            outputs.mark_folder(folder)
            write_field_report(found, rows, page, folder)
        if as_json:
            items: list[dict[str, Any]] = []
            for view in found:
                for kind, points in (("published", view.published), ("own", view.own)):
                    items += [{"view": view.id, "kind": kind, **vars(point)} for point in points]
                items += [
                    {"view": view.id, "kind": "not drawn", "id": row, "name": name, "reason": why}
                    for row, name, why in view.left_out
                ]
            sys.stdout.write(tables.as_json(items, ascii_only=True))
        else:
            for view in found:
                if view.published or view.own:
                    heads = ("what", " / ".join(view.x), " / ".join(view.y), "source")
                    lines = [
                        _line(p.name, p.x, p.y, p.y_bound, p.source) for p in (*view.own, *view.published)
                    ]
                    tables.show(heads, lines, numeric=heads[1:3], title=view.title)
                    if view.left_out:
                        say(f"{len(view.left_out)} rows cannot stand there; the page and --json say why")
        if page is not None:
            say(f"wrote {page} and {folder}")
        if failures:
            raise typer.Exit(max(error.exit_code for error in failures))
        if page is not None and show:
            webbrowser.open(page.resolve().as_uri())


def _line(name: str, x: float, y: float, bound: str | None, source: str) -> list[str]:
    return [name, f"{x:.4g}", f"{bound} {y:.4g}" if bound else f"{y:.4g}", source]
