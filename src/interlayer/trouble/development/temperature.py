"""Room or chamber temperature that swings or is set anew."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice
from interlayer.trouble.specimen import Specimen

DAY_S = 86400.0


class TemperatureSwing(Mechanism):
    """T = T_0 + a sin(2 pi (t/day + phase)); resistances follow Arrhenius."""

    source = "Arrhenius"

    def __init__(self, specimen: Specimen, amplitude_K: float, phase: float, period_s: float = DAY_S) -> None:
        self.specimen, self.amplitude_K, self.phase, self.period_s = specimen, amplitude_K, phase, period_s

    def act(self, s: Slice) -> None:
        """Heat pellet and interfaces."""
        change = self.amplitude_K * np.sin(2.0 * np.pi * (s.time_s / self.period_s + self.phase))
        heat(self.specimen, s, change)


class TemperatureStep(Mechanism):
    """The chamber is set to another temperature once, and gets there with its time constant."""

    source = "Arrhenius"

    def __init__(self, specimen: Specimen, by_K: float, at_s: float, within_s: float) -> None:
        self.specimen, self.by_K, self.at_s, self.within_s = specimen, by_K, at_s, within_s

    def act(self, s: Slice) -> None:
        """Heat pellet and interfaces."""
        since = np.maximum(s.time_s - self.at_s, 0.0)
        heat(self.specimen, s, -self.by_K * np.expm1(-since / self.within_s))


def heat(specimen: Specimen, s: Slice, change_K: np.ndarray) -> None:
    """Change temperature and resistances of a slice."""
    s.temperature_C += change_K
    warmth = specimen.warmth(s.temperature_C) / specimen.warmth(s.temperature_C - change_K)
    s.bulk_ohm *= warmth
    s.boundary_ohm *= warmth
    s.interface_ohm *= warmth**1.5
