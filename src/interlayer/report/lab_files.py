"""The analysis of cells as files: tables for spreadsheets and programs, and the joined records."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from interlayer.lab.cell_result import CellResult
from interlayer.lab.groups import GroupRow
from interlayer.plain_json import plain
from interlayer.record import store
from interlayer.record.file_names import file_stem
from interlayer.report.atomic import write_text

METRIC_COLUMNS: Final = (
    *("label", "group", "name", "value", "unit", "uncertainty", "bound", "half_cycle", "cycle", "time_s"),
    "evidence",
)
GROUP_COLUMNS: Final = (
    *("group", "quantity", "unit", "n", "censored", "median", "mean", "sd", "low", "high", "text"),
)


def write(found: Sequence[CellResult], groups: Sequence[GroupRow], folder: Path) -> None:
    """Write `results.json`, `metrics.csv`, `groups.csv` and `records/<label>.parquet` into a folder.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    items = [plain(one.as_dict()) for one in found]
    write_text(
        folder / "results.json", json.dumps(items, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    )
    rows = [
        {"label": one.cell.row.label, "group": one.cell.row.group, **metric.as_dict()}
        for one in found
        for metric in one.metrics
    ]
    write_text(folder / "metrics.csv", _csv(rows, METRIC_COLUMNS))
    write_text(folder / "groups.csv", _csv([row.as_dict() for row in groups], GROUP_COLUMNS))
    taken: set[str] = set()
    for one in found:
        if one.cell.record is not None:
            name = file_stem(one.cell.row.label, taken)
            store.save(one.cell.record, folder / "records" / f"{name}.parquet", overwrite=True)


def _csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        values = plain(row)
        writer.writerow(["; ".join(v) if isinstance(v, list) else v for v in map(values.get, columns)])
    return buffer.getvalue()
