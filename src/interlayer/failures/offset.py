"""An offset: from one half-cycle on the voltage is shifted by the same amount in both directions of the current.

What happens between two like electrodes changes |V| in both directions alike, or in one of them; a shift that adds to
one and takes as much from the other, all at once, is a source of voltage in the leads or in the electrometer.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray

WIDTH: Final = 4
"""Half-cycles of each direction before and after that are compared."""
LEAST: Final = 0.15
"""Shift over |V|."""
LEAST_V: Final = 5e-4
"""V; less is thermal."""
UNEQUAL: Final = 0.25
"""Difference of the two shifts over their sum."""
CLEAR: Final = 8.0
"""Times the change from one half-cycle to the next that is usual in the record."""


def offset(t: Trace) -> Trouble | None:
    """Find a sudden shift of both directions by the same voltage."""
    h = t.halves
    signed = t.level_ohm * np.abs(h.current_A) * h.direction
    there = np.flatnonzero(np.isfinite(signed))
    if there.size < 4 * WIDTH or not t.known_current:
        return None
    volt, direction, size = signed[there], h.direction[there], np.abs(h.current_A)[there]
    pair = (direction[1:] == -direction[:-1]) & (np.abs(size[1:] / size[:-1] - 1.0) < 0.02)
    if not pair.all():
        edges = np.flatnonzero(np.diff(pair.astype(np.int8), prepend=0, append=0))
        begin, stop = edges[0::2], edges[1::2] + 1
    else:
        begin, stop = np.array([0]), np.array([volt.size])
    for b, e in zip(begin.tolist(), stop.tolist(), strict=True):
        k = _step(volt[b:e])
        if k is None:
            continue
        half = int(there[b + k[0]])
        text = (
            f"from half-cycle {half} on ({time_text(float(h.start_s[half]))}) the voltage is shifted by "
            f"{k[1] / units.factor('mV'):.4g} mV in both directions of the current alike: a voltage in the leads or "
            "in the instrument"
        )
        return Trouble("offset", float(h.start_s[half]), int(h.first[half]), half, 4.5, text)
    return None


def _step(volt: FloatArray) -> tuple[int, float] | None:
    """First half-cycle of the greatest shift, and the shift, if it is common to both directions and sudden."""
    n = volt.size
    if n < 4 * WIDTH:
        return None
    common = 0.5 * (volt[1:] + volt[:-1])
    swing = 0.5 * np.abs(volt[1:] - volt[:-1])
    # pairs of one plating and one stripping half-cycle: their mean is free of the resistance
    change = np.abs(common[2:] - common[:-2])
    k = int(np.argmax(change)) + 1
    if k < WIDTH or k > common.size - WIDTH:
        return None
    before, after = common[max(k - 2 * WIDTH, 0) : k], common[k + 1 : k + 1 + 2 * WIDTH]
    shift = float(np.median(after) - np.median(before))
    calm = np.concatenate([np.abs(np.diff(before)), np.abs(np.diff(after))])
    level = float(np.median(swing[max(k - 2 * WIDTH, 0) : k]))
    # before, it is the current that turns the voltage
    if abs(float(np.median(before))) > level:
        return None
    wider = float(np.median(swing[k + 1 : k + 1 + 2 * WIDTH])) - level
    usual = max(float(np.median(calm)), float(np.median(np.abs(before - np.median(before)))))
    if (
        abs(shift) < max(LEAST * level, LEAST_V)
        or abs(shift) < CLEAR * usual
        or abs(wider) > UNEQUAL * abs(shift)
    ):
        return None
    if float(np.max(np.abs(before - np.median(before)))) > 0.5 * abs(shift):
        return None
    return k + 1, shift
