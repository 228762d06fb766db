"""Everything about a batch of cells in one zip: records, tables, figures with their data, methods, README."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from interlayer.export.archive import write_zip
from interlayer.export.cell_sheet import cell_columns, cell_rows, csv_text
from interlayer.export.methods import methods_paragraph
from interlayer.export.readme import NAME, readme_text
from interlayer.export.supporting_table import supporting_csv, supporting_page
from interlayer.export.without_folders import without_folders
from interlayer.lab.cell_result import CellResult
from interlayer.lab.groups import all_groups
from interlayer.record.file_names import file_stem
from interlayer.report import lab_files
from interlayer.report.atomic import write_bytes, write_text
from interlayer.report.csv_export import write_csv
from interlayer.report.figure import Figure
from interlayer.report.lab_page import lab_page
from interlayer.report.matplotlib_backend import render

FORMATS: Final = ("svg", "pdf")
"""Of the figures; their data stand beside them as CSV."""
Progress = Callable[[float], None]


def write_bundle(found: Sequence[CellResult], path: Path, *, progress: Progress | None = None) -> Path:
    """Write the zip of analysed cells.

    The same cells give the same bytes. Folders, users, hosts, addresses and serial numbers of the instrument files
    are left out. It appears complete or not at all.

    Parameters
    ----------
    found : sequence of CellResult
    path : Path
    progress : callable, optional
        Called now and then with the fraction done.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    public = [without_folders(one) for one in found]
    groups = all_groups(public)
    tell: Progress = progress or (lambda _: None)
    with tempfile.TemporaryDirectory(prefix="interlayer-") as name:
        folder = Path(name)
        lab_files.write(public, groups, folder)
        write_text(folder / "cells.csv", _cells(public))
        methods = methods_paragraph(public)
        write_text(folder / "methods.txt", methods)
        write_text(folder / "supporting-table.csv", supporting_csv(public))
        write_text(folder / "supporting-table.html", supporting_page(public, methods))
        tell(0.2)
        _, figures = lab_page(public, groups)
        kept = [figure for figure in figures if not _is_empty(figure)]
        for number, figure in enumerate(kept):
            for form, data in render(figure, FORMATS).items():
                write_bytes(folder / "figures" / f"{figure.id}.{form}", data)
            write_csv(figure, folder / "figures" / f"{figure.id}.csv")
            tell(0.2 + 0.7 * (number + 1) / len(kept))
        write_text(folder / NAME, readme_text(public, folder))
        return write_zip(folder, path)


def _cells(found: Sequence[CellResult]) -> str:
    """The table of cells with the bundle's own records as files, so that `--cells` reads it."""
    taken: set[str] = set()
    files = {
        one.cell.row.label: f"records/{file_stem(one.cell.row.label, taken)}.parquet"
        for one in found
        if one.cell.record is not None
    }
    return csv_text(cell_rows(found, files), cell_columns([one.cell.row for one in found]))


def _is_empty(figure: Figure) -> bool:
    return all(panel.is_empty for panel in figure.panels)
