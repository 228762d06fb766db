"""A compressor next door: while it runs the voltage is noisier.

Ott, Electromagnetic Compatibility Engineering, 2009, ch. 2.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class CompressorBursts(Fault):
    """White noise of `noise_V` during `duty` of each `period_s`."""

    def __init__(self, noise_V: float, period_s: float, duty: float) -> None:
        self.noise_V, self.period_s, self.duty = noise_V, period_s, duty

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        runs = (rows.time_s / self.period_s + rng.random()) % 1.0 < self.duty
        rows.voltage_V += self.noise_V * runs * rng.standard_normal(runs.size)
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return np.full_like(voltage_V, self.noise_V * np.sqrt(self.duty))
