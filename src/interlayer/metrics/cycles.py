"""Cycles of a full cell: a charge and the discharge that follows it (of a negative electrode against lithium: the
discharge, which puts lithium in, and the charge that follows it).

A charge, or a discharge, is all half-cycles of one direction up to the next of the other: constant current,
constant voltage and the rests between them. A discharge before the first charge is cycle 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.cell_kind import cell_kind, described_cathode, one_c_A
from interlayer.metrics.halves import FloatArray, Halves, halves
from interlayer.record import Record
from interlayer.record import schema as s

NEGLIGIBLE = 1e-3
"""A passage of less than this share of the largest is a switching transient, not a charge or discharge."""
AT_CUTOFF_V = 0.05
"""A passage that ends within this of the cut-off voltage has reached it, V."""


@dataclass(frozen=True)
class Passage:
    """One charge or one discharge.

    Attributes
    ----------
    direction : int
        +1 charge, -1 discharge.
    half_cycle : int
        Number of its first half-cycle.
    start_s, end_s : float
        Test time.
    rows : slice
        Its rows in `record.cycling`, rests inside it included.
    charge_C : float
        Charge passed, counted positive.
    current_A : float
        Absolute current of its largest half-cycle; of one that is not at constant current the median of the
        first quarter of its rows.
    end_V, mid_V : float
        Voltage at its end and where half of its charge has passed; NaN without voltage.
    at_cutoff : bool
        Whether it ends at the cut-off voltage: the cell's own, or else where most passages of its direction end.
    cut : bool
        Whether an incomplete record ends in it.
    orderly : bool
        Whether time never runs backwards inside.
    counted_C : float or None
        The same charge as the instrument integrated it.
    """

    direction: int
    half_cycle: int
    start_s: float
    end_s: float
    rows: slice
    charge_C: float
    current_A: float
    end_V: float
    mid_V: float
    at_cutoff: bool
    cut: bool
    orderly: bool
    counted_C: float | None


@dataclass(frozen=True)
class Cycle:
    """One cycle.

    Attributes
    ----------
    number : int
        From 1; 0 holds a discharge before the first charge.
    charge, discharge : Passage or None
        None where the record has none.
    """

    number: int
    charge: Passage | None
    discharge: Passage | None

    def way(self, direction: int) -> Passage | None:
        """Return the charge (+1) or the discharge (-1)."""
        return self.charge if direction > 0 else self.discharge


@dataclass(frozen=True)
class Cycles:
    """The cycles of a record, or the reason why there are none."""

    cycles: tuple[Cycle, ...]
    reason: str = ""
    evidence: tuple[str, ...] = ()
    """How it is known that the cell is a full cell, where its description does not say so."""
    delivers: int = -1
    """Direction that gives back what was put in before it: discharge (-1), charge (+1) of a negative electrode."""


def find_cycles(analysis: Analysis) -> Cycles:
    """Find the cycles of a record of a full cell."""
    kind, h = analysis.get(cell_kind), analysis.get(halves)
    if not kind.full:
        return Cycles((), kind.reason)
    if h.reason:
        return Cycles((), h.reason)
    delivers = 1 if kind.negative else -1
    cycles: list[Cycle] = []
    put_in: Passage | None = None
    for one in _passages(analysis.record, h):
        if one.direction != delivers:
            put_in = one
            continue
        number = cycles[-1].number + 1 if cycles else int(put_in is not None)
        cycles.append(_cycle(number, put_in, one, delivers))
        put_in = None
    if put_in is not None:
        cycles.append(_cycle(cycles[-1].number + 1 if cycles else 1, put_in, None, delivers))
    return Cycles(tuple(cycles), "", (kind.evidence,) if kind.evidence else (), delivers)


def _cycle(number: int, put_in: Passage | None, back: Passage | None, delivers: int) -> Cycle:
    return Cycle(number, put_in, back) if delivers < 0 else Cycle(number, back, put_in)


def cycles(record: Record) -> tuple[Cycle, ...]:
    """Return the cycles of a full cell; none if the record is not known to be of one (`no_cycles` says why)."""
    return find_cycles(Analysis(record)).cycles


def no_cycles(record: Record) -> str:
    """Return why a record has no cycles, or an empty text if it has some."""
    return find_cycles(Analysis(record)).reason


def passage_curve(record: Record, one: Passage) -> tuple[FloatArray, FloatArray]:
    """Return the charge passed since a passage began, C, and the voltage, V, at each of its rows, both (n,)."""
    rows = [record.array(x)[one.rows] for x in (s.TIME, s.CURRENT, s.VOLTAGE)]
    return _curve(one, *rows)


def curve_of(h: Halves, one: Passage) -> tuple[FloatArray, FloatArray]:
    """Return the same from the arrays of the half-cycles: for many passages of one record."""
    return _curve(one, h.time_s[one.rows], h.row_current_A[one.rows], h.voltage_V[one.rows])


def _curve(
    one: Passage, time: FloatArray, amp: FloatArray, volt: FloatArray
) -> tuple[FloatArray, FloatArray]:
    current = np.nan_to_num(amp)
    dt = np.nan_to_num(np.diff(time))
    passed = np.concatenate([[0.0], np.cumsum(0.5 * (current[1:] + current[:-1]) * dt)]) * one.direction
    # What flowed between the switch and the first row.
    return passed + max(one.charge_C - float(passed[-1]), 0.0), volt


def current_text(record: Record, current_A: float) -> str:
    """Return a current for evidence: in mA, and as a C-rate where the cell says what 1C is."""
    text = f"{current_A / units.factor('mA'):.4g} mA"
    one_c = one_c_A(record)
    return f"{text} = {current_A / one_c:.3g}C" if one_c else text


def _passages(record: Record, h: Halves) -> list[Passage]:
    """Charges and discharges in the order of time."""
    groups = _groups(h)
    amount = [float(np.abs(h.charge_C[a:b]).sum()) for a, b in groups]
    most = max(amount, default=0.0)
    # What is left after a transient is gone may have one direction on both sides of it: joined again.
    kept: list[tuple[int, int]] = []
    for (a, b), size in zip(groups, amount, strict=True):
        if size < NEGLIGIBLE * most:
            continue
        if kept and h.direction[kept[-1][0]] == h.direction[a]:
            kept[-1] = (kept[-1][0], b)
        else:
            kept.append((a, b))
    passed = _running_charge(h)
    limits, counters = _limits(record, h, kept), _counters(record)
    last = len(h)
    return [
        _passage(h, a, b, passed, limits, counters, cut=b == last and not record.complete) for a, b in kept
    ]


def _groups(h: Halves) -> list[tuple[int, int]]:
    """First and last (excluded) half-cycle of each stretch of one direction."""
    turn = np.flatnonzero(np.diff(h.direction)) + 1
    edges = [0, *turn.tolist(), len(h)]
    return list(pairwise(edges))


def _passage(
    h: Halves,
    a: int,
    b: int,
    passed: FloatArray,
    limits: dict[int, float],
    counters: dict[int, FloatArray],
    *,
    cut: bool,
) -> Passage:
    direction = int(h.direction[a])
    rows = slice(int(h.first[a]), int(h.stop[b - 1]))
    same = h.direction[a:b] == direction
    amount = float((h.charge_C[a:b] * direction).sum())
    largest = a + int(np.argmax(np.where(same, np.abs(h.charge_C[a:b]), -1.0)))
    end = _end_voltage(h, b - 1)
    limit = limits.get(direction)
    reached = limit is not None and np.isfinite(end) and (end - limit) * direction >= -AT_CUTOFF_V
    return Passage(
        direction=direction,
        half_cycle=a,
        start_s=float(h.start_s[a]),
        end_s=float(h.end_s[b - 1]),
        rows=rows,
        charge_C=amount,
        current_A=_typical_current(h, largest),
        end_V=end,
        mid_V=_mid_voltage(h, rows, passed, direction),
        at_cutoff=bool(reached),
        cut=cut,
        orderly=bool(h.orderly[a:b].all()),
        counted_C=_counted(counters.get(direction), rows),
    )


def _running_charge(h: Halves) -> FloatArray:
    """Charge passed up to each row, by the trapezoidal rule, C, shape (n,)."""
    current = np.nan_to_num(h.row_current_A)
    dt = np.nan_to_num(np.diff(h.time_s))
    return np.concatenate([[0.0], np.cumsum(0.5 * (current[1:] + current[:-1]) * dt)])


def _end_voltage(h: Halves, k: int) -> float:
    volt = h.voltage_V[h.first[k] : h.stop[k]]
    known = volt[np.isfinite(volt)]
    return float(known[-1]) if known.size else float("nan")


def _mid_voltage(h: Halves, rows: slice, passed: FloatArray, direction: int) -> float:
    """Voltage where half of the passage's charge has passed."""
    volt = h.voltage_V[rows]
    done = (passed[rows] - passed[rows.start]) * direction
    known = np.isfinite(volt) & np.isfinite(done)
    if not known.any():
        return float("nan")
    done, volt = np.maximum.accumulate(done[known]), volt[known]
    return float(np.interp(0.5 * done[-1], done, volt))


