"""Hum of the mains, sampled too seldom: it shows as a slow sine (Shannon, Proc. IRE 1949, 37, 10)."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class MainsHum(Fault):
    def __init__(self, height_V: float, period_s: float) -> None:
        self.height_V, self.period_s = height_V, period_s

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        rows.voltage_V += self.height_V * np.sin(2.0 * np.pi * (rows.time_s / self.period_s + rng.random()))
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return np.full_like(voltage_V, self.height_V / np.sqrt(2.0))
