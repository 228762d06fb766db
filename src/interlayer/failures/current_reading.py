"""A current that jumps from one steady value to another while the voltage does not move: its reading is wrong.

Over a passive cell a current that changes changes the voltage; where the voltage is held, the current is not steady.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray

JUMP: Final = 0.1
"""ln of the current, that counts."""
MOVES: Final = 0.1
"""Share of it by which the voltage may move."""
ROWS: Final = 4
"""Steady rows on either side."""
STEADY: Final = 0.005


def current_reading(t: Trace, step: FloatArray | None) -> Trouble | None:
    """Find the first jump of the current within a step that the voltage does not answer; `step` numbers each row's."""
    h = t.halves
    size, volt = np.abs(h.row_current_A), np.abs(h.voltage_V)
    if step is None or size.size < 4 * ROWS or not len(h):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        i, v = np.log(size), np.log(volt)
        jump = np.abs(np.diff(i))
    sign = np.sign(h.row_current_A)
    at = (
        np.flatnonzero(
            (jump > JUMP) & (jump < 3.0) & (sign[1:] == sign[:-1]) & (sign[1:] != 0) & (step[1:] == step[:-1])
        )
        + 1
    )
    at = at[(at >= ROWS) & (at + ROWS <= size.size)]
    if not at.size:
        return None
    place = np.arange(ROWS)
    before, after = at[:, None] - ROWS + place, at[:, None] + place
    same = (sign[before] == sign[at][:, None]).all(axis=1) & (sign[after] == sign[at][:, None]).all(axis=1)
    still = (np.ptp(i[before], axis=1) < STEADY) & (np.ptp(i[after], axis=1) < STEADY)
    size_of = jump[at - 1]
    with np.errstate(invalid="ignore"):
        moved = np.abs(v[after].mean(axis=1) - v[before].mean(axis=1))
        wide = np.maximum(np.ptp(v[before], axis=1), np.ptp(v[after], axis=1))
    found = at[same & still & (moved < MOVES * size_of) & (wide < 2.0 * MOVES * size_of)]
    if not found.size:
        return None
    row = int(found[0])
    half = int(np.clip(np.searchsorted(h.first, row, side="right") - 1, 0, len(h) - 1))
    text = (
        f"near {time_text(float(h.time_s[row]))} the current reads {size[row] / size[row - 1]:.3g} times what it "
        "read the row before and stays there, while the voltage does not move: the reading of the current is wrong"
    )
    return Trouble("current reading", float(h.time_s[row]), row, half, 4.5, text)
