"""`interlayer collect`: a laboratory's folder in, a table of its cells out, to be filled in by a person."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from interlayer.cli import options
from interlayer.cli.console import facts, say
from interlayer.cli.guard import guarded
from interlayer.cli.inputs import path_of
from interlayer.cli.progress import progress
from interlayer.errors import InputError

ENDINGS = (".csv", ".xlsx")


def collect(
    folders: Annotated[list[str], typer.Argument(metavar="FOLDER...", help="Where the measurements lie.")],
    out: Annotated[
        str,
        typer.Option(
            "-o",
            "--out",
            metavar="cells.csv",
            help="The table, .csv or .xlsx; one that is there is brought up to date.",
        ),
    ] = "",
    delimiter: Annotated[
        str | None,
        typer.Option(
            "--delimiter",
            metavar="comma|semicolon|tab",
            help="Of a CSV; German Excel opens semicolons. Left out: as the table has it, else comma.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Make a new table where a file stands that is none; it is kept as .bak."
        ),
    ] = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """List the cells in a folder, one row a cell, for a person to fill in; run again, it keeps what was typed."""
    with guarded(debug):
        from interlayer.cli import tables
        from interlayer.lab import collect as work
        from interlayer.lab.reading import FileReader
        from interlayer.lab.sheet import need_workbooks
        from interlayer.readers.options import DELIMITERS

        if not out:
            raise InputError("no name for the table", where="-o", advice="write -o cells.csv")
        table = path_of(out)
        if not table.suffix:
            table = table.with_name(table.name + ENDINGS[0])
        if table.suffix.lower() not in ENDINGS:
            raise InputError(
                f"'{table.name}' does not end in .csv or .xlsx",
                advice=f"write -o {table.with_suffix('.csv').name}",
            )
        if table.suffix.lower() == ".xlsx":
            need_workbooks()
        if delimiter is not None and delimiter.lower() not in DELIMITERS:
            raise InputError(
                f"'{delimiter}' is no delimiter", where="--delimiter", advice="comma, semicolon or tab"
            )
        mark = None if delimiter is None else DELIMITERS[delimiter.lower()]
        reader = FileReader()
        with progress("reading") as report:
            found = work.collect(
                [path_of(f) for f in folders],
                table,
                reader=reader,
                report=report,
                delimiter=mark,
                force=force,
            )
        if not found.cells and not found.not_read:
            raise InputError(
                "no measurement found", where=", ".join(folders), advice="give the folder of the files"
            )
        changed = work.write(table, found.sheet)
        if as_json:
            sys.stdout.write(tables.as_json([_item(cell) for cell in found.cells], ascii_only=True))
        else:
            facts(_summary(found, len(reader.fresh)))
        say(f"wrote {table}" if changed else f"{table} is up to date")
        if (fault := work.check(table, found.sheet)) is not None:
            say(f"to be corrected in the table before it is used: {fault}")


def _summary(found: Any, fresh: int) -> dict[str, str]:
    cells = found.cells
    hours = sum(c.hours_under_test or 0.0 for c in cells)
    files = sum(len(c.joins) for c in cells)
    shown = {
        "cells": f"{len(cells)}, {len(found.new)} of them new; {sum(bool(c.running) for c in cells)} running",
        "files": f"{files}, {fresh} read now; {sum(not j.counted for c in cells for j in c.joins)} hold the same data "
        f"as another; {sum(j.start_s is None for c in cells for j in c.joins)} without a place",
        "hours": f"{hours:.4g} under test",
    }
    if found.gone:
        shown["gone"] = "\n".join(found.gone)
    if found.not_read:
        shown["cannot be read"] = "\n".join(f"{name}: {why}" for name, why in found.not_read.items())
    if found.others:
        shown["passed over"] = f"{found.others} documents, pictures, programs or settings"
    return shown


def _item(cell: Any) -> dict[str, Any]:
    return {
        "label": cell.row.label,
        "files": list(cell.row.files),
        "hours_under_test": cell.hours_under_test,
        "hours_wall": cell.hours_wall,
        "running": cell.running,
        "joins": [
            {
                "file": j.file,
                "start_s": j.start_s,
                "gap_s": j.gap_s,
                "how": j.how,
                "detail": j.detail,
                "counted": j.counted,
            }
            for j in cell.joins
        ],
    }
