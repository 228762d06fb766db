"""Burst noise: the voltage sits on one of two levels that lie little apart (Hsu.

Solid-State Electron. 1971, 14, 487).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class PopcornNoise(Fault):
    def __init__(self, height_V: float, rows_a_level: float) -> None:
        self.height_V, self.rows_a_level = height_V, rows_a_level

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        flips = rng.random(rows.time_s.size) < 1.0 / self.rows_a_level
        rows.voltage_V += self.height_V * (np.cumsum(flips) % 2 - 0.5)
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return np.full_like(voltage_V, 0.5 * self.height_V)
