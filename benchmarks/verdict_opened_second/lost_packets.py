"""Rows that a full buffer drops, in bursts (two-state channel: Gilbert, Bell Syst. Tech. J. 1960, 39, 1253)."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class LostPackets(Fault):
    """`share` of the rows, in bursts of geometric length with this mean; no trouble with the cell."""

    def __init__(self, share: float, mean_rows: float) -> None:
        self.share, self.mean_rows = share, mean_rows

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        count = rows.keep.size
        bursts = int(self.share * count / self.mean_rows)
        if bursts and count > 40:
            begins = rng.integers(5, count - 5, bursts)
            lengths = rng.geometric(1.0 / self.mean_rows, bursts)
            depth = np.zeros(count + 1)
            np.add.at(depth, begins, 1)
            np.add.at(depth, np.minimum(begins + lengths, count), -1)
            lost = np.cumsum(depth[:-1]) > 0
            # the first and the last row of a step are events, which are sent again
            edge = np.diff(rows.step, prepend=-1) != 0
            lost &= ~edge & ~np.append(edge[1:], True)
            rows.keep[lost] = False
        return None
