"""A front of reduced electrolyte, which conducts electrons, on its way through the pellet.

The front moves as the square root of time (Wagner 1933); what it has not reached yet holds the electrons back:
G = G_1/(1 - x/L + e), e the leak of the last layer. Wenzel et al., Solid State Ionics 2015, 278, 98 for mixed
conducting interphases.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice


class ReducedFront(Mechanism):
    """`conductance_S`: with the front across; `across`: half-cycle with share of that; `rest`: e."""

    def __init__(self, conductance_S: float, across: float, rest: float) -> None:
        self.conductance_S, self.across, self.rest = conductance_S, across, rest

    def act(self, s: Slice) -> None:
        depth = np.sqrt(np.minimum(position(s) / self.across, 1.0))
        s.shunt_S += self.conductance_S * self.rest / (1.0 - depth + self.rest)
