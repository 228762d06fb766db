"""A ring buffer that is read out where it has not been written yet: old rows stand in the place of new ones.

A reader that overtakes the writer (Tanenbaum, Modern Operating Systems, ch. 2.3). The times jump back, and
forward again after the block.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_ROWS = 12


class StaleBlock(Fault):
    """From `share` of the rows on `length` of them are those that were written `back` earlier (parts of all rows)."""

    def __init__(self, share: float, length: float, back: float) -> None:
        self.share, self.length, self.back = share, length, back

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        kept = np.flatnonzero(rows.keep)
        first, back = int(self.share * kept.size), int(self.back * kept.size)
        count = min(max(int(self.length * kept.size), FEWEST_ROWS), back, kept.size - first)
        again, old = kept[first : first + count], kept[first - back : first - back + count]
        for column in (rows.time_s, rows.voltage_V, rows.current_A, rows.step):
            column[again] = column[old]
        flowing = again[rows.half_cycle[again] >= 0]
        return int(flowing[0]) if flowing.size >= FEWEST_ROWS else None
