"""A current loop that hunts: the current swings about its value, row by row, and the voltage with it.

An underdamped second-order loop under noise (Astrom and Murray, Feedback Systems, 2008, ch. 6).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class HuntingCurrent(Fault):
    def __init__(self, share: float, amplitude: float) -> None:
        self.share, self.amplitude = share, amplitude

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        some = flowing[int(self.share * flowing.size) :]
        swing = np.zeros(some.size)
        kicks = rng.standard_normal(some.size)
        for k in range(2, some.size):
            swing[k] = 1.2 * swing[k - 1] - 0.8 * swing[k - 2] + kicks[k]
        factor = np.clip(1.0 + self.amplitude * swing / max(float(swing.std()), 1e-12), 0.0, 2.0)
        rows.current_A[some] *= factor
        rows.voltage_V[some] *= factor
        return int(some[0])
