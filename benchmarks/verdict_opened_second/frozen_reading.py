"""A logger that goes on writing the last voltage it got while the current is reversed again and again."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_REVERSALS = 3


class FrozenReading(Fault):
    """From `share` of the rows on, for `length` of them."""

    def __init__(self, share: float, length: float) -> None:
        self.share, self.length = share, length

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        first = int(self.share * flowing.size)
        last = min(first + int(self.length * flowing.size), flowing.size - 1)
        row = int(flowing[first])
        until = int(flowing[last]) + 1 if last < flowing.size - 1 else rows.time_s.size
        rows.voltage_V[row:until] = rows.voltage_V[row]
        frozen = flowing[first:last]
        reversals = int((np.diff(np.sign(rows.set_A[frozen])) != 0).sum())
        return row if reversals >= FEWEST_REVERSALS else None
