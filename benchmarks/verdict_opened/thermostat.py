"""A chamber with a relay: temperature runs up and down as a sawtooth, and the room wanders (Ornstein-Uhlenbeck).

Resistances follow Vogel, Tammann and Fulcher above and Arrhenius otherwise (Vogel, Phys. Z. 1921, 22, 645).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice
from interlayer.trouble.specimen import Specimen


class Thermostat(Mechanism):
    def __init__(
        self,
        specimen: Specimen,
        rng: np.random.Generator,
        swing_K: float,
        period_s: float,
        wander_K: float,
        end_s: float,
    ) -> None:
        self.swing_K, self.period_s = swing_K, period_s
        self.zero_C = specimen.temperature_C - 120.0  # of Vogel
        self.slope_K = 8.0 * specimen.activation_eV / 8.617e-5 * 1e-2
        self.grid_s = np.linspace(0.0, end_s * 1.01 + 1.0, 400)
        fade = np.exp(-(self.grid_s[1] - self.grid_s[0]) / 20_000.0)
        kicks = rng.standard_normal(400) * wander_K * np.sqrt(1.0 - fade * fade)
        self.wander = np.zeros(400)
        for k in range(1, 400):
            self.wander[k] = fade * self.wander[k - 1] + kicks[k]
        self.base_C = specimen.temperature_C

    def act(self, s: Slice) -> None:
        phase = (s.time_s / self.period_s) % 1.0
        saw = 2.0 * np.abs(2.0 * phase - 1.0) - 1.0
        change = self.swing_K * saw + np.interp(s.time_s, self.grid_s, self.wander)
        s.temperature_C += change
        factor = np.exp(
            self.slope_K * (1.0 / (self.base_C + change - self.zero_C) - 1.0 / (self.base_C - self.zero_C))
        )
        s.bulk_ohm *= factor
        s.boundary_ohm *= factor
        s.interface_ohm *= factor
