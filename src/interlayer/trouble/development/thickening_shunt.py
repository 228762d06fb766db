"""A filament that thickens while current flows: a soft short that comes within some half-cycles."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class ThickeningShunt(Mechanism):
    """G = G_0 n/N, n the half-cycles passed since it began with the share of the running one, up to N."""

    source = "closed form"

    def __init__(self, conductance_S: float, half_cycle: int, share: float, halves: float) -> None:
        self.conductance_S, self.half_cycle, self.share, self.halves = (
            conductance_S,
            half_cycle,
            share,
            halves,
        )

    def act(self, s: Slice) -> None:
        """Add the conductance."""
        share = s.share if s.direction else np.ones_like(s.time_s)
        passed = max(s.half_cycle, 0) + share - self.half_cycle - self.share
        s.shunt_S += self.conductance_S * np.clip(passed / self.halves, 0.0, 1.0)
