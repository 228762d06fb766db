"""Step, cycle, loop and spectrum of every row of an EC-Lab file, from the counters that EC-Lab writes.

A step ends where the sequence number `Ns`, the control `mode`, the loop or the outer cycle changes. Files
without `Ns` fall back on `half cycle`, which EC-Lab derives from the measured current. Binary files hold no
`cycle number`, which EC-Lab makes when it exports: it is half of `half cycle`, rounded down.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.readers.spectra import spectrum_starts
from interlayer.record import schema as s
from interlayer.record.record import Finding


def with_counters(
    table: pl.DataFrame, frame: pl.DataFrame, loop: NDArray[np.int64] | None, findings: list[Finding]
) -> pl.DataFrame:
    """Add step, cycle, loop and spectrum numbers.

    Parameters
    ----------
    table : polars.DataFrame
        Columns of a record.
    frame : polars.DataFrame
        The same rows under EC-Lab's names.
    loop : ndarray of int or None
        Shape (n,); loop of every row.
    findings : list of Finding
        What was made up for is added here.
    """
    numbers = {name for name, kind in frame.schema.items() if kind == pl.Float64}
    marks = [frame[name] for name in _step_marks(numbers)]
    if loop is not None:
        loops = pl.Series("Loop / 1", loop)
        marks.append(loops.cast(pl.Float64))
        table = table.with_columns(loops)
    if marks:
        table = table.with_columns(pl.Series(s.STEP, _count_changes(marks)))
    cycle = next((name for name in ("cycle number", "z cycle") if name in numbers), None)
    if cycle is not None:
        table = table.with_columns(frame[cycle].round().cast(pl.Int64, strict=False).alias(s.CYCLE))
        if cycle == "cycle number":
            table = table.drop("cycle number / 1", strict=False)
    elif "half cycle" in numbers:
        halved = (frame["half cycle"] // 2).cast(pl.Int64, strict=False)
        table = table.with_columns(halved.alias(s.CYCLE))
        findings.append(
            Finding("cycle_from_half_cycle", "cycles are counted as every second 'half cycle'", "note")
        )
    if s.FREQUENCY in table.columns:
        table = table.with_columns(_spectrum_index(table, marks))
    return table


def _step_marks(numbers: set[str]) -> list[str]:
    if "Ns" in numbers:
        chosen = ("Ns", "mode", "z cycle")
    elif numbers & {"mode", "half cycle"}:
        chosen = ("mode", "half cycle", "z cycle")
    else:
        chosen = ("z cycle",)
    return [name for name in chosen if name in numbers]


def _changes(marks: list[pl.Series]) -> NDArray[np.bool_]:
    """Mark the rows at which any of the series takes a new value; blanks continue the value before."""
    changed = np.zeros(len(marks[0]), dtype=np.bool_)
    for mark in marks:
        values = mark.fill_null(strategy="forward").fill_null(strategy="backward").fill_null(0.0).to_numpy()
        changed[1:] |= np.diff(values) != 0
    return changed


def _count_changes(marks: list[pl.Series]) -> NDArray[np.int64]:
    return np.cumsum(_changes(marks)).astype(np.int64)


def _spectrum_index(table: pl.DataFrame, marks: list[pl.Series]) -> pl.Series:
    """Number of the spectrum of each row: a new one where the sweep turns back, or a counter changes."""
    is_point = table[s.FREQUENCY].is_not_null().to_numpy()
    counters = [*marks, *([table[s.CYCLE].cast(pl.Float64)] if s.CYCLE in table.columns else [])]
    starts = spectrum_starts(table[s.FREQUENCY].drop_nulls().to_numpy())
    if counters and len(starts):
        # A change on a time row between two spectra counts for the next point.
        count = _count_changes(counters)[is_point]
        starts[1:] |= np.diff(count) != 0
    index = np.full(len(table), -1, dtype=np.int64)
    index[is_point] = np.cumsum(starts) - 1
    return pl.Series(s.SPECTRUM, index).replace(-1, None)
