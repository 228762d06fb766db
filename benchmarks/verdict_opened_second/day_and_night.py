"""Room of day and night: half a sine while the sun is up, exponential cooling until it rises again.

Parton and Logan, Agric. Meteorol. 1981, 23, 205. The frame of the cell expands with it: stack pressure follows, and the
resistance of the faces as a power of it (Doux et al., Adv. Energy Mater. 2020, 10, 1903253).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice
from interlayer.trouble.specimen import Specimen

LIGHT, COOLING = 0.55, 0.15
"""Share of the day with light; time constant of cooling in days."""
_DUSK = 0.8
"""The sine runs on to this share of its half period: it cools before the sun sets."""


def wave(time_s: np.ndarray, day_s: float, dawn: float) -> np.ndarray:
    """From about 0 at dawn to 1 at the warmest."""
    x = (time_s / day_s - dawn) % 1.0
    dusk = np.sin(np.pi * _DUSK)
    return np.where(
        x < LIGHT, np.sin(np.pi * _DUSK * x / LIGHT), dusk * np.exp(-np.maximum(x - LIGHT, 0.0) / COOLING)
    )


class DayAndNight(Mechanism):
    """`warm_K`: day over night; `pressed`: relative gain of stack pressure at the warmest; `power`: of pressure."""

    def __init__(
        self, specimen: Specimen, warm_K: float, pressed: float, power: float, day_s: float, dawn: float
    ) -> None:
        self.specimen, self.warm_K, self.pressed, self.power = specimen, warm_K, pressed, power
        self.day_s, self.dawn = day_s, dawn

    def act(self, s: Slice) -> None:
        day = wave(s.time_s, self.day_s, self.dawn)
        cold = self.specimen.warmth(s.temperature_C)
        s.temperature_C += self.warm_K * (day - 0.4)
        warmth = self.specimen.warmth(s.temperature_C) / cold
        s.bulk_ohm *= warmth
        s.boundary_ohm *= warmth
        s.interface_ohm *= warmth**1.5 * (1.0 + self.pressed * day) ** -self.power
