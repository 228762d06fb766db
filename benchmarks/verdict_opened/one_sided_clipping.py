"""An amplifier that saturates on one side only, a digit of noise on top (Horowitz and Hill.

The Art of Electronics, ch. 4).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class OneSidedClipping(Fault):
    def __init__(self, end_V: float, side: int, digit_V: float) -> None:
        self.end_V, self.side, self.digit_V = end_V, side, digit_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        beyond = (self.side * rows.voltage_V >= self.end_V) & (rows.half_cycle >= 0)
        count = int((beyond & rows.keep).sum())
        flicker = self.digit_V * (rng.random(rows.time_s.size) < 0.05)
        rows.voltage_V[:] = np.where(beyond, self.side * (self.end_V - flicker), rows.voltage_V)
        return int(np.argmax(beyond & rows.keep)) if count >= 10 else None
