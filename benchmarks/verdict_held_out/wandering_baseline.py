"""A baseline that wanders and comes back: thermoelectric voltages of the terminals.

Ornstein-Uhlenbeck process (Uhlenbeck and Ornstein, Phys. Rev. 1930, 36, 823, doi:10.1103/PhysRev.36.823).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows
from interlayer.trouble.run import recursion


class WanderingBaseline(Fault):
    """`height_V`: standard deviation; `memory_s`: time in which it forgets."""

    def __init__(self, height_V: float, memory_s: float) -> None:
        self.height_V, self.memory_s = height_V, memory_s

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        keep = np.exp(-np.diff(rows.time_s, prepend=rows.time_s[0]) / self.memory_s)
        kick = np.sqrt(1.0 - keep**2) * rng.standard_normal(keep.size)
        rows.voltage_V += self.height_V * recursion(keep, kick, float(rng.standard_normal()))
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return np.full_like(voltage_V, self.height_V)
