"""A record as the detector looks at it: |V|/|I| in time slices of each half-cycle, with its noise.

Where the current is unknown, half-cycles are those of the voltage's sign and |V| stands for |V|/|I|; everything
that compares one half-cycle with another then assumes that the current was the same, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer import units
from interlayer.failures.bursts import burst_rows
from interlayer.failures.strays import stray_rows
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import NO_CURRENT, FloatArray, Halves, IntArray, halves, median_by
from interlayer.metrics.overpotential import overpotentials
from interlayer.record import Record
from interlayer.record import schema as s

BoolArray = NDArray[np.bool_]

MOST_SLICES: Final = 100
"""Slices of a half-cycle, if there are many half-cycles; up to ten times as many where there are few."""
SLICES_OF_RECORD: Final = 10_000
SLICES_AT_MOST: Final = 150_000
"""Slices of a record; beyond, half-cycles get fewer, but not less than `FEWEST_SLICES`."""
FEWEST_SLICES: Final = 24
FEWEST_ROWS: Final = 1
_FEW: Final = 15
_ENOUGH: Final = 150_000
_FIRST_SHARE: Final = 0.25
_LAST_SHARE: Final = 0.90


@dataclass(frozen=True)
class Trace:
    """Time slices of all galvanostatic half-cycles, flat and in the order of time.

    Attributes
    ----------
    halves : Halves
    known_current : bool
        False if half-cycles are those of the voltage's sign, and `ohm` is |V| in V.
    ohm : array (m,)
        Mean V/I of a slice, > 0 unless the voltage changes its sign inside a half-cycle.
    low, high : array (m,)
        Least and greatest V/I of two neighbouring rows together: what a single stray row does not move.
    least, most : array (m,)
        Least and greatest V/I of a single row.
    time_s, share : array (m,)
        Mean time; and position within the half-cycle, 0 to 1.
    owner, row, stop : array of int (m,)
        Half-cycle; first row of the slice and the row after its last.
    first, last : array of int (m,)
        First and last slice of the same half-cycle.
    noise_ohm : array (h,)
        Standard deviation of a slice's mean, from second differences; not less than quantisation allows.
    row_noise_ohm : array (h,)
        The same of a single row.
    level_ohm : array (h,)
        Median over the middle of the half-cycle, NaN where there is none.
    key : array of int (h,)
        Direction and current level: half-cycles with one key can be compared.
    previous : array of int (h,)
        Previous half-cycle with the same key, -1 if there is none.
    inverted : bool
        Whether the voltage has the sign opposite to the current.
    reason : str
        Why there is nothing to judge, else empty.
    """

    halves: Halves
    known_current: bool
    ohm: FloatArray
    low: FloatArray
    high: FloatArray
    least: FloatArray
    most: FloatArray
    time_s: FloatArray
    share: FloatArray
    owner: IntArray
    row: IntArray
    stop: IntArray
    first: IntArray
    last: IntArray
    noise_ohm: FloatArray
    row_noise_ohm: FloatArray
    level_ohm: FloatArray
    key: IntArray
    previous: IntArray
    inverted: bool
    reason: str = ""

    @property
    def position(self) -> IntArray:
        """Number of each slice within its half-cycle."""
        return np.arange(self.ohm.size) - self.first

    def says(self, value: float) -> str:
        """Print a value of `ohm` with its unit."""
        return f"{value:.4g} ohm" if self.known_current else f"{value / units.factor('mV'):.4g} mV"

    @property
    def what(self) -> str:
        """Name of what is looked at."""
        return "|V|/|I|" if self.known_current else "|V|"


def trace(analysis: Analysis) -> Trace:
    """Look at a record in time slices."""
    known = True
    h = analysis.get(halves)
    source = analysis
    if h.reason == NO_CURRENT and np.isfinite(h.voltage_V).any() and np.isfinite(h.time_s).any():
        known = False
        source = Analysis(_with_sign_as_current(analysis))
        h = source.get(halves)
    reason = h.reason or source.get(overpotentials).reason
    if reason:
        return _nothing(h, known, reason)
    return _sliced(h, known)


def time_text(seconds: float) -> str:
    """Print a time in h."""
    return f"{seconds / units.factor('h'):.5g} h"


def _with_sign_as_current(analysis: Analysis) -> Record:
    """Return the record with a current of 1 A that has the sign of the voltage, 0 where there is none."""
    record = analysis.record
    volt = record.array(s.VOLTAGE)
    good = volt[np.isfinite(volt)]
    size = np.abs(good)
    noise = 0.0
    if good.size >= 3:
        noise = float(np.median(np.abs(good[2:] - 2 * good[1:-1] + good[:-2]))) / (0.6745 * np.sqrt(6.0))
    least = max(5.0 * noise, 0.005 * float(np.quantile(size, 0.9)) if size.size else 0.0)
    with np.errstate(invalid="ignore"):
        sign = np.where(np.abs(volt) > least, np.sign(volt), 0.0)
    table = record.cycling.with_columns(pl.Series(s.CURRENT, sign))
    return record.with_(table=table)


def _nothing(h: Halves, known: bool, reason: str) -> Trace:
    f, i = np.zeros(0), np.zeros(0, dtype=np.int64)
    per = np.full(len(h), np.nan)
    none = np.full(len(h), -1, dtype=np.int64)
    return Trace(h, known, f, f, f, f, f, f, f, i, i, i, i, i, per, per, per, none, none, False, reason)


def _sliced(h: Halves, known: bool) -> Trace:
    owner, row = h.rows()
    rows = h.stop - h.first
    usable = h.galvanostatic & h.orderly & (rows >= FEWEST_ROWS)
    mean = np.abs(h.current_A)[owner]
    size = np.abs(h.row_current_A[row])
    with np.errstate(invalid="ignore"):
        off = np.abs(size - mean)
        current = np.where((off < 0.2 * mean) & (off > 0.02 * mean), size, mean)
        ohm = h.voltage_V[row] * h.direction[owner] / current
    good = usable[owner] & np.isfinite(ohm) & np.isfinite(h.time_s[row])
    owner, row, ohm = owner[good], row[good], ohm[good]
    if not owner.size:
        text = "no half-cycle with constant current and a voltage that can be judged"
        return _nothing(h, known, text)
    total = np.bincount(owner, weights=ohm, minlength=len(h))
    number = np.bincount(owner, minlength=len(h))
    mean_ohm = total[number > 0] / number[number > 0]
    # a shorted cell's sign is that of its noise and hardly counts, and no half-cycle counts more than the first ones
    usual = float(np.median(np.abs(mean_ohm[:5])))
    inverted = float(np.sum(np.clip(mean_ohm, -usual, usual))) < 0
    if inverted:
        ohm = -ohm
    inner = _not_of_the_neighbour(owner, ohm)
    owner, row, ohm = owner[inner], row[inner], ohm[inner]
    if not owner.size:
        return _nothing(h, known, "no half-cycle with enough rows")
    with np.errstate(invalid="ignore", divide="ignore"):
        place = (h.time_s[row] - h.start_s[owner]) / np.maximum(h.duration_s[owner], 1e-300)
    spread = _scatter(ohm, owner, len(h))[owner]
    stray = stray_rows(owner, ohm, spread)[0]
    burst = burst_rows(owner, ohm, spread, place)
    if not burst.of_the_cell:
        stray = stray | burst.rows
    owner, row, ohm = owner[~stray], row[~stray], ohm[~stray]
    time = h.time_s[row]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (time - h.start_s[owner]) / np.maximum(h.duration_s[owner], 1e-300)
    slots = _slots(int(usable.sum()))
    slot = np.clip(np.floor(share * slots + 1e-9), 0, slots - 1).astype(np.int64)
    edge = np.concatenate([[True], (owner[1:] != owner[:-1]) | (slot[1:] != slot[:-1])])
    begin = np.flatnonzero(edge)
    end = np.append(begin[1:], owner.size)
    count = end - begin
    of = owner[begin]
    values = np.add.reduceat(ohm, begin) / count
    new = np.concatenate([[True], of[1:] != of[:-1]])
    head = np.flatnonzero(new)
    length = np.diff(np.append(head, of.size))
    first, last = np.repeat(head, length), np.repeat(head + length - 1, length)
    low, high = _of_two_rows(ohm, owner, begin)
    row_noise = _scatter(ohm, owner, len(h))
    quantum = _quantum(h)
    least = 0.3 * quantum / np.abs(h.current_A)
    number = np.bincount(of, minlength=len(h))
    noise = np.maximum(_steadied(_scatter(values, of, len(h)), number, h), least)
    # slices of one row each scatter as rows do; those of many never less than averaging allows
    typical, _ = median_by(of, count.astype(np.float64), len(h))
    rows_in = np.bincount(owner, minlength=len(h))
    row_noise = np.maximum(_steadied(row_noise, rows_in, h), least)
    with np.errstate(invalid="ignore"):
        noise = np.fmax(noise, row_noise / np.sqrt(np.maximum(typical, 1.0)))
    middle_time = np.add.reduceat(time, begin) / count
    middle = np.add.reduceat(share, begin) / count
    key, previous = _keys(h, usable)
    central = (middle >= _FIRST_SHARE) & (middle <= _LAST_SHARE)
    level, seen = median_by(of[central], values[central], len(h))
    every, _ = median_by(of, values, len(h))
    level = np.where(seen > 0, level, every)
    return Trace(
        halves=h,
        known_current=known,
        ohm=values,
        low=low,
        high=high,
        least=np.minimum.reduceat(ohm, begin),
        most=np.maximum.reduceat(ohm, begin),
        time_s=middle_time,
        share=middle,
        owner=of,
        row=row[begin],
        stop=row[end - 1] + 1,
        first=first,
        last=last,
        noise_ohm=noise,
        row_noise_ohm=row_noise,
        level_ohm=level,
        key=key,
        previous=previous,
        inverted=inverted,
    )


def _slots(halves_: int) -> int:
    """Slices of each half-cycle: many where there are few half-cycles, few where there are very many."""
    count = max(halves_, 1)
    slots = int(np.clip(SLICES_OF_RECORD // count, MOST_SLICES, 10 * MOST_SLICES))
    return min(slots, max(SLICES_AT_MOST // count, FEWEST_SLICES))


def _not_of_the_neighbour(owner: IntArray, ohm: FloatArray) -> BoolArray:
    """Leave out the first or last row of a half-cycle where it still, or already, shows another voltage.

    Instruments write a row at the switch; its voltage may be that of before while its current is that of after.
    Such a row differs from its two neighbours, which agree, by more than half.
    """
    keep = np.ones(owner.size, dtype=np.bool_)
    if owner.size < 5:
        return keep
    at_start = np.concatenate([[True], owner[1:] != owner[:-1]])
    at_end = np.concatenate([owner[1:] != owner[:-1], [True]])
    n = owner.size
    for flag, step in ((at_start, 1), (at_end, -1)):
        k = np.flatnonzero(flag)
        one, two = k + step, k + 2 * step
        ok = (one >= 0) & (one < n) & (two >= 0) & (two < n)
        k, one, two = k[ok], one[ok], two[ok]
        mine = (owner[one] == owner[k]) & (owner[two] == owner[k])
        agree = np.abs(ohm[one] - ohm[two]) < 0.2 * np.abs(ohm[one])
        apart = (ohm[k] < 0.1 * ohm[one]) & (ohm[one] > 0)
        keep[k[mine & agree & apart]] = False
    return keep


def _of_two_rows(ohm: FloatArray, owner: IntArray, begin: IntArray) -> tuple[FloatArray, FloatArray]:
    """Least value that two neighbouring rows reach together in each slice, and the greatest."""
    follows = np.append(ohm[1:], ohm[-1])
    same = np.append(owner[1:] == owner[:-1], False)
    follows = np.where(same, follows, ohm)
    before = np.concatenate([[ohm[0]], ohm[:-1]])
    before = np.where(np.concatenate([[False], same[:-1]]), before, ohm)
    lone = ~same & ~np.concatenate([[False], same[:-1]])
    deep = np.where(same, np.maximum(ohm, follows), np.maximum(ohm, before))
    tall = np.where(same, np.minimum(ohm, follows), np.minimum(ohm, before))
    deep, tall = np.where(lone, ohm, deep), np.where(lone, ohm, tall)
    return np.minimum.reduceat(deep, begin), np.maximum.reduceat(tall, begin)


def _scatter(values: FloatArray, owner: IntArray, count: int) -> FloatArray:
    """Standard deviation of each half-cycle's values about a smooth curve, from second differences."""
    if values.size < 3:
        return np.zeros(count)
    # of a long record every so many rows are enough for a median
    at = np.arange(0, values.size - 2, max(1, values.size // _ENOUGH))
    second = np.abs(values[at + 2] - 2 * values[at + 1] + values[at])
    inner = owner[at + 2] == owner[at]
    typical, number = median_by(owner[at][inner], second[inner], count)
    return np.where(number > 0, np.nan_to_num(typical), 0.0) / (0.6745 * np.sqrt(6.0))


def _steadied(noise: FloatArray, number: IntArray, h: Halves) -> FloatArray:
    """Replace the noise of half-cycles with few slices, which a step would fill, by the record's typical one in V."""
    size = np.abs(h.current_A)
    some = number >= 3
    if not some.any():
        return noise
    typical = float(np.median((noise * size)[some])) / size
    return np.where(number < _FEW, np.minimum(noise, 2.0 * typical), noise)


def _quantum(h: Halves) -> float:
    """Least step of the voltage that the file resolves, V; 0 if it resolves more than matters."""
    volt = h.voltage_V[np.isfinite(h.voltage_V)]
    step = np.abs(np.diff(volt[:: max(1, volt.size // 20_000)]))
    step = step[step > 1e-9 * (np.abs(volt).max() if volt.size else 1.0)]
    if step.size < 10:
        return 0.0
    least = float(step.min())
    # of a quantised file every step is a multiple of the least one, and that is small
    multiple = step[step < 20 * least] / least
    whole = multiple.size >= 10 and float(np.abs(multiple - np.round(multiple)).max()) < 0.1
    small = least < 0.1 * float(np.median(np.abs(volt))) and np.unique(np.round(multiple)).size >= 3
    return least if whole and small else 0.0


def _keys(h: Halves, usable: BoolArray) -> tuple[IntArray, IntArray]:
    """Direction and current level of each half-cycle as one number, and the previous one with the same."""
    size = np.abs(h.current_A)
    order = np.argsort(size, kind="stable")
    with np.errstate(invalid="ignore"):
        jump = np.concatenate([[False], np.diff(size[order]) > 0.02 * size[order][1:]])
    level = np.empty(len(h), dtype=np.int64)
    level[order] = np.cumsum(jump)
    key = np.where(usable, 2 * level + (h.direction > 0), -1)
    previous = np.full(len(h), -1, dtype=np.int64)
    for_key = np.argsort(key, kind="stable")
    same = (key[for_key][1:] == key[for_key][:-1]) & (key[for_key][1:] >= 0)
    previous[for_key[1:][same]] = for_key[:-1][same]
    return key, previous
