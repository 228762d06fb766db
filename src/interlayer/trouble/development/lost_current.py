"""A current that does not follow: it drops out for a while, again and again."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class LostCurrent(Fault):
    """In some stretches within half-cycles only a part of the current flows, and |V| falls with it."""

    def __init__(self, share: float, count: int, remaining: float) -> None:
        self.share, self.count, self.remaining = share, count, remaining

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        """Scale current and voltage in the stretches."""
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        first = int(self.share * flowing.size)
        length = max(6, flowing.size // (8 * self.count))
        starts = np.sort(rng.integers(first, max(flowing.size - length, first + 1), self.count))
        for begin in starts.tolist():
            some = flowing[begin : begin + length]
            rows.current_A[some] = (
                self.remaining * rows.set_A[some] * (1 + 0.02 * rng.standard_normal(some.size))
            )
            rows.voltage_V[some] *= self.remaining
        return int(flowing[starts[0]])
