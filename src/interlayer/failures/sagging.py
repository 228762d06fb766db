"""Sagging: within a step the current, once at its value, leaves it: the source, or its reading, does not hold it.

A source that meets its compliance lets the voltage stand still and the current fall; one that fails takes both down;
a wrong reading falls alone. A programme that goes on at constant voltage does so at a round limit, or says so in the
name or the number of its step.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import BoolArray, FloatArray, IntArray

FLAT: Final = 0.01
"""Share by which a constant current may vary within a step."""
START: Final = 3
"""Rows that must have the full current, if no other step shows it."""
LEFT: Final = 0.03
"""Share of the current from which on it has left its value ..."""
DEPTH: Final = 0.09
"""... and which it must lose."""
FEWEST: Final = 5
"""Rows that have left it."""
SAME: Final = 0.03
"""Difference from the current of constant steps up to which it is the same."""
USUAL: Final = 0.2
"""Share of the record's steps whose current must be constant, or be said not to hold."""
OWN: Final = 10
"""Rows at the full current that a single step must have to tell by itself."""
SMOOTH: Final = 0.5
"""Most change between two rows over the whole fall: a new level of the programme comes at once."""
WAYS: Final = 4.0
"""Times the fall that all changes from row to row may add up to."""
STEPS: Final = 0.05
STAIRS: Final = 0.6
"""Share of the rows that may change by less than that part of the greatest change."""
ROUND_V: Final = np.array([1.0, 1.2, 1.5, 1.8, 2.0, 2.5, 3.0, 4.0, 4.5, 5.0, 6.0, 7.5, 8.0])
"""Limits that people set, in any power of ten."""
NEAR: Final = 1.5e-3


def sagging(t: Trace, step: FloatArray | None, held: BoolArray | None = None) -> Trouble | None:
    """Find the first step in which a constant current falls.

    `step` numbers each row's step, None if nothing does; `held` marks rows of steps whose name says that the voltage
    is held.
    """
    h = t.halves
    amp, volt = h.row_current_A, h.voltage_V
    good = np.isfinite(amp) & np.isfinite(volt) & np.isfinite(h.time_s)
    if held is not None:
        good &= ~held
    row = np.flatnonzero(good)
    if row.size < 4 * FEWEST:
        return None
    amp, volt = amp[row], volt[row]
    size = np.abs(amp)
    sign = np.where(size > 2e-3 * float(np.quantile(size, 0.95)), np.sign(amp), 0.0)
    edge = np.diff(sign) != 0
    if step is not None:
        edge |= np.diff(step[row]) != 0
    begin = np.concatenate([[0], np.flatnonzero(edge) + 1])
    stop = np.append(begin[1:], row.size)
    # the first row of a step may still be that of before
    begin = begin + 1
    keep = (stop - begin >= START + FEWEST) & (sign[np.minimum(begin, sign.size - 1)] != 0)
    begin, stop = begin[keep], stop[keep]
    if begin.size < 1:
        return None
    owner, at = _flat(begin, stop)
    mine = size[at]
    head = np.cumsum(stop - begin) - (stop - begin)
    order = np.lexsort((mine, owner))
    level = mine[order][head + (0.95 * (stop - begin - 1)).astype(np.int64)]
    middle = mine[order][head + (stop - begin) // 2]
    deepest = np.minimum.reduceat(mine, head)
    constant = (level - middle < FLAT * level) & (middle - deepest < 2.0 * FLAT * level)
    full = np.bincount(owner, weights=mine > (1.0 - FLAT) * level[owner], minlength=begin.size)
    fallen = np.bincount(owner, weights=mine < (1.0 - LEFT) * level[owner], minlength=begin.size)
    known = np.sort(level[constant])
    elsewhere = _among(level, known)
    odd = (fallen >= FEWEST) & (deepest < (1.0 - DEPTH) * level) & ((full >= START) | elsewhere)
    odd &= (constant.sum() >= 1) | (full >= OWN)
    if not odd.any() or (constant.sum() + odd.sum()) < USUAL * begin.size:
        return None
    top = float(np.max(np.abs(volt)))
    number = 0
    first: int | None = None
    depth = 0.0
    for k in np.flatnonzero(odd).tolist():
        here = slice(int(begin[k]), int(stop[k]))
        r = _departure(size[here], float(level[k]))
        if r is None or _programme(np.abs(volt[here]), size[here], float(level[k]), top, bool(elsewhere[k])):
            continue
        number += 1
        if first is None:
            first, depth = int(begin[k]) + r, 1.0 - float(deepest[k] / level[k])
        if number >= 50:
            break
    if first is None:
        return None
    here = int(row[first])
    half = int(np.clip(np.searchsorted(h.first, here, side="right") - 1, 0, len(h) - 1))
    text = (
        f"within {number} steps the current, constant at first, leaves its value, by {depth:.0%} from "
        f"{time_text(float(h.time_s[here]))} on: a source at its compliance or failing, or a wrong reading"
    )
    return Trouble("sagging", float(h.time_s[here]), here, half, 5.0, text)


def _flat(begin: IntArray, stop: IntArray) -> tuple[IntArray, IntArray]:
    """Return the number of the stretch of each row, and the row."""
    length = stop - begin
    owner = np.repeat(np.arange(begin.size), length)
    return owner, np.arange(owner.size) - np.repeat(np.cumsum(length) - length, length) + begin[owner]


def _among(value: FloatArray, known: FloatArray) -> BoolArray:
    """Whether each value is the same as one of the known ones, which are sorted."""
    if not known.size:
        return np.zeros(value.size, dtype=np.bool_)
    k = np.searchsorted(known, value)
    near = np.minimum(
        np.abs(known[np.clip(k, 0, known.size - 1)] - value),
        np.abs(known[np.clip(k - 1, 0, known.size - 1)] - value),
    )
    return near < SAME * value


def _departure(size: FloatArray, level: float) -> int | None:
    """First row that has left the level, None if it comes to another one at once, is none, or is noise."""
    # before the current has come to its value the source settles
    begun = int(np.argmax(size > (1.0 - FLAT) * level))
    size = size[begun:]
    low = size < (1.0 - LEFT) * level
    if int(low.sum()) < FEWEST or float(size.min()) > (1.0 - DEPTH) * level:
        return None
    fall = level - float(size.min())
    step = np.abs(np.diff(size))
    if float(np.median(size[low])) < 0.02 * level or float(step.max()) > SMOOTH * fall:
        return None
    # a staircase is a programme: there most rows, once left, change by next to nothing
    mine = step[low[1:]]
    if float((mine < STEPS * mine.max()).mean()) > STAIRS:
        return None
    # a course, not a scatter: what it moves from row to row adds up to little more than there and back
    return begun + int(np.argmax(low)) if float(step.sum()) < WAYS * fall else None


def _programme(volt: FloatArray, size: FloatArray, level: float, top: float, elsewhere: bool) -> bool:
    """Whether the fallen rows stand at a voltage that a programme holds.

    That is a round one which nothing exceeds; or the whole step stands at one, and its current is no other step's.
    """
    low = size < (1.0 - LEFT) * level
    end = float(np.median(volt[low]))
    if end <= 0 or float(np.ptp(volt[low])) > 0.01 * end:
        return False
    if not elsewhere and float(np.ptp(volt)) < 0.01 * end:
        return True
    lead = end / 10.0 ** np.floor(np.log10(end))
    return end > 0.98 * top and bool(np.abs(lead / np.append(ROUND_V, 10.0) - 1.0).min() < NEAR)
