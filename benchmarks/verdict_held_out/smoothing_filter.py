"""A reading that is smoothed: each row keeps a part of the one before (exponential average).

Brown, Smoothing, Forecasting and Prediction of Discrete Time Series, 1963. After a reversal some rows lag
behind.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows
from interlayer.trouble.run import recursion


class SmoothingFilter(Fault):
    """`kept`: part of the row before in each row; a step's first row is taken as it is."""

    def __init__(self, kept: float) -> None:
        self.kept = kept

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        keep = np.full(rows.voltage_V.size, self.kept)
        keep[0] = 0.0
        rows.voltage_V[:] = recursion(keep, (1.0 - keep) * rows.voltage_V, 0.0)
        return None
