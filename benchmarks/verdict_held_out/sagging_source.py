"""A current source that runs out of breath: within each step the current decays, and the voltage with it.

A source fed from a capacitor that leaks (first-order discharge, Horowitz and Hill, The Art of Electronics, ch.
1.4).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FALL = 0.1
"""Of the current within one half-cycle, for the trouble to be declared; with so many rows after it:"""
AFTER = 6


class SaggingSource(Fault):
    """From the first half-cycle after `share` of the rows on: `left` of the current at the end of a step."""

    def __init__(self, share: float, left: float) -> None:
        self.share, self.left = share, left

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        flows = rows.half_cycle >= 0
        begins = np.flatnonzero((np.diff(rows.half_cycle, prepend=-2) != 0) & flows)
        number = np.maximum(np.searchsorted(begins, np.arange(flows.size), side="right") - 1, 0)
        begin_s = rows.time_s[begins][number]
        longest = float((rows.time_s - begin_s)[flows].max())
        part = self.left ** ((rows.time_s - begin_s) / longest)
        sags = flows & (begins[number] >= self.share * flows.size)
        rows.voltage_V[sags] *= part[sags]
        rows.current_A[sags] *= part[sags]
        seen = sags & rows.keep & (part < 1.0 - FALL)
        after = np.bincount(rows.half_cycle[seen], minlength=1)
        return int(np.argmax(seen)) if after.max() >= AFTER else None
