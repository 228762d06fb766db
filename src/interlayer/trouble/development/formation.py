"""Fall of R_int in the first cycles, as lithium finds contact and the interphase forms."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Formation(Mechanism):
    """R_int x (1 + a exp(-n/n_0)), n half-cycles with the share of the running one."""

    source = "closed form"

    def __init__(self, amount: float, halves: float) -> None:
        self.amount, self.halves = amount, halves

    def act(self, s: Slice) -> None:
        """Scale the interface."""
        begun = max(s.half_cycle, 0)
        share = s.share if s.direction else np.full_like(s.time_s, 1.0 if s.half_cycle >= 0 else 0.0)
        s.interface_ohm *= 1.0 + self.amount * np.exp(-(begun + share) / self.halves)


def draw(rng: np.random.Generator) -> Formation:
    """Up to fourfold at first, gone after a few half-cycles."""
    return Formation(rng.uniform(0.3, 3.0), rng.uniform(2.5, 8.0))
