"""Recorded rows of a cycler's workbook: the sheet that holds them, or several where one was too long.

Which sheet it is shows its line of names, not its own name: those differ from version to version and by language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import polars as pl

from interlayer.readers import delimited, record_levels, workbook

Recognises = Callable[[tuple[str, ...]], bool]

_KEYS: Final = {
    "barcode": "barcode",
    "电池条码": "barcode",
    "条码": "barcode",
    "条形码": "barcode",
    "remarks": "comments",
    "remark": "comments",
    "备注": "comments",
    "start time": "started_as_written",
    "开始时间": "started_as_written",
    "启动时间": "started_as_written",
    "step name": "protocol_name",
    "nominal capacity": "nominal_capacity",
    "标称容量": "nominal_capacity",
    "active material": "active_mass",
    "活性物质": "active_mass",
    "p/n": "part_number",
}
_SHORT_SHEET: Final = 200


def collect(sheets: dict[str, pl.DataFrame], recognises: Recognises) -> tuple[bytes, tuple[str, ...]] | None:
    """Return the rows of all sheets that hold records as one text with tabs, and the names of these sheets.

    Parameters
    ----------
    sheets : dict
        By name, every cell as text.
    recognises : callable
        Whether names of columns are those of records.
    """
    names_found: tuple[str, ...] = ()
    parts: list[bytes] = []
    used: list[str] = []
    for name, frame in sheets.items():
        if len(frame) < 2:
            continue
        text = workbook.as_text(frame.head(40))
        levels = record_levels.names_of_levels(text)
        names = levels[-1] if levels else delimited.kinds_in(text)[0]
        bare = tuple(n for n in names if n)
        if not recognises(bare) or (names_found and bare != names_found):
            continue
        whole = workbook.as_text(frame)
        if parts:
            above = len(levels) if levels else delimited.rows_above(whole)
            whole = whole.split(b"\n", above)[-1]
        names_found = bare
        parts.append(whole)
        used.append(name)
    return (b"".join(parts), tuple(used)) if parts else None


def facts(sheets: dict[str, pl.DataFrame]) -> dict[str, Any]:
    """Return what short sheets say of the whole test: barcode, remarks, start, masses."""
    found: dict[str, Any] = {}
    for frame in sheets.values():
        if len(frame) > _SHORT_SHEET:
            continue
        for row in frame.head(40).rows():
            cells = [" ".join(str(cell or "").split()) for cell in row]
            for key, value in pairwise(cells):
                known = _KEYS.get(re.sub(r"[:：]$", "", key).strip().lower())
                if known and value and value.rstrip(":：").lower() not in _KEYS and known not in found:
                    found[known] = value[:200]
    return found
