"""Cells and their metrics as rows for spreadsheets: the table of cells as `--cells` reads it, and every number."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from interlayer.failures.overrule import OVERRULE
from interlayer.lab.cell_result import CellResult
from interlayer.lab.cells_table import CellRow
from interlayer.lab.lab_cell import LabCell
from interlayer.plain_json import plain

BETWEEN_FILES: Final = "; "


def cell_columns(rows: Sequence[CellRow]) -> list[str]:
    """Return the headings of the table of cells: those always there, and what any row has besides."""
    values = dict.fromkeys(key for row in rows for key in row.values)
    overrules = [f"overrule_{name}" for name in OVERRULE if any(name in row.overrule for row in rows)]
    exclude = ["exclude", "exclude_reason", "exclude_by", "exclude_on"]
    return ["label", "group", *values, *exclude, *overrules, "hours", "files"]


def cell_rows(found: Sequence[CellResult], files: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return one row a cell.

    Parameters
    ----------
    found : sequence of CellResult
    files : mapping of label to text, optional
        What stands in 'files'; default: the names of the cell's files, without folders.
    """
    rows: list[dict[str, Any]] = []
    for one in found:
        row = one.cell.row
        named = BETWEEN_FILES.join(base(name) for name in row.files)
        rows.append(
            {
                "label": row.label,
                "group": row.group,
                **row.values,
                "exclude": "yes" if row.excluded else "",
                "exclude_reason": row.excluded,
                "exclude_by": row.excluded_by,
                "exclude_on": row.excluded_on,
                **{f"overrule_{name}": value for name, value in row.overrule.items()},
                "hours": one.cell.hours_under_test,
                "files": (files or {}).get(row.label, named),
            }
        )
    return rows


def metric_rows(found: Sequence[CellResult]) -> list[dict[str, Any]]:
    """Return one row a metric of each cell; columns as `interlayer.report.lab_files.METRIC_COLUMNS`."""
    return [
        {"label": one.cell.row.label, "group": one.cell.row.group, **metric.as_dict()}
        for one in found
        for metric in one.metrics
    ]


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV: a line of names, nothing where there is none, lists joined by '; '."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        values = plain(row)
        writer.writerow([cell_value(values.get(name)) for name in columns])
    return buffer.getvalue()


def cell_value(value: Any) -> Any:
    """Return a value as one cell of a spreadsheet holds it."""
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    return "" if value is None else value


def labels_apart(cells: Sequence[LabCell]) -> list[LabCell]:
    """Return the cells with labels that differ, numbered where two are alike."""
    counts: dict[str, int] = {}
    taken = {one.row.label for one in cells}
    found: list[LabCell] = []
    for one in cells:
        counts[one.row.label] = counts.get(one.row.label, 0) + 1
        label, number = one.row.label, counts[one.row.label]
        if number > 1:
            while label in taken:
                label, number = f"{one.row.label} ({number})", number + 1
            taken.add(label)
        found.append(one if label == one.row.label else replace(one, row=replace(one.row, label=label)))
    return found


def base(name: str) -> str:
    """Return a file name without its folders."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]
