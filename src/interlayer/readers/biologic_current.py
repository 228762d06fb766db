"""Current of EC-Lab files that store charges instead: the mean of each interval, charge over time."""

from __future__ import annotations

from typing import Final

import polars as pl

from interlayer import units
from interlayer.readers import biologic_columns
from interlayer.record.record import Finding

_CHARGES: Final = (("dq/mA.h", True), ("(Q-Qo)/mA.h", False))
"""Charges in order of preference, and whether they are the interval's own. `dQ` counts from the step's start."""
_CURRENTS: Final = frozenset(f"{name}/{unit}" for name in ("I", "<I>") for unit in ("A", "mA", "µA", "nA"))


def with_current(frame: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    """Add `<I>/mA` where a file has charges and times but no current; the first row of all has none.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns under EC-Lab's names.
    findings : list of Finding
        What was made is added here.
    """
    numbers = {name for name, kind in frame.schema.items() if kind == pl.Float64}
    charge = next(((name, own) for name, own in _CHARGES if name in numbers), None)
    if charge is None or biologic_columns.TIME not in numbers or _CURRENTS & numbers:
        return frame
    name, own = charge
    step = pl.col(biologic_columns.TIME).diff()
    passed = pl.col(name) if own else pl.col(name).diff()
    current = pl.when(step > 0).then(passed * units.factor("h") / step)
    if "mode" in numbers:
        resting = pl.col("mode") == biologic_columns.OPEN_CIRCUIT_MODE
        current = pl.when(resting & (passed == 0)).then(0.0).otherwise(current)
    findings.append(
        Finding(
            "current_from_charge",
            f"the file stores charges, not currents: the current is that of each interval, {name} over its time",
            "note",
        )
    )
    return frame.with_columns(current.alias("<I>/mA"))
