"""A logger that restarts: twice the elapsed time begins again at zero, rows go on in the same file."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class RestartedClock(Fault):
    def __init__(self, shares: tuple[float, ...]) -> None:
        self.shares = shares

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        first: int | None = None
        for share in self.shares:
            row = int(share * rows.time_s.size)
            while not rows.keep[row] or rows.half_cycle[row] < 0:
                row -= 1
            rows.time_s[row:] -= rows.time_s[row]
            first = row if first is None else min(first, row)
        return first
