"""Rows that were not written: a computer that was off while the test went on."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class Gap(Fault):
    """No rows between two shares of the test; no trouble with the cell."""

    def __init__(self, begin: float, end: float) -> None:
        self.begin, self.end = begin, end

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        """Leave the rows out."""
        count = rows.keep.size
        rows.keep[int(self.begin * count) : int(self.end * count)] = False
        return None
