"""Cells as one workbook (.xlsx): a sheet of cells, one of metrics, one for each record."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from interlayer.errors import InputError
from interlayer.export.cell_sheet import cell_columns, cell_rows, cell_value, metric_rows
from interlayer.export.record_csv import filled_table
from interlayer.lab.cell_result import CellResult
from interlayer.plain_json import plain
from interlayer.report.lab_files import METRIC_COLUMNS

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its headings."""
_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_LONGEST_TEXT: Final = 32_000
_FIXED: Final = datetime(2000, 1, 1, tzinfo=UTC)


def need_extra() -> Any:
    """Return the library that writes workbooks.

    Raises
    ------
    InputError
        If its extra is missing.
    """
    try:
        return import_module("xlsxwriter")
    except ImportError:
        raise InputError(
            "workbooks (.xlsx) need an extra that is not installed",
            where="export",
            advice='pip install "interlayer[xlsx]", or use --to csv',
        ) from None


def workbook_bytes(found: Sequence[CellResult]) -> bytes:
    """Return the workbook of analysed cells; the same cells give the same bytes.

    Raises
    ------
    InputError
        If the extra that writes workbooks is missing, or a record has more rows than a sheet.
    """
    xlsxwriter = need_extra()
    for one in found:
        record = one.cell.record
        if record is not None and len(record.table) > MOST_ROWS:
            raise InputError(
                f"{len(record.table)} rows, a sheet holds {MOST_ROWS}",
                where=one.cell.row.label,
                advice="use --to csv or --to bdf",
            )
    buffer = io.BytesIO()
    # Texts from files stay texts: neither formulas nor links.
    options = {
        "constant_memory": True,  # rows go to disk as they come: a long record needs no memory of its own
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": _FIXED.replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    taken: set[str] = set()
    columns = cell_columns([x.cell.row for x in found])
    _sheet(book.add_worksheet(_name("cells", taken)), columns, _values(cell_rows(found), columns), bold)
    metrics = _values(metric_rows(found), METRIC_COLUMNS)
    _sheet(book.add_worksheet(_name("metrics", taken)), METRIC_COLUMNS, metrics, bold)
    for one in found:
        if one.cell.record is not None:
            table = filled_table(one.cell.record)
            sheet = book.add_worksheet(_name(one.cell.row.label, taken))
            _sheet(sheet, table.columns, table.iter_rows(buffer_size=4096), bold)
    book.close()
    return buffer.getvalue()


def _values(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        values = plain(row)
        yield tuple(cell_value(values.get(name)) for name in columns)


def _sheet(sheet: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]], bold: Any) -> None:
    """Write a sheet row by row; nothing for null and not-a-number."""
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, bold)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(number, place, value)
            elif isinstance(value, (int, float)):
                if math.isfinite(value):
                    sheet.write_number(number, place, value)
            elif value not in (None, ""):
                sheet.write_string(number, place, str(value)[:_LONGEST_TEXT])


def _name(label: str, taken: set[str]) -> str:
    """Return a name that a sheet may have, different from all before whatever the case of its letters."""
    stem = _FORBIDDEN.sub("-", label).strip("' ")[:_LONGEST_NAME] or "cell"
    if stem.lower() == "history":  # reserved
        stem = "history-"
    name, number = stem, 2
    while name.lower() in taken:
        tail = f" ({number})"
        name, number = stem[: _LONGEST_NAME - len(tail)] + tail, number + 1
    taken.add(name.lower())
    return name
