"""A logger whose numbers overflow: what lies beyond the end comes back from the other end.

Two's complement arithmetic without saturation (Oppenheim and Schafer, Discrete-Time Signal Processing, 1999,
ch. 6.7).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_ROWS, LEAST_PART = 12, 0.1
"""Rows that overflow, and their part of all, for the trouble to be declared; as many must not: what is wrong from the
first row to the last could be a sign convention."""


class OverflowWrap(Fault):
    def __init__(self, end_V: float) -> None:
        self.end_V = end_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        flowing = (rows.half_cycle >= 0) & rows.keep
        beyond = (np.abs(rows.voltage_V) >= self.end_V) & flowing
        rows.voltage_V[:] = (rows.voltage_V + self.end_V) % (2.0 * self.end_V) - self.end_V
        least = max(FEWEST_ROWS, LEAST_PART * float(flowing.sum()))
        shows = min(beyond.sum(), flowing.sum() - beyond.sum()) >= least
        return int(np.argmax(beyond)) if shows else None
