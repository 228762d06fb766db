"""Half-cycles of a record as arrays: where the current has one sign and one level.

Everything here works on whole columns, so that a million rows take a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.metrics.analysis import Analysis
from interlayer.record import Record
from interlayer.record import schema as s

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ZERO_SHARE = 2e-3
"""Currents below this share of the largest count as zero (rest, offset of the instrument)."""
SAME_LEVEL = 0.02
"""Relative difference up to which two currents are the same level."""
CONSTANT = 0.05
"""Relative scatter of the current (standard deviation) up to which a half-cycle is galvanostatic."""
_JUMP = 0.03
_GLITCH_ROWS = 2
_GLITCH_SHARE = 0.02
NO_CURRENT = "the record has no current: half-cycles cannot be told apart"
GAP = "gap"
"""Event of a record of several files: from its time on nothing was measured until the next row."""
NO_TIME = "the record has no time axis"


@dataclass(frozen=True)
class Halves:
    """Half-cycles as arrays, one entry each, in the order of the record.

    Attributes
    ----------
    first, stop : array of int (h,)
        Rows of `record.cycling`, stop excluded.
    start_s, end_s : array (h,)
        Test time at which it begins and ends.
    current_A : array (h,)
        Mean current with its sign; of galvanostatic half-cycles the median.
    charge_C : array (h,)
        Time integral of the current.
    direction : array of int (h,)
        +1 or -1, the sign of the current.
    step : array of int (h,)
        Step Index of the first row, -1 if the record has none.
    galvanostatic : array of bool (h,)
        Whether the current is constant within `CONSTANT`.
    orderly : array of bool (h,)
        Whether time never runs backwards inside.
    time_s, voltage_V, row_current_A : array (n,)
        The record's cycling rows, nulls as NaN.
    reason : str
        Why there are none, else empty.
    """

    first: IntArray
    stop: IntArray
    start_s: FloatArray
    end_s: FloatArray
    current_A: FloatArray
    charge_C: FloatArray
    direction: IntArray
    step: IntArray
    galvanostatic: BoolArray
    orderly: BoolArray
    time_s: FloatArray
    voltage_V: FloatArray
    row_current_A: FloatArray
    reason: str = ""

    def __len__(self) -> int:
        return self.first.size

    @property
    def duration_s(self) -> FloatArray:
        """Duration of each, shape (h,)."""
        return self.end_s - self.start_s

    def rows(self) -> tuple[IntArray, IntArray]:
        """Return the half-cycle that each row belongs to and the rows' numbers, rests left out."""
        counts = self.stop - self.first
        owner = np.repeat(np.arange(len(self), dtype=np.int64), counts)
        offset = np.arange(owner.size, dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        return owner, self.first[owner] + offset


def halves(analysis: Analysis) -> Halves:
    """Find the half-cycles of a record."""
    record = analysis.record
    time, voltage, current = (record.array(x) for x in (s.TIME, s.VOLTAGE, s.CURRENT))
    if not np.isfinite(current).any():
        return _none(time, voltage, current, NO_CURRENT)
    if not np.isfinite(time).any():
        return _none(time, voltage, current, NO_TIME)
    sign = _signs(current)
    if not sign.any():
        return _none(time, voltage, current, "the current is zero throughout")
    step = record.cycling[s.STEP].cast(pl.Int64).fill_null(-1).to_numpy()
    begin = _runs(sign, current, step)
    run_sign = sign[begin]
    stop = np.append(begin[1:], current.size)
    level = _mean_level(current, begin)
    keep = _without_glitches(begin, stop, run_sign, level, step, time)
    apart = _spectra_before(record, time, begin) | _pause_before(record, time, begin)
    begin, stop, run_sign = _joined(begin, stop, run_sign, keep, level, apart)
    active = run_sign != 0
    begin, stop, run_sign = begin[active], stop[active], run_sign[active]
    return _measured(begin, stop, run_sign, step, time, voltage, current)


def _none(time: FloatArray, voltage: FloatArray, current: FloatArray, reason: str) -> Halves:
    i, f, b = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.bool_)
    return Halves(i, i, f, f, f, f, i, i, b, b, time, voltage, current, reason)


def _signs(current: FloatArray) -> IntArray:
    """Sign of the current by row, 0 at rest; a blank takes the sign before it."""
    size = np.abs(current)
    # a single stray point must not set the scale
    pair = np.fmin(size[1:], size[:-1]) if size.size > 1 else size
    scale = float(np.nanmax(pair)) if np.isfinite(pair).any() else 0.0
    scale = scale if scale > 0 else float(np.nanmax(size))
    with np.errstate(invalid="ignore"):
        sign = np.where(size > ZERO_SHARE * scale, np.sign(current), 0.0)
    blank = ~np.isfinite(current)
    if blank.any():
        source = np.where(blank, 0, np.arange(current.size))
        sign = sign[np.maximum.accumulate(source)]
        sign[~np.isfinite(sign)] = 0.0
    return sign.astype(np.int64)


