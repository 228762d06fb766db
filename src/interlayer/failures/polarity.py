"""Polarity: to the end of whole half-cycles the voltage stands against the current, where it once stood along it.

What a passive cell gives back after a reversal is what it stored before: it fades while the current goes on. Where the
second half of a half-cycle is still driven against the current, by as much as the cell resists, leads were swapped, a
sign was lost, or a voltage that is none of the cell's is read.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray, IntArray, median_by

SIZE: Final = 0.3
"""Of the usual |V| at that current, that must stand against it."""
LEAST_V: Final = 1e-3
"""V; less is an offset."""
FEWEST: Final = 2
"""Half-cycles that are opposed."""
FEWEST_ROWS: Final = 6
"""Rows of all of them together, in their second halves."""
SINGLE: Final = 8
"""Rows of a single one that is enough, where it stands against the current by"""
MUCH: Final = 0.5
"""of the usual |V|."""
LARGER: Final = 1.1
STORED_V: Final = 1.0
FIRST: Final = 4
"""Half-cycles of a current that show what is usual first."""
ALONG: Final = 2
"""First half-cycles of each direction that must all stand along the current."""
CLEAR: Final = 4.0
"""Standard deviations of a row."""


def polarity(t: Trace) -> Trouble | None:
    """Find the first half-cycle whose voltage stands against its current."""
    h = t.halves
    owner, row = h.rows()
    along = h.voltage_V[row] * h.direction[owner]
    place = row - h.first[owner]
    late = np.isfinite(along) & (2 * place >= (h.stop - h.first)[owner] - 1)
    volt, number = median_by(owner[late], along[late], len(h))
    known = np.flatnonzero((number >= 2) & np.isfinite(volt))
    if known.size < 2 * FEWEST:
        return _within_the_first(t, owner, row, along)
    volt, number, size, direction = volt[known], number[known], np.abs(h.current_A[known]), h.direction[known]
    usual = _usual(np.abs(volt), size)
    noise = np.nan_to_num(t.row_noise_ohm[known]) * size
    plain = np.abs(volt) > np.maximum(np.maximum(SIZE * usual, LEAST_V), CLEAR * noise)
    sign = np.where(plain, np.sign(volt), 0.0)
    told = np.flatnonzero(sign != 0)
    if told.size < 2 * FEWEST:
        return None
    # the same direction of the current must have been seen along the voltage before: a full cell shows no such
    begun = sign[told[0]]
    place = np.arange(sign.size)
    seen = np.zeros(sign.size, dtype=np.bool_)
    for d in (1, -1):
        along_it = np.flatnonzero((sign == begun) & (direction == d))
        if along_it.size >= ALONG:
            seen |= (direction == d) & (place > along_it[ALONG - 1])
        first = told[direction[told] == d][:ALONG]
        if (sign[first] != begun).any():
            return None
    # after a larger current more may be left than this one takes away in one half-cycle
    larger = np.concatenate([[False], size[:-1] > LARGER * size[1:]])
    against = (sign == -begun) & seen & ~larger
    much = against & (number >= SINGLE) & (np.abs(volt) > MUCH * usual)
    if not much.any() and (int(against.sum()) < FEWEST or int(number[against].sum()) < FEWEST_ROWS):
        return None
    k = int(np.argmax(against))
    half = int(known[k])
    by = abs(float(np.median(volt[against]))) / units.factor("mV")
    text = (
        f"from half-cycle {half} on ({time_text(float(h.start_s[half]))}) the voltage stands against the current to "
        f"the end of {int(against.sum())} half-cycles, by {by:.4g} mV, where "
        "it stood along it before: no passive cell does that; leads are swapped, a sign is lost, or another "
        "voltage is read"
    )
    return Trouble("polarity", float(h.start_s[half]), int(h.first[half]), half, 6.0, text)


def begins_along(t: Trace) -> bool:
    """Whether the voltage of the first half-cycles turns with the current, as of two like electrodes."""
    h = t.halves
    owner, row = h.rows()
    volt, number = median_by(owner, h.voltage_V[row], len(h))
    known = np.flatnonzero((number >= 1) & np.isfinite(volt))
    one, other = (known[h.direction[known] == d][:ALONG] for d in (1, -1))
    if not one.size or not other.size:
        # one direction alone: a cell that stores lithium shows its voltage from the first row on
        first = h.voltage_V[np.isfinite(h.voltage_V)][:FIRST]
        return bool(first.size) and float(np.median(np.abs(first))) < STORED_V
    return bool((np.sign(volt[one]) == -np.sign(float(volt[other[0]]))).all()) and bool(
        (np.sign(volt[other]) == np.sign(float(volt[other[0]]))).all()
    )


def _within_the_first(t: Trace, owner: IntArray, row: IntArray, along: FloatArray) -> Trouble | None:
    """Find a change of sign within the first half-cycle, before which nothing can have been stored."""
    h = t.halves
    mine = np.flatnonzero((owner == 0) & np.isfinite(along))
    if mine.size < 4 * SINGLE:
        return None
    value = along[mine]
    part = mine.size // 4
    early, late = float(np.median(value[1:part])), float(np.median(value[-part:]))
    noise = float(np.nan_to_num(t.row_noise_ohm[:1]).sum()) * abs(float(h.current_A[0]))
    least = max(LEAST_V, CLEAR * noise, SIZE * max(abs(early), abs(late)))
    if early * late >= 0 or min(abs(early), abs(late)) < least:
        return None
    k = int(row[mine[int(np.argmax(value * np.sign(early) < -SIZE * abs(late)))]])
    text = (
        f"within the first half-cycle, near {time_text(float(h.time_s[k]))}, the voltage turns from "
        f"{early / units.factor('mV'):.4g} to {late / units.factor('mV'):.4g} mV along the current: no passive cell "
        "does that; leads are swapped, or another voltage is read"
    )
    return Trouble("polarity", float(h.time_s[k]), k, 0, 6.0, text)


def _usual(volt: FloatArray, size: FloatArray) -> FloatArray:
    """Median |V| of the half-cycles of the same current, of all or of the first ones, whichever is less."""
    order = np.argsort(size, kind="stable")
    jump = np.concatenate([[False], np.diff(size[order]) > 0.02 * size[order][1:]])
    level: IntArray = np.empty(size.size, dtype=np.int64)
    level[order] = np.cumsum(jump)
    count = int(level.max()) + 1
    every = median_by(level, volt, count)[0]
    by_level = np.argsort(level, kind="stable")
    number = np.bincount(level)
    rank = np.arange(level.size) - np.repeat(np.cumsum(number) - number, number)
    first = by_level[rank < FIRST]
    return np.minimum(every, median_by(level[first], volt[first], count)[0])[level]