def _typical_current(h: Halves, k: int) -> float:
    if h.galvanostatic[k]:
        return float(abs(h.current_A[k]))
    first, stop = int(h.first[k]), int(h.stop[k])
    early = np.abs(h.row_current_A[first : first + max((stop - first) // 4, 1)])
    early = early[np.isfinite(early)]
    return float(np.median(early)) if early.size else float(abs(h.current_A[k]))


def _limits(record: Record, h: Halves, groups: list[tuple[int, int]]) -> dict[int, float]:
    """Cut-off voltage of charges (+1) and discharges (-1): the cell's own, else the median of where they end."""
    cathode = described_cathode(record) or {}
    found: dict[int, float] = {}
    for direction, key in ((1, "upper_cutoff_V"), (-1, "lower_cutoff_V")):
        own = cathode.get(key)
        ends = np.array([_end_voltage(h, b - 1) for a, b in groups if h.direction[a] == direction])
        ends = ends[np.isfinite(ends)]
        if own is not None:
            found[direction] = float(own)
        elif ends.size:
            found[direction] = float(np.median(ends))
    return found


def _counters(record: Record) -> dict[int, FloatArray]:
    """Charge that the instrument counted up to each row, C, by direction; counters that start anew are followed."""
    found: dict[int, FloatArray] = {}
    for direction, name in ((1, s.CHARGE_CAPACITY), (-1, s.DISCHARGE_CAPACITY)):
        count = record.array(name)
        known = np.isfinite(count)
        if not known.any():
            continue
        # A blank keeps the count before it.
        source = np.maximum.accumulate(np.where(known, np.arange(count.size), 0))
        filled = np.nan_to_num(count[source])
        rise = np.diff(filled, prepend=filled[:1])
        found[direction] = np.cumsum(np.where(rise >= 0, rise, filled)) * units.factor("Ah")
    return found


def _counted(counter: FloatArray | None, rows: slice) -> float | None:
    if counter is None:
        return None
    total = float(counter[rows.stop - 1] - counter[max(rows.start - 1, 0)])
    return total if total > 0 else None
