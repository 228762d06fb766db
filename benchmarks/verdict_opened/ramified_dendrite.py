"""A ramified dendrite in a polymer: it shortens the path before it touches, and then its contact flutters.

Brissot et al., J. Power Sources 1999, 81-82, 925. The front runs at a constant speed; the conductance after
touching is log-normal with a correlation time (Ornstein-Uhlenbeck in its logarithm).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class RamifiedDendrite(Mechanism):
    def __init__(
        self,
        rng: np.random.Generator,
        conductance_S: float,
        touch: float,
        approach: float,
        shorter: float,
        flutter: float,
    ) -> None:
        self.rng, self.conductance_S, self.touch = rng, conductance_S, touch
        self.approach, self.shorter, self.flutter = approach, shorter, flutter
        self.log = 0.0

    def act(self, s: Slice) -> None:
        share = s.share if s.direction else np.ones_like(s.time_s)
        at = max(s.half_cycle, 0) + share
        near = np.clip((at - self.touch + self.approach) / self.approach, 0.0, 1.0)
        s.bulk_ohm *= 1.0 - self.shorter * near
        course = np.zeros(at.size)
        kicks = self.rng.standard_normal(at.size)
        for k in range(at.size):
            self.log = 0.7 * self.log + 0.714 * self.flutter * kicks[k]
            course[k] = self.log
        s.shunt_S += np.where(at >= self.touch, self.conductance_S * np.exp(course), 0.0)
