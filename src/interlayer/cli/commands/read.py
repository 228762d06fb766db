"""`interlayer read`: instrument files in, records out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from interlayer.cli import options
from interlayer.cli.console import fail, say
from interlayer.cli.guard import guarded
from interlayer.cli.inputs import path_of, shown_names
from interlayer.cli.progress import progress
from interlayer.errors import InputError, InterlayerError, OutputError


def read(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Instrument files, or folders.")],
    out: options.OutRecords = None,
    cell: options.CellFile = None,
    cells: options.CellsTable = None,
    area: options.AreaText = None,
    label: options.LabelText = None,
    columns: options.Columns = None,
    delimiter: options.Delimiter = None,
    decimal: options.Decimal = None,
    imaginary: options.Imaginary = None,
    sheet: options.Sheet = None,
    current: options.GivenCurrent = None,
    dates: options.Dates = None,
    repair: Annotated[
        list[str] | None,
        typer.Option(
            "--repair",
            metavar="NAME",
            help="Repair what a check found; may be given several times: sort-time, drop-duplicates, flip-current, "
            "swap-leads, unwrap-time. Each is recorded.",
            show_default=False,
        ),
    ] = None,
    keep_private: Annotated[
        bool,
        typer.Option("--keep-private", help="Keep folders, users, hosts and serial numbers of the file."),
    ] = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Read instrument files, say what is in them, and store them as records if -o is given."""
    with guarded(debug):
        from interlayer.cli import laboratory, loading, outputs, summary, tables
        from interlayer.record import store
        from interlayer.record.file_names import file_stem
        from interlayer.record.repair import check_names, repaired

        if label is not None and len(files) > 1:
            raise InputError("--label names one cell", advice="leave it out, or read one file at a time")
        repairs = check_names(repair or ())
        if cells is not None or laboratory.has_folder(files):
            said = {"--label": label, "--columns": columns, "--delimiter": delimiter, "--decimal": decimal}
            said |= {"--imaginary": imaginary, "--sheet": sheet, "--current": current, "--dates": dates}
            said |= {"--keep-private": keep_private or None, "--repair": repair or None}
            laboratory.refuse_with_folders(said)
            source = laboratory.Laboratory(files, cell=cell, cells=cells, area=area)
            laboratory.read_cells(source, out, force=force, as_json=as_json)
            return
        one = folder = None
        if out is not None and outputs.is_folder(out, len(files)):
            folder = outputs.folder_to_write(out, force=force)
        elif out is not None:
            one = outputs.file_to_write(out, (".parquet",), force=force)
        table = loading.table_options(columns, delimiter, decimal, imaginary, sheet, current, dates)
        source = loading.Source(cell, area, label, table)
        names = shown_names(files)
        taken: set[str] = set()
        rows: list[dict[str, Any]] = []
        failures: list[InterlayerError] = []
        with progress("reading") as report:
            found = source.records(files, report, failures)
            for number, as_read in found:
                try:
                    record = repaired(as_read, repairs)
                except InputError as error:
                    fail(str(error))
                    failures.append(error)
                    continue
                target = one if folder is None else folder / f"{file_stem(record.label, taken)}.parquet"
                if target is not None:
                    try:
                        _refuse_source(target, files)
                        outputs.refuse_existing(target, force=force)
                        if folder is not None:
                            outputs.mark_folder(folder)
                        store.save(record, target, keep_private=keep_private, overwrite=force)
                    except OutputError as error:
                        fail(str(error))
                        failures.append(error)
                        continue
                    say(f"wrote {target}")
                rows.append(summary.as_row(record, names[number], None if target is None else str(target)))
                if not as_json:
                    summary.show(record, names[number])
        if as_json:
            sys.stdout.write(tables.as_json(rows, ascii_only=True))
        if failures:
            raise typer.Exit(max(error.exit_code for error in failures))


def _refuse_source(target: Path, files: list[str]) -> None:
    """Refuse to write over one of the inputs, whatever --force says."""
    if target.exists() and any(target.samefile(path_of(f)) for f in files if path_of(f).exists()):
        raise OutputError("this is one of the inputs", where=str(target), advice="choose another name")
