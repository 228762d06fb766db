"""Repairs of a record's table, each done only when asked for, and written down where it was done.

A repair returns a new record. Its name, what it did and how many rows it touched stand in
`provenance.extra["repairs"]` and among the findings; the checks are run again on what it made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer.errors import InputError, unknown_name
from interlayer.record import checks
from interlayer.record import schema as s
from interlayer.record.record import Finding, Record

Outcome = tuple[pl.DataFrame, int, str]
"""The new table, rows that were touched, and what was done."""


@dataclass(frozen=True)
class Repair:
    """One repair.

    Attributes
    ----------
    name : str
        As given to `--repair`.
    meaning : str
        What it does.
    function : callable
        From a record's table to the new one, the number of rows touched, and what was done.
    """

    name: str
    meaning: str
    function: Callable[[pl.DataFrame], Outcome]


def repaired(record: Record, names: Iterable[str]) -> Record:
    """Return a record with the repairs asked for, in that order.

    Parameters
    ----------
    record : Record
        It is not altered.
    names : iterable of str
        Of `ALL_REPAIRS`. One that finds nothing to do says so in its finding.

    Raises
    ------
    InputError
        If a name is unknown, or a repair cannot be done with what the record holds.
    """
    wanted = check_names(names)
    if not wanted:
        return record
    found_before = set(checks.run(record))
    table = record.table
    done: list[dict[str, Any]] = []
    notes: list[Finding] = []
    for name in wanted:
        try:
            table, rows, detail = _BY_NAME[name].function(table)
        except InputError as error:
            raise error.at(record.label) from error
        done.append({"name": name, "rows": rows, "detail": detail})
        notes.append(Finding(f"repaired: {name}", detail, "note", rows))
    earlier = record.provenance.extra.get("repairs") or []
    extra = {**record.provenance.extra, "repairs": [*earlier, *done]}
    made = record.with_(table=table, provenance=replace(record.provenance, extra=extra), findings=())
    kept = tuple(x for x in record.findings if x not in found_before)
    return made.with_(findings=(*kept, *notes, *checks.run(made)))


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names as they are, or raise InputError for one that is not known."""
    wanted = tuple(names)
    for name in wanted:
        if name not in _BY_NAME:
            raise InputError(unknown_name("repair", name, _BY_NAME))
    return wanted


def sort_time(table: pl.DataFrame) -> Outcome:
    """Put the rows in the order of test time; rows of one time keep their order, rows without stay behind theirs."""
    time = _need(table, s.TIME)
    filled = time.fill_null(strategy="forward")
    order = filled.to_frame("t").with_row_index("row").sort("t", maintain_order=True, nulls_last=False)["row"]
    moved = int((order.to_numpy() != np.arange(len(table))).sum())
    text = (
        f"{moved} of {len(table)} rows stand elsewhere, in the order of test time"
        if moved
        else "was in order"
    )
    return table[order.to_numpy()] if moved else table, moved, text


def drop_duplicates(table: pl.DataFrame) -> Outcome:
    """Leave out rows that repeat the row before in every measured value."""
    labels = [x for x in s.CORE_LABELS if x in table.columns and table[x].null_count() < len(table)]
    if s.TIME not in labels:
        raise InputError("without a test time no row is known to repeat another")
    same = table.select(
        pl.all_horizontal(pl.col(x).eq_missing(pl.col(x).shift()) for x in labels)
    ).to_series()
    keep = ~same
    keep[0] = True
    dropped = len(table) - int(keep.sum())
    return table.filter(keep), dropped, f"{dropped} rows that repeat the row before are left out"


def flip_current(table: pl.DataFrame) -> Outcome:
    """Turn the sign of the current; capacities that followed the current are exchanged with it."""
    _need(table, s.CURRENT)
    flipped = table.with_columns(-pl.col(s.CURRENT))
    rows = int(table[s.CURRENT].is_not_null().sum())
    text = f"sign of {rows} currents turned"
    if {s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY} <= set(table.columns):
        if _capacities_contradict(table):
            return flipped, rows, f"{text}; the capacities, which contradicted it, stay"
        flipped = flipped.with_columns(
            pl.col(s.DISCHARGE_CAPACITY).alias(s.CHARGE_CAPACITY),
            pl.col(s.CHARGE_CAPACITY).alias(s.DISCHARGE_CAPACITY),
        )
        text += ", charging and discharging capacity exchanged"
    return flipped, rows, text


def _capacities_contradict(table: pl.DataFrame) -> bool:
    """Whether the counted charge mostly goes the other way than the current."""
    charge = (table[s.CHARGE_CAPACITY] - table[s.DISCHARGE_CAPACITY]).fill_null(float("nan")).to_numpy()
    current = table[s.CURRENT].fill_null(float("nan")).to_numpy()
    with np.errstate(invalid="ignore"):
        alike = np.sign(np.diff(charge)) * np.sign(current[1:])
    return float(np.nansum(alike)) < 0.0


def swap_leads(table: pl.DataFrame) -> Outcome:
    """Turn the signs of current and voltage: the leads were on the wrong electrodes."""
    _need(table, s.VOLTAGE)
    flipped, rows, _ = flip_current(table)
    return (
        flipped.with_columns(-pl.col(s.VOLTAGE)),
        rows,
        f"signs of current and voltage turned in {rows} rows",
    )


def unwrap_time(table: pl.DataFrame) -> Outcome:
    """Let test time go on where it starts anew; a clock in the table gives the gap, else the usual distance of rows."""
    _need(table, s.TIME)
    time = table[s.TIME].cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
    known = np.flatnonzero(np.isfinite(time))
    step = np.diff(time[known])
    back = np.flatnonzero(step < 0)
    if not back.size:
        return table, 0, "test time never starts anew"
    ahead = step[step > 0]
    usual = float(np.median(ahead)) if ahead.size else 0.0
    label = next((x for x in (s.UNIX_TIME, checks.LOCAL_TIME) if x in table.columns), None)
    wall = None if label is None else table[label].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    shift = np.zeros(known.size)
    from_clock = 0
    for k in back.tolist():
        gap = usual
        if wall is not None:
            passed = float(wall[known[k + 1]] - wall[known[k]])
            if np.isfinite(passed) and passed >= 0:
                gap, from_clock = passed, from_clock + 1
        shift[k + 1 :] += gap - step[k]
    time[known] += shift
    how = (
        f"{from_clock} gaps from the clock, the others {usual:.4g} s"
        if from_clock
        else f"gaps of {usual:.4g} s"
    )
    text = f"test time starts anew {back.size} times and goes on instead; {how}"
    rows = int((shift > 0).sum())
    column = pl.Series(s.TIME, time).fill_nan(None)
    return table.with_columns(column), rows, text


def _need(table: pl.DataFrame, label: str) -> pl.Series:
    if label not in table.columns or table[label].null_count() == len(table):
        raise InputError(f"nothing to repair: the record has no '{label}'")
    return table[label]


ALL_REPAIRS: Final = (
    Repair("sort-time", "rows in the order of test time", sort_time),
    Repair("drop-duplicates", "without rows that repeat the row before", drop_duplicates),
    Repair("flip-current", "current with the other sign, capacities exchanged", flip_current),
    Repair("swap-leads", "current and voltage with the other sign", swap_leads),
    Repair("unwrap-time", "test time that goes on where it starts anew", unwrap_time),
)
"""Every repair; none is done unasked."""

_BY_NAME: Final = {repair.name: repair for repair in ALL_REPAIRS}
