"""A filament that touches only while its side is plated, and is stripped off in every other half-cycle.

As micro-shorts in garnets that vanish on reversal: Ning et al., Nature 2023, 618, 287; Wang et al., J.
Electrochem. Soc. 2018.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class OneSidedFilament(Mechanism):
    """Touches after `reach` of each half-cycle of its side from `first` on, until `last`."""

    def __init__(self, conductance_S: float, first: int, last: int, side: int, reach: float) -> None:
        self.conductance_S, self.first, self.last = conductance_S, first, last
        self.side, self.reach = side, reach

    def act(self, s: Slice) -> None:
        if self.first <= s.half_cycle < self.last and s.direction == self.side:
            s.shunt_S += np.where(s.share >= self.reach, self.conductance_S, 0.0)
