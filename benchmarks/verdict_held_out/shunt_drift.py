"""A measuring resistor that warms up: the current that is written drifts off by some tenths of a per cent.

Temperature coefficient of manganin, R = R_0 (1 - b (T - T_1)^2) (Kibble and Robinson, Coaxial Electrical
Circuits, 2011).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class ShuntDrift(Fault):
    """`error`: of the current once it is warm; `warms_s`: time constant."""

    def __init__(self, error: float, warms_s: float) -> None:
        self.error, self.warms_s = error, warms_s

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        warm = -np.expm1(-rows.time_s / self.warms_s)
        rows.current_A *= 1.0 + self.error * warm**2
        return None
