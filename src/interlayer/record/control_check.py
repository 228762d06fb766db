"""Controlled against measured current: the instrument must deliver what it was told."""

from __future__ import annotations

from typing import Final

import polars as pl

from interlayer.record import schema as s
from interlayer.record.record import Finding, Record

CONTROL: Final = ("control / mA", "control / V/mA")
"""Columns of the set value in mA; the second holds volts where the voltage is controlled."""
MODE: Final = "mode / 1"
"""EC-Lab's mode: 1 where the current is controlled."""
TOLERANCE: Final = 0.02
_EDGE_ROWS: Final = 1


def control(record: Record) -> tuple[Finding, ...]:
    """Rows at controlled current whose measured current differs from the set one; edges of steps are left out."""
    table = record.cycling
    label = next((x for x in CONTROL if x in table.columns), None)
    if label is None or table[s.CURRENT].null_count() == len(table):
        return ()
    if label == CONTROL[1] and MODE not in table.columns:
        return ()
    asked, step = pl.col(label) * 1e-3, pl.col(s.STEP)
    controlled = asked.abs() > 0
    if MODE in table.columns:
        controlled &= pl.col(MODE) == 1
    for k in range(1, _EDGE_ROWS + 1):
        controlled &= step.eq_missing(step.shift(k)) & step.eq_missing(step.shift(-k))
        controlled &= (asked == asked.shift(k)) & (asked == asked.shift(-k))
    off = (pl.col(s.CURRENT) - asked).abs() > TOLERANCE * asked.abs()
    rows = table.filter(controlled)
    wrong = rows.filter(off.fill_null(value=False))
    if not len(wrong):
        return ()
    ratio = (wrong[s.CURRENT] / (wrong[label] * 1e-3)).median()
    detail = (
        f"{len(wrong)} of {len(rows)} rows at controlled current are off by more than {TOLERANCE:.0%}; "
        f"measured over set current is {float(str(ratio)):.4g} there (median)"
    )
    return (Finding("control_disagrees", detail, "warning", len(wrong)),)
