"""Shape of |V| within a half-cycle of liquid cells: high at first, low in the middle, rising to the end."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Arcing(Mechanism):
    """R_int x (1 + a exp(-x/w) + b x^2), x the share of the half-cycle that has passed.

    The first term is nucleation on a face that was stripped clean, the last pitting of bulk lithium once the dead and
    mossy part of it is used up (Wood et al. 2016). b grows over life as mossy lithium builds up.
    """

    source = "wood2016"

    def __init__(self, first: float, width: float, last: float, growth: float) -> None:
        self.first, self.width, self.last, self.growth = first, width, last, growth

    def act(self, s: Slice) -> None:
        """Scale the interface."""
        if not s.direction:
            return
        x = s.share
        late = self.last * (1.0 + self.growth * s.half_cycle)
        s.interface_ohm *= 1.0 + self.first * np.exp(-x / self.width) + late * x * x


def draw(rng: np.random.Generator) -> Arcing:
    """From nearly flat to peaks twice as high as the middle."""
    return Arcing(
        rng.uniform(0.1, 1.0), rng.uniform(0.03, 0.25), rng.uniform(0.0, 0.8), rng.uniform(0.0, 0.01)
    )
