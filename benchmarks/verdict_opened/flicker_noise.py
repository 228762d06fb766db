"""Noise whose power falls as 1/f, as of contacts and amplifiers (Hooge, Phys. Lett. A 1969, 29, 139)."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class FlickerNoise(Fault):
    def __init__(self, relative: float) -> None:
        self.relative = relative

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        count = rows.time_s.size
        spectrum = np.fft.rfft(rng.standard_normal(count))
        spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
        spectrum[0] = 0.0
        pink = np.fft.irfft(spectrum, count)
        rows.voltage_V += rows.voltage_V * self.relative * pink / max(float(pink.std()), 1e-12)
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return self.relative * np.abs(voltage_V)