def _runs(sign: IntArray, current: FloatArray, step: IntArray) -> IntArray:
    """First rows of runs with one sign and one step (or, without step numbers, one level)."""
    edge = sign[1:] != sign[:-1]
    edge = edge | (step[1:] != step[:-1] if (step >= 0).any() else _level_jumps(current))
    return np.concatenate([[0], np.flatnonzero(edge) + 1]).astype(np.int64)


def _level_jumps(current: FloatArray) -> BoolArray:
    """Between which rows the current steps from one flat stretch to another, shape (n - 1,)."""
    size = np.abs(current)
    change = np.abs(np.diff(size))
    with np.errstate(invalid="ignore"):
        jump = change > _JUMP * np.fmax(size[1:], size[:-1])
        flat = change < 0.2 * _JUMP * np.fmax(size[1:], size[:-1])
    before = np.concatenate([[True], flat[:-1]])
    after = np.concatenate([flat[1:], [True]])
    return jump & before & after


def _mean_level(current: FloatArray, begin: IntArray) -> FloatArray:
    """Mean |I| of each run, blanks left out."""
    size = np.abs(current)
    good = np.isfinite(size)
    total = np.add.reduceat(np.where(good, size, 0.0), begin)
    return total / np.maximum(np.add.reduceat(good.astype(np.float64), begin), 1.0)


def _without_glitches(
    begin: IntArray, stop: IntArray, sign: IntArray, level: FloatArray, step: IntArray, time: FloatArray
) -> BoolArray:
    """Runs that are no glitch: one or two stray rows inside an otherwise unbroken half-cycle."""
    keep = np.ones(begin.size, dtype=np.bool_)
    if begin.size < 3:
        return keep
    a, m, b = slice(0, -2), slice(1, -1), slice(2, None)
    rows = stop - begin
    first = time[np.minimum(begin, time.size - 1)]
    last = time[stop - 1]
    with np.errstate(invalid="ignore"):
        short = (first[b] - last[a]) <= _GLITCH_SHARE * (last[b] - first[a])
    alike = (
        (sign[a] == sign[b]) & (sign[a] != 0) & _same(level[a], level[b]) & (step[begin[a]] == step[begin[b]])
    )
    keep[1:-1] = ~((rows[m] <= _GLITCH_ROWS) & (rows[a] + rows[b] >= 10) & alike & short)
    return keep


def _same(one: FloatArray, other: FloatArray) -> BoolArray:
    return np.abs(one - other) <= SAME_LEVEL * np.maximum(one, other)


def _spectra_before(record: Record, time: FloatArray, begin: IntArray) -> BoolArray:
    """Whether a spectrum was taken between each row of `begin` and the row before it."""
    moments = np.sort([x.time_s for x in record.spectra if x.time_s is not None])
    before = time[np.maximum(begin - 1, 0)]
    count = np.searchsorted(moments, time[begin], side="right") - np.searchsorted(
        moments, before, side="left"
    )
    return count > 0


def _pause_before(record: Record, time: FloatArray, begin: IntArray) -> BoolArray:
    """Whether nothing was measured for a while, between two files of the cell, before each row of `begin`."""
    moments = np.sort([event.time_s for event in record.events if event.name == GAP])
    before = time[np.maximum(begin - 1, 0)] - 1e-3
    return np.searchsorted(moments, time[begin], side="left") > np.searchsorted(moments, before, side="left")


def _joined(
    begin: IntArray,
    stop: IntArray,
    sign: IntArray,
    keep: BoolArray,
    level: FloatArray,
    apart: BoolArray,
) -> tuple[IntArray, IntArray, IntArray]:
    """Join runs that follow each other with the same sign and level, over glitches, not over spectra."""
    begin, sign, level, apart = begin[keep], sign[keep], level[keep], apart[keep]
    same = (sign[1:] == sign[:-1]) & ((sign[1:] == 0) | _same(level[1:], level[:-1]))
    same &= ~apart[1:]
    first = np.concatenate([[True], ~same])
    begin, sign = begin[first], sign[first]
    return begin, np.append(begin[1:], stop[-1]), sign


