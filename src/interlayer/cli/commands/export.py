"""`interlayer export`: cells for other programs, or everything about them in one zip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from interlayer.cli import options
from interlayer.cli.console import fail, say
from interlayer.cli.guard import guarded
from interlayer.cli.progress import progress
from interlayer.errors import InputError, InterlayerError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from interlayer.lab.lab_cell import LabCell

FORMS: Final = ("bdf", "csv", "xlsx", "zip")
ENDINGS: Final[dict[str, tuple[str, ...]]] = {"bdf": (".csv", ".bdf", ".parquet"), "csv": (".csv",)}
"""Forms of one file a record, and what its name may end in; further ones are one file for all."""


def export(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Instrument files, records, or folders of them.")
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="|".join(FORMS),
            help="Battery Data Format, CSV, a workbook, or a zip of records, tables, figures, methods and README.",
            show_default=False,
        ),
    ],
    out: Annotated[
        str,
        typer.Option(
            "-o",
            "--out",
            metavar="OUT",
            help="File; for several records as bdf or csv a folder, with names from their labels.",
            show_default=False,
        ),
    ],
    cell: options.CellFile = None,
    cells: options.CellsTable = None,
    area: options.AreaText = None,
    force: options.Force = False,
    debug: options.Debug = False,
) -> None:
    """Hand cells on: tables for other programs, a workbook, or one zip for a supporting information."""
    with guarded(debug):
        if to not in FORMS:
            raise InputError(unknown_name("form", to, FORMS), where="--to")
        from interlayer.cli import outputs
        from interlayer.cli.laboratory import Laboratory
        from interlayer.export.cell_sheet import labels_apart

        whole = None if to in ENDINGS else outputs.file_to_write(out, (f".{to}",), force=force)
        if to == "xlsx":
            from interlayer.export.workbook import need_extra

            need_extra()
        source = Laboratory(paths, cell=cell, cells=cells, area=area)
        found: list[LabCell] = []
        failures: list[InterlayerError] = []
        with progress("exporting") as tell:
            for one in source.cells(tell, share=0.4):
                for problem in one.failures:
                    fail(str(problem))
                    failures.append(problem)
                if one.record is not None:
                    found.append(one)
            for problem in source.left_out:
                say(f"left out: {problem}")
            if failures or not found:
                say("nothing was written")
                raise typer.Exit(max((error.exit_code for error in failures), default=2))
            found = labels_apart(found)
            if whole is None:
                written = _each(found, to, out, force=force)
            else:
                written = [_all(found, to, whole, lambda done: tell(0.4 + 0.6 * done, "drawing"))]
        for path in written:
            say(f"wrote {path}")


def _each(found: list[LabCell], to: str, out: str, *, force: bool) -> list[Path]:
    """Write one file a record, all of whose names are free before the first is written."""
    from interlayer.cli import outputs
    from interlayer.record.file_names import file_stem

    endings = ENDINGS[to]
    first = ".bdf.csv" if to == "bdf" else endings[0]
    if outputs.is_folder(out, len(found)):
        folder = outputs.folder_to_write(out, force=force)
        taken: set[str] = set()
        targets = [folder / f"{file_stem(one.row.label, taken)}{first}" for one in found]
        for target in targets:
            outputs.refuse_existing(target, force=force)
        outputs.mark_folder(folder)
    else:
        targets = [outputs.file_to_write(out, endings, force=force)]
    for one, target in zip(found, targets, strict=True):
        if one.record is None:
            continue
        if to == "bdf":
            from interlayer.record.bdf import write_bdf

            write_bdf(one.record, target, overwrite=True)
        else:
            from interlayer.export.record_csv import write_record_csv

            write_record_csv(one.record, target)
    return targets


def _all(found: list[LabCell], to: str, path: Path, tell: Callable[[float], None]) -> Path:
    """Write one file for all cells."""
    from interlayer.export.without_folders import without_folders
    from interlayer.lab.cell_result import CellResult, analyse_cell

    results: list[CellResult] = []
    for number, one in enumerate(found):
        results.append(without_folders(analyse_cell(one)))
        tell(0.3 * (number + 1) / len(found))
    if to == "zip":
        from interlayer.export.bundle import write_bundle

        return write_bundle(results, path, progress=lambda done: tell(0.3 + 0.7 * done))
    from interlayer.export.workbook import workbook_bytes
    from interlayer.report.atomic import write_bytes

    return write_bytes(path, workbook_bytes(results))
