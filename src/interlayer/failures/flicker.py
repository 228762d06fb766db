"""Flicker: single rows are off by one and the same voltage, at random from row to row, in one direction of the current.

A contact or a filament lasts and differs from one time to the next. A bit that reads wrong is right again in the next
row, always weighs the same, and depends on the reading alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.ndimage import median_filter

from interlayer import units
from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import BoolArray, FloatArray, IntArray

WIDTH: Final = 9
SIZE: Final = 0.1
"""Of |V|, that rows must be off by."""
CLEAR: Final = 10.0
"""Standard deviations from row to row that they must be off by."""
FEWEST: Final = 12
ALIKE: Final = 0.06
"""Scatter of what they are off by, over its median ..."""
SIGMAS: Final = 3.0
"""... or in standard deviations from row to row, if that is more."""
SINGLE: Final = 0.6
"""Least share of those that are alone, for what is off in fewer than a third of the rows."""
ONE_SIDED: Final = 0.9
PLACE: Final = 0.4
"""Share of them that may come at two neighbouring places of the half-cycle."""
LEAST_V: Final = 5e-4


def flicker(t: Trace) -> Trouble | None:
    """Find rows that are off by one and the same voltage."""
    h = t.halves
    owner, row = h.rows()
    good = np.isfinite(h.voltage_V[row])
    owner, row = owner[good], row[good]
    if row.size < 4 * FEWEST or not t.known_current:
        return None
    volt = h.voltage_V[row]
    base = _around(volt, owner)
    inner = np.ones(row.size, dtype=np.bool_)
    edge = np.flatnonzero(np.diff(owner) != 0) + 1
    inner[np.clip(np.concatenate([[0], edge - 1, edge, [row.size - 1]]), 0, row.size - 1)] = False
    apart = volt - base
    step = np.abs(np.diff(volt))[inner[1:] & inner[:-1]]
    if step.size < FEWEST:
        return None
    noise = float(np.median(step)) / (0.6745 * np.sqrt(2.0))
    digit = float(np.min(step[step > 1e-9 * float(np.max(np.abs(volt)))], initial=np.inf))
    level = np.abs(t.level_ohm * h.current_A)[owner]
    with np.errstate(invalid="ignore"):
        hit = inner & (
            np.abs(apart) > np.maximum(SIZE * level, CLEAR * max(noise, digit if digit < 1e300 else 0.0))
        )
    number = int(hit.sum())
    if number < FEWEST:
        return None
    up = apart[hit] > 0
    side = 1.0 if up.mean() >= 0.5 else -1.0
    if max(float(up.mean()), 1.0 - float(up.mean())) < ONE_SIDED:
        return None
    mine = hit & (apart * side > 0)
    heights = np.abs(apart[mine])
    centre = float(np.median(heights))
    scatter = 1.4826 * float(np.median(np.abs(heights - centre)))
    if centre < LEAST_V:
        return None
    value = volt[mine]
    exact = bool(np.ptp(value) <= 1e-9 * float(np.max(np.abs(volt)))) and noise > 1.5 * digit
    if not exact and (scatter > max(ALIKE * centre, SIGMAS * noise) or scatter > 0.15 * centre):
        return None
    # in one direction the rows then add to |V|, which no path does, or in both the voltage is shifted alike
    along = side * h.direction[owner[mine]] * (-1.0 if t.inverted else 1.0)
    adds = float((along > 0).mean())
    alone = mine[1:-1] & ~mine[:-2] & ~mine[2:]
    if float(alone.sum()) < SINGLE * mine[1:-1].sum() or not _memoryless(mine, owner):
        return None
    if _at_one_place(owner, mine):
        return None
    # what takes from |V| may be a path, unless it weighs the same whatever |V| is, or reads the same to the last digit
    if adds < 0.1 and not exact and not _constant(np.abs(base[mine]), heights):
        return None
    k = int(np.argmax(mine))
    text = (
        f"{int(mine.sum())} single rows are off by {side * centre / units.factor('mV'):.4g} mV each (scatter "
        f"{scatter / units.factor('mV'):.2g} mV), whatever the voltage, near {time_text(float(h.time_s[row[k]]))}: "
        "a bit or a source that flickers in the instrument"
    )
    return Trouble("flicker", float(h.time_s[row[k]]), int(row[k]), int(owner[k]), 4.5, text)


def _around(volt: FloatArray, owner: IntArray) -> FloatArray:
    """Median of the nine rows around each, all of the same half-cycle where it has as many."""
    base = median_filter(volt, WIDTH, mode="nearest")
    begin = np.flatnonzero(np.concatenate([[True], np.diff(owner) != 0]))
    stop = np.append(begin[1:], owner.size)
    long = stop - begin >= WIDTH
    begin, stop = begin[long], stop[long]
    place = np.arange(WIDTH // 2)
    window = np.arange(WIDTH)
    if begin.size:
        for rows, heads in ((begin[:, None] + place, begin), (stop[:, None] - 1 - place, stop - WIDTH)):
            base[rows] = np.median(volt[heads[:, None] + window], axis=1)[:, None]
    return base


def _at_one_place(owner: IntArray, mine: BoolArray) -> bool:
    """Whether most such rows come at one place after or before a switch, where the cell's own course is steep."""
    begin = np.flatnonzero(np.concatenate([[True], np.diff(owner) != 0]))
    length = np.diff(np.append(begin, owner.size))
    after = np.arange(owner.size) - np.repeat(begin, length)
    before = np.repeat(length, length) - after
    few = 2.0 / max(float(np.median(length)), 1.0)
    for place in (after[mine], before[mine]):
        count = np.bincount(place)
        pair = int((count[1:] + count[:-1]).max()) if count.size > 1 else int(count[0])
        if pair > max(PLACE, 2.5 * few) * place.size:
            return True
    return False


def _memoryless(mine: BoolArray, owner: np.ndarray) -> bool:
    """Whether a row is off no more often because the one before was: at most three times as often as any."""
    held = np.flatnonzero(np.bincount(owner, weights=mine) > 0)
    among = np.isin(owner, held)
    share = float(mine[among].mean())
    after = among[1:] & mine[:-1]
    again = float(mine[1:][after].mean()) if after.any() else 0.0
    return again < max(3.0 * share, 0.15)


def _constant(base: FloatArray, height: FloatArray) -> bool:
    """Whether the height does not follow |V|, where |V| varies by a quarter or more; a path takes a share of it."""
    low, high = np.quantile(base, [0.1, 0.9])
    if high < 1.25 * low:
        return False
    one, two = height[base <= np.median(base)], height[base > np.median(base)]
    return bool(one.size and two.size) and abs(float(np.median(two) / np.median(one)) - 1.0) < 0.1
