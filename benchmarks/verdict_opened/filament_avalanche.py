"""Filaments that cross one after the other.

Each easier than the one before (Weibull's weakest links with load sharing). Daniels, Proc. R. Soc. A 1945, 183,
405: the waiting time of the next falls with the number that are across. Conductances are log-normal.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class FilamentAvalanche(Mechanism):
    def __init__(
        self,
        rng: np.random.Generator,
        conductance_S: float,
        begin: float,
        wait: float,
        count: int,
        spread: float,
    ) -> None:
        waits = wait * rng.exponential(size=count) / np.arange(1, count + 1)
        waits[0] = 0.0
        self.at = begin + np.cumsum(waits)
        sizes = np.exp(spread * rng.standard_normal(count))
        self.total = np.concatenate([[0.0], np.cumsum(sizes / sizes.sum())]) * conductance_S

    def act(self, s: Slice) -> None:
        share = s.share if s.direction else np.ones_like(s.time_s)
        s.shunt_S += self.total[np.searchsorted(self.at, max(s.half_cycle, 0) + share, side="right")]
