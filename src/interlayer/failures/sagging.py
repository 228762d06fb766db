"""Sagging: within a step the current, constant at first, leaves its value; the source, or its reading, does not hold it.

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

START: Final = 3
"""Rows at the beginning of a step at which the current must be constant ..."""
CONSTANT: Final = 0.005
"""... to this share."""
LEFT: Final = 0.05
"""Share of the current from which on it has left its value ..."""
DEPTH: Final = 0.09
"""... and which it must lose."""
FEWEST: Final = 6
"""Rows that have left it."""
USUAL: Final = 0.2
"""Share of the record's steps in which the current must be constant throughout, or up to where it falls."""
SMOOTH: Final = 0.5
"""Most change between two rows over the whole fall: a new level of the programme comes at once."""
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
    # rows 1 to START: the first one may still be that of before
    keep = (stop - begin >= START + FEWEST) & (sign[begin] != 0)
    begin, stop = begin[keep], stop[keep]
    if begin.size < 1:
        return None
    place = np.arange(1, START + 1)
    opening = size[begin[:, None] + place]
    level = np.median(opening, axis=1)
    firm = (np.ptp(opening, axis=1) < CONSTANT * level) & (level > 0)
    owner, at = _flat(begin, stop)
    fallen = size[at] < (1.0 - LEFT) * level[owner]
    count = np.bincount(owner, weights=fallen, minlength=begin.size)
    deepest = np.minimum.reduceat(size[at], np.cumsum(stop - begin) - (stop - begin))
    constant = firm & (count == 0)
    odd = firm & (count >= FEWEST) & (deepest < (1.0 - DEPTH) * level)
    if not odd.any() or (constant.sum() + odd.sum()) < USUAL * begin.size or constant.sum() < 1:
        return None
    top = float(np.max(np.abs(volt)))
    number = 0
    first: int | None = None
    depth = 0.0
    for k in np.flatnonzero(odd).tolist():
        r = _departure(size[begin[k] : stop[k]], level[k])
        if r is None or _programme(np.abs(volt[begin[k] : stop[k]]), size[begin[k] : stop[k]], level[k], top):
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


def _departure(size: FloatArray, level: float) -> int | None:
    """Row at which the current leaves its value, None if it comes to another one at once, or to none at all."""
    low = size < (1.0 - LEFT) * level
    r = int(np.argmax(low))
    tail = size[r:]
    tail = tail[: int(np.argmax(~low[r:])) if (~low[r:]).any() else tail.size]
    if tail.size < FEWEST:
        return None
    fall = level - float(tail.min())
    jump = float(np.max(-np.diff(size[max(r - 1, 0) : r + tail.size])))
    if jump > SMOOTH * fall or float(np.median(tail)) < 0.02 * level:
        return None
    return r


def _programme(volt: FloatArray, size: FloatArray, level: float, top: float) -> bool:
    """Whether the fallen rows stand at a round voltage that nothing exceeds: a limit that the programme holds."""
    low = size < (1.0 - LEFT) * level
    end = float(np.median(volt[low]))
    if float(np.ptp(volt[low])) > 0.01 * end or end < 0.98 * top or end <= 0:
        return False
    lead = end / 10.0 ** np.floor(np.log10(end))
    return bool(np.abs(lead / np.append(ROUND_V, 10.0) - 1.0).min() < NEAR)
