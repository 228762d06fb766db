"""A room that is heated only while people work: it warms and cools as one capacity, day by day or week by week.

First-order response to a periodic square wave, in the state that repeats itself (Carslaw and Jaeger, Conduction
of Heat in Solids, 1959, ch. 15); resistances follow Arrhenius.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice
from interlayer.trouble.specimen import Specimen


def response(x: np.ndarray, heated: float, width: float) -> np.ndarray:
    """Part of the full warmth at a share x of the period, heated for `heated` of it, with time constant `width`."""
    warms, cools = np.exp(-heated / width), np.exp(-(1.0 - heated) / width)
    end = (1.0 - warms) / (1.0 - warms * cools)
    rising = 1.0 - (1.0 - end * cools) * np.exp(-x / width)
    return np.where(x < heated, rising, end * np.exp(-(x - heated) / width))


class HeatedWeek(Mechanism):
    """`warm_K`: by which full heating warms; `heated`: part of `period_s` with it; `width`: of the room, in periods."""

    def __init__(
        self, specimen: Specimen, warm_K: float, period_s: float, heated: float, width: float, phase: float
    ) -> None:
        self.specimen, self.warm_K, self.period_s = specimen, warm_K, period_s
        self.heated, self.width, self.phase = heated, width, phase

    def act(self, s: Slice) -> None:
        x = (s.time_s / self.period_s + self.phase) % 1.0
        before = self.specimen.warmth(s.temperature_C)
        s.temperature_C += self.warm_K * (response(x, self.heated, self.width) - 0.5)
        warmth = self.specimen.warmth(s.temperature_C) / before
        s.bulk_ohm *= warmth
        s.boundary_ohm *= warmth
        s.interface_ohm *= warmth**1.5
