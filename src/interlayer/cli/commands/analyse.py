"""`interlayer analyse`: a folder of instrument files in; what was tested, its numbers, and whether it failed out."""

from __future__ import annotations

import sys
import webbrowser
from typing import Annotated

import typer

from interlayer.cli import options
from interlayer.cli.console import fail, say
from interlayer.cli.guard import guarded
from interlayer.cli.progress import progress
from interlayer.errors import InterlayerError


def analyse(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Instrument files, records, or folders of them.")
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--out",
            metavar="DIR",
            help="Folder for the report, the tables and the records.",
            show_default=False,
        ),
    ] = None,
    cell: options.CellFile = None,
    cells: options.CellsTable = None,
    area: options.AreaText = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="Kind of test in place of the one that is recognised, such as 'rate test'.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Give every value of every metric instead of summing up many.")
    ] = False,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Find out what was tested, compute its numbers, and judge whether and when each cell failed."""
    with guarded(debug):
        from interlayer.cli import analyse_text, laboratory, outputs, tables
        from interlayer.lab.cell_result import CellResult, analyse_cell
        from interlayer.lab.groups import all_groups
        from interlayer.record.kinds import named_kind

        stated = None if kind is None else named_kind(kind)
        folder = None if out is None else outputs.folder_to_write(out, force=force)
        source = laboratory.Laboratory(paths, cell=cell, cells=cells, area=area)
        found: list[CellResult] = []
        failures: list[InterlayerError] = []
        with progress("analysing") as tell:
            for number, one in enumerate(source.cells(tell, share=0.5)):
                for problem in one.failures:
                    fail(str(problem))
                    failures.append(problem)
                tell(0.5 + 0.3 * number / source.count, f"analysing {one.row.label}")
                found.append(analyse_cell(one, stated, every=every))
            groups = all_groups(found)
            if folder is not None and found:
                from interlayer.reporting import write_lab_report

                outputs.mark_folder(folder)
                write_lab_report(
                    found,
                    groups,
                    folder,
                    progress=lambda done: tell(0.8 + 0.2 * done, "drawing"),
                )
        if as_json:
            sys.stdout.write(tables.as_json([one.as_dict() for one in found], ascii_only=True))
        else:
            analyse_text.show(found, groups, source.left_out)
        if folder is not None and found:
            say(f"wrote {folder}")
        if failures:
            raise typer.Exit(max(error.exit_code for error in failures))
        if folder is not None and show:
            webbrowser.open((folder / "report.html").resolve().as_uri())
