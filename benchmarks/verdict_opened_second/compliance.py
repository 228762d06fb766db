"""A current source at its compliance: the voltage stays at that, and the current is what the cell lets through.

Horowitz and Hill, The Art of Electronics, ch. 4.2. It is seen where within one half-cycle of constant current the
voltage goes flat and the current falls.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FALL = 0.1
"""Of the current within one half-cycle, for the trouble to be declared; with so many rows before and after:"""
BEFORE, AFTER = 3, 6


class Compliance(Fault):
    """`share`: of the rows of the largest current that stay below the compliance."""

    def __init__(self, share: float) -> None:
        self.share = share

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        size = np.abs(rows.voltage_V)
        flowing = (rows.half_cycle >= 0) & rows.keep
        largest = flowing & (np.abs(rows.set_A) > 0.99 * np.abs(rows.set_A).max())
        end_V = float(np.quantile(size[largest], self.share))
        beyond = (size > end_V) & (rows.half_cycle >= 0)
        held = end_V * (1.0 + 1e-4 * rng.standard_normal(size.size))
        part = np.where(beyond, held / np.maximum(size, 1e-12), 1.0)
        rows.voltage_V *= part
        rows.current_A *= part
        count = int(rows.half_cycle.max()) + 1
        after = np.bincount(rows.half_cycle[flowing & beyond], minlength=count)
        before = np.bincount(rows.half_cycle[flowing & ~beyond], minlength=count)
        least = np.ones(count)
        np.minimum.at(least, rows.half_cycle[flowing], part[flowing])
        shows = (after >= AFTER) & (before >= BEFORE) & (least < 1.0 - FALL)
        return int(np.argmax(beyond & flowing)) if shows.any() else None