def _measured(
    first: IntArray,
    stop: IntArray,
    sign: IntArray,
    step: IntArray,
    time: FloatArray,
    voltage: FloatArray,
    current: FloatArray,
) -> Halves:
    """Times, charge and current of each half-cycle."""
    last = stop - 1
    start = _switch_times(first, stop, time)
    end = time[last]
    filled = _filled(current)
    dt = np.diff(time, prepend=time[0])
    dt[~np.isfinite(dt)] = 0.0
    area = np.concatenate([[0.0], np.cumsum(0.5 * (filled[1:] + filled[:-1]) * dt[1:])])
    charge = area[last] - area[first] + filled[first] * (time[first] - start)
    backwards = np.concatenate([[0], np.cumsum(dt < 0)])
    orderly = backwards[stop] == backwards[np.minimum(first + 1, stop)]
    rows = (stop - first).astype(np.float64)
    total = np.concatenate([[0.0], np.cumsum(filled)])
    square = np.concatenate([[0.0], np.cumsum(filled**2)])
    mean = (total[stop] - total[first]) / rows
    spread = np.sqrt(np.maximum((square[stop] - square[first]) / rows - mean**2, 0.0))
    galvanostatic = spread <= CONSTANT * np.abs(mean)
    duration = end - start
    with np.errstate(invalid="ignore", divide="ignore"):
        average = np.where(duration > 0, charge / duration, mean)
    result = Halves(
        first=first,
        stop=stop,
        start_s=start,
        end_s=end,
        current_A=np.where(galvanostatic, mean, average),
        charge_C=charge,
        direction=sign,
        step=step[first],
        galvanostatic=galvanostatic,
        orderly=orderly & np.isfinite(duration),
        time_s=time,
        voltage_V=voltage,
        row_current_A=current,
    )
    real = duration > 0
    if not real.any():
        return _none(time, voltage, current, "no half-cycle lasts longer than one row")
    return result if real.all() else _subset(result, real)


def _switch_times(first: IntArray, stop: IntArray, time: FloatArray) -> FloatArray:
    """When each half-cycle began.

    Instruments write a row at the end of an interval: if the row before belongs to what came before and lies
    no further away than rows are apart inside, the current was switched there, not at the first row.
    """
    rows = stop - first
    last = stop - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = (time[last] - time[first]) / np.maximum(rows - 1, 1)
    before = time[np.maximum(first - 1, 0)]
    gap = time[first] - before
    switched_before = (first > 0) & (rows > 1) & (gap > 0) & (gap <= 1.5 * apart)
    return np.where(switched_before, before, time[first])


def _filled(current: FloatArray) -> FloatArray:
    """Current with blanks replaced by the value before them (zero at the beginning)."""
    blank = ~np.isfinite(current)
    if not blank.any():
        return current
    source = np.maximum.accumulate(np.where(blank, 0, np.arange(current.size)))
    filled = current[source]
    return np.where(np.isfinite(filled), filled, 0.0)


def _subset(h: Halves, keep: BoolArray) -> Halves:
    """Half-cycles picked by a mask."""
    return replace(
        h,
        first=h.first[keep],
        stop=h.stop[keep],
        start_s=h.start_s[keep],
        end_s=h.end_s[keep],
        current_A=h.current_A[keep],
        charge_C=h.charge_C[keep],
        direction=h.direction[keep],
        step=h.step[keep],
        galvanostatic=h.galvanostatic[keep],
        orderly=h.orderly[keep],
    )


def median_by(owner: IntArray, values: FloatArray, count: int) -> tuple[FloatArray, IntArray]:
    """Median of the finite `values` of each owner, and how many there are; NaN where there is none.

    Parameters
    ----------
    owner : array of int (m,)
        Non-decreasing.
    values : array (m,)
    count : int
        Number of owners.
    """
    good = np.isfinite(values)
    if not good.all():
        owner, values = owner[good], values[good]
    number = np.bincount(owner, minlength=count).astype(np.int64)
    begin = np.cumsum(number) - number
    result = np.full(count, np.nan)
    # owners of like size are sorted side by side, as rows of one table
    size = np.frexp(number.astype(np.float64))[1]
    for kind in np.unique(size[number > 0]).tolist():
        which = np.flatnonzero((size == kind) & (number > 0))
        result[which] = _medians(values, begin[which], number[which])
    return result, number


def _medians(values: FloatArray, begin: IntArray, number: IntArray) -> FloatArray:
    """Medians of stretches of `values` whose lengths differ by less than a factor of two."""
    width = int(number.max())
    place = np.arange(width)
    if bool((number == width).all()) and bool((np.diff(begin) == width).all()):
        table = values[begin[0] : begin[0] + width * number.size].reshape(number.size, width).copy()
    else:
        table = values[np.minimum(begin[:, None] + place, values.size - 1)]
        table[place >= number[:, None]] = np.inf
    table.sort(axis=1)
    row = np.arange(number.size)
    return 0.5 * (table[row, (number - 1) // 2] + table[row, number // 2])
