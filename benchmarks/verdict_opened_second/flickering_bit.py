"""A line of the converter that makes bad contact: one bit reads set in some of the rows.

Fault model stuck-at-1, intermittent: Bushnell and Agrawal, Essentials of Electronic Testing, 2000, ch. 4.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class FlickeringBit(Fault):
    """`bit_V`: its weight; `often`: share of the rows in which it is wrong, from `share` of the rows on."""

    def __init__(self, share: float, often: float, bit_V: float) -> None:
        self.share, self.often, self.bit_V = share, often, bit_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        code = np.floor(rows.voltage_V / self.bit_V).astype(np.int64)
        wrong = (code % 2 == 0) & (rng.random(code.size) < self.often)
        wrong[: int(self.share * code.size)] = False
        rows.voltage_V[wrong] += self.bit_V
        seen = np.flatnonzero(wrong & rows.keep & (rows.half_cycle >= 0))
        return int(seen[0]) if seen.size >= 12 else None
