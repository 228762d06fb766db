"""A burr that went through the separator when the cell was pressed: shorted before the first current.

Its contact ages as asperities under load do, with the logarithm of time (Dieterich, J. Geophys. Res. 1972, 77, 3690),
and jitters from half-cycle to half-cycle as the stack moves.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Burr(Mechanism):
    def __init__(self, rng: np.random.Generator, conductance_S: float, ageing: float, jitter: float) -> None:
        self.conductance_S, self.ageing = conductance_S, ageing
        self.jitter = np.exp(jitter * rng.standard_normal(1000))

    def act(self, s: Slice) -> None:
        aged = 1.0 + self.ageing * np.log1p(s.time_s / 60.0)
        s.shunt_S += self.conductance_S * aged * self.jitter[s.half_cycle % 1000]
