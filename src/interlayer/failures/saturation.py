"""Saturation: one side of the voltage piles up within a few digits of one value while the current goes on.

A cell's |V| is spread as widely at one side as at the other: its noise, its drift, and its levels of current. Where an
amplifier ends, or a reading is stuck, the spread of one side is lost.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.trace import Trace
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray, IntArray, median_by

FEWEST: Final = 10
"""Rows at the end."""
BAND: Final = 5e-4
"""Width of the end over its value."""
WIDER: Final = 4.0
"""Times that the spread of the other side within half-cycles must exceed that of the end."""
BEYOND: Final = 1.05
"""|V| of the other side at the same current over the end."""
GAP: Final = 0.25
"""Most rows in the five bands below the end, over those in the end: a plateau has a foot, an end has none."""


def saturated(t: Trace) -> Trouble | None:
    """Find the earliest end of one side of the voltage."""
    h = t.halves
    owner, row = h.rows()
    volt, size = h.voltage_V[row], np.abs(h.row_current_A[row])
    level = np.abs(h.current_A)[owner]
    good = np.isfinite(volt) & np.isfinite(h.time_s[row]) & (np.abs(size - level) < 0.05 * level)
    owner, row, volt = owner[good], row[good], volt[good]
    if row.size < 4 * FEWEST:
        return None
    found = [x for x in (_side(t, owner, row, volt, side) for side in (1.0, -1.0)) if x is not None]
    return min(found, key=lambda x: x.row) if found else None


def _side(t: Trace, owner: IntArray, row: IntArray, volt: FloatArray, side: float) -> Trouble | None:
    h = t.halves
    v = side * volt
    # a single stray row is no end
    end = float(np.partition(v, -3)[-3])
    if end <= 0.02:
        return None
    below = end - v
    top = (below <= BAND * end) & (below >= -BAND * end)
    foot = (below > BAND * end) & (below <= 6.0 * BAND * end)
    if top.sum() < FEWEST or foot.sum() > GAP * top.sum() or (below < -BAND * end).sum() > 2:
        return None
    number = np.bincount(owner, minlength=len(h))
    whole = np.bincount(owner, weights=top, minlength=len(h))
    mine = whole >= 3
    if not mine.any():
        return None
    flat = _spread(owner[top], v[top], len(h))
    # what the other side does at the same current is what this one would
    size = np.abs(h.current_A)
    other = (h.direction != np.sign(side * (-1.0 if t.inverted else 1.0))) & (number >= 3)
    reference = np.abs(size[:, None] / np.maximum(size[mine], 1e-300)[None, :] - 1.0).min(axis=1) < 0.02
    other &= reference
    there = other[owner]
    if not there.any():
        return None
    wide = _spread(owner[there], -v[there], len(h))
    opposite = float(np.nanmedian(median_by(owner[there], -v[there], len(h))[0]))
    # a reading of few digits stands still by itself
    step = np.abs(np.diff(v))
    digit = float(np.min(step[step > 1e-9 * end], initial=np.inf))
    width = max(float(np.nanmedian(flat[mine])), digit)
    if opposite < BEYOND * end or float(np.nanmedian(wide[other])) < WIDER * width:
        return None
    k = int(np.argmax(top))
    milli = units.factor("mV")
    text = (
        f"{int(top.sum())} rows lie within {BAND:.2%} of {side * end / milli:.6g} mV, the end of that side, while the "
        f"other side reaches {opposite / milli:.4g} mV and varies: saturated on one side"
    )
    return Trouble("clipped", float(h.time_s[row[k]]), int(row[k]), int(owner[k]), 5.0, text)


def _spread(owner: IntArray, value: FloatArray, count: int) -> FloatArray:
    """Median distance of rows from the median of their half-cycle."""
    centre, _ = median_by(owner, value, count)
    return median_by(owner, np.abs(value - centre[owner]), count)[0]
