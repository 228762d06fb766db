"""A converter of few bits: the voltage comes in coarse digits (Bennett, Bell Syst. Tech. J. 1948, 27, 446)."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class CoarseDigits(Fault):
    def __init__(self, digit_V: float) -> None:
        self.digit_V = digit_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        rows.voltage_V[:] = np.round(rows.voltage_V / self.digit_V) * self.digit_V
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return np.full_like(voltage_V, self.digit_V / np.sqrt(12.0))
