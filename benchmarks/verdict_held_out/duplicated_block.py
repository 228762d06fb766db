"""A logger that writes a block again: after a broken transfer the last rows come twice, those after them are lost.

Go-back-N retransmission without the numbers that tell (Tanenbaum, Computer Networks, ch. 3.4). The times run back.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_ROWS = 12


class DuplicatedBlock(Fault):
    """The block before `share` of the rows; `length`: its part of all rows."""

    def __init__(self, share: float, length: float) -> None:
        self.share, self.length = share, length

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        kept = np.flatnonzero(rows.keep)
        first = int(self.share * kept.size)
        count = min(max(int(self.length * kept.size), FEWEST_ROWS), first, kept.size - first)
        again, before = kept[first : first + count], kept[first - count : first]
        for column in (rows.time_s, rows.voltage_V, rows.current_A, rows.step):
            column[again] = column[before]
        flowing = again[rows.half_cycle[again] >= 0]
        return int(flowing[0]) if flowing.size >= FEWEST_ROWS else None
