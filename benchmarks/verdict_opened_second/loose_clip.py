"""A clip that is loose: clusters of moments without current, the voltage of which dies away.

Each shock sets off others (self-exciting process: Hawkes, Biometrika 1971, 58, 83).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class LooseClip(Fault):
    """`shocks` from `share` of the rows on, each with on average `others` close by; open for 1 to `longest` rows."""

    def __init__(self, share: float, shocks: int, others: float, longest: int) -> None:
        self.share, self.shocks, self.others, self.longest = share, shocks, others, longest

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        first = int(self.share * flowing.size)
        at = rng.integers(first, flowing.size, self.shocks).tolist()
        for begin in list(at):
            at += (begin + rng.geometric(1.0 / (3.0 * self.longest), rng.poisson(self.others))).tolist()
        open_ = np.zeros(flowing.size, dtype=bool)
        for begin in at:
            open_[begin : begin + int(rng.integers(1, self.longest + 1))] = True
        hit = flowing[open_]
        if hit.size < 12:
            return None
        scale = float(np.abs(rows.set_A).max())
        rows.current_A[hit] = 1e-4 * scale * rng.standard_normal(hit.size)
        rows.voltage_V[hit] *= 0.02 * rng.random(hit.size)
        return int(hit[0])
