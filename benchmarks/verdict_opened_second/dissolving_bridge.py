"""A bridge that is dissolved at every reversal and grows anew, in either direction, or does not get across.

Dissolution of dendrites' roots and tips on reversal: Steiger et al., J. Power Sources 2014, 261, 112. The charge to
cross is drawn anew each time (gamma distributed: several stages one after the other), and so is the conductance.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class DissolvingBridge(Mechanism):
    """`reach`: mean share of a half-cycle to cross; from half-cycle `first` until before `last`."""

    def __init__(
        self,
        rng: np.random.Generator,
        conductance_S: float,
        first: int,
        last: int,
        reach: float,
        spread: float,
    ) -> None:
        self.crosses = {k: float(rng.gamma(4.0, reach / 4.0)) for k in range(first, last)}
        self.size = {
            k: conductance_S * float(np.exp(spread * rng.standard_normal())) for k in range(first, last)
        }

    def act(self, s: Slice) -> None:
        if s.direction and s.half_cycle in self.crosses:
            after = np.maximum(s.share - self.crosses[s.half_cycle], 0.0)
            s.shunt_S += -self.size[s.half_cycle] * np.expm1(-after / 0.01)
