"""A network of dendrites that percolates: G = G_1 ((p - p_c)/(1 - p_c))^t, t = 2.0 in three dimensions.

Kirkpatrick, Rev. Mod. Phys. 1973, 45, 574. The filled fraction p grows with the charge that is plated, both ways.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class PercolatingDendrites(Mechanism):
    """`half_cycle` and `share`: where p passes p_c; `halves`: until p is 1."""

    def __init__(self, conductance_S: float, half_cycle: int, share: float, halves: float) -> None:
        self.conductance_S, self.begin, self.halves = conductance_S, half_cycle + share, halves

    def act(self, s: Slice) -> None:
        share = s.share if s.direction else np.ones_like(s.time_s)
        filled = np.clip((max(s.half_cycle, 0) + share - self.begin) / self.halves, 0.0, 1.0)
        s.shunt_S += self.conductance_S * filled**2.0
