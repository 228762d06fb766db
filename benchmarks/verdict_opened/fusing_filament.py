"""A filament that grows at random, crosses, melts where the voltage on it is high, and grows again.

It grows while its side is plated and is stripped a little otherwise. Once across it fuses with a hazard
proportional to the square of the voltage over the fusing voltage, by Wiedemann and Franz (Holm, Electric
Contacts, 1967), and a part of it is left.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class FusingFilament(Mechanism):
    """`halves`: half-cycles of plating to cross; `lasting`: mean half-cycles until it fuses."""

    def __init__(
        self,
        rng: np.random.Generator,
        conductance_S: float,
        first: int,
        halves: float,
        lasting: float,
        side: int,
        last: int,
    ) -> None:
        self.rng, self.conductance_S, self.first = rng, conductance_S, first
        self.halves, self.lasting, self.side, self.last = halves, lasting, side, last
        self.length, self.across, self.left = 0.0, False, 0.0
        self.size = 1.0

    def act(self, s: Slice) -> None:
        if s.half_cycle < self.first or not s.direction:
            if self.across:
                s.shunt_S += self.conductance_S * self.size
            return
        step = np.diff(s.share, prepend=0.0)
        pace = step / self.halves * np.exp(0.5 * self.rng.standard_normal(step.size))
        pace = pace if s.direction == self.side else -0.2 * pace
        if s.half_cycle > self.last:
            pace = np.minimum(pace, 0.0)
        out = np.zeros(step.size)
        for k in range(step.size):
            if self.across:
                self.left -= step[k] / self.lasting
                if self.left <= 0.0:
                    self.across, self.length = False, self.rng.uniform(0.4, 0.9)
            else:
                self.length = max(self.length + pace[k], 0.0)
                if self.length >= 1.0:
                    self.across, self.left = True, self.rng.exponential()
                    self.size = float(np.exp(0.3 * self.rng.standard_normal()))
            out[k] = self.conductance_S * self.size if self.across else 0.0
        s.shunt_S += out
