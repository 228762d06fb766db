"""A clock that was set back, or that began anew."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class SetClock(Fault):
    """From a row on all times are smaller by some seconds; more than have passed: the clock begins anew."""

    def __init__(self, share: float, by_s: float) -> None:
        self.share, self.by_s = share, by_s

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        """Set the times back."""
        row = int(self.share * rows.time_s.size)
        while not rows.keep[row] or rows.half_cycle[row] < 0:
            row -= 1
        rows.time_s[row:] -= min(self.by_s, float(rows.time_s[row]))
        return row
