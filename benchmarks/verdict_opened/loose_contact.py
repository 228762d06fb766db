"""A contact that is loose.

Again and again the voltage jumps up for some rows, to the rail or by a resistance of its own. Contact
resistance under fretting: Holm, Electric Contacts, 1967, part I.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class LooseContact(Fault):
    def __init__(self, share: float, count: int, times: float, rail_V: float) -> None:
        self.share, self.count, self.times, self.rail_V = share, count, times, rail_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        first = int(self.share * flowing.size)
        starts = np.sort(rng.choice(np.arange(first, flowing.size - 4), self.count, replace=False))
        for begin in starts.tolist():
            some = flowing[begin : begin + int(rng.integers(1, 4))]
            jumped = rows.voltage_V[some] * (1.0 + self.times * np.exp(rng.standard_normal(some.size)))
            rows.voltage_V[some] = np.clip(jumped, -self.rail_V, self.rail_V)
        return int(flowing[starts[0]])
