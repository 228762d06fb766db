"""Numbers that no cell can have: the sign of a damaged file, or of a unit that was taken for another."""

from __future__ import annotations

from typing import Final

import polars as pl

from interlayer.record import schema as s
from interlayer.record.record import Finding, Record

BOUNDS: Final[dict[str, tuple[float, float]]] = {
    s.TIME: (-1e10, 1e10),
    s.VOLTAGE: (-1e3, 1e3),
    s.CURRENT: (-1e4, 1e4),
    s.FREQUENCY: (1e-8, 1e12),
    s.Z_REAL: (-1e15, 1e15),
    s.Z_IMAG: (-1e15, 1e15),
    s.TEMPERATURE: (-273.15, 2000.0),
    s.UNIX_TIME: (0.0, 4.2e9),
}
"""Smallest and largest number that is believed, in the column's unit; far outside of what any instrument of the
field gives."""
TINY: Final = 1e-40
"""Numbers nearer to zero than this, but not zero, come from bytes that are no such numbers."""


def implausible(record: Record) -> tuple[Finding, ...]:
    """Values outside of anything that can be measured, or not finite, by column."""
    table = record.table
    found: list[str] = []
    rows = 0
    for label, (low, high) in BOUNDS.items():
        if table[label].null_count() == len(table):
            continue
        value = pl.col(label)
        strange = ~value.is_between(low, high) | ((value.abs() < TINY) & (value != 0.0)) | value.is_nan()
        count = table.select(strange.fill_null(value=False).sum()).item()
        if count:
            found.append(f"{label}: {count} outside {low:g} to {high:g}, or no number")
            rows = max(rows, count)
    if not found:
        return ()
    return (Finding("implausible_values", "; ".join(found), "warning", rows),)
