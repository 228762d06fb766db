"""Noise with heavy tails: Student's distribution with three degrees of freedom (Biometrika 1908, 6, 1)."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class HeavyTails(Fault):
    def __init__(self, relative: float) -> None:
        self.relative = relative

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        rows.voltage_V += self.relative * rows.voltage_V * rng.standard_t(3, rows.time_s.size) / np.sqrt(3.0)
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return self.relative * np.abs(voltage_V)
