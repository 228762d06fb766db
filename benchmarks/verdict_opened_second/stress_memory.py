"""Voltage of stress in the lithium that plated: it follows the charge, not the time, and turns with the current.

Dahl's model of hysteresis, dz/dq = 1 - z sgn(dq) (Aerospace Report TOR-158, 1968); the voltage of a stressed electrode
is omega sigma/F (Sethuraman et al., J. Electrochem. Soc. 2010, 157, A1253). Rests relax it.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class StressMemory(Mechanism):
    def __init__(self, volt: float, charge_C: float, relaxes_s: float) -> None:
        self.volt, self.charge_C, self.relaxes_s = volt, charge_C, relaxes_s
        self.state = 0.0
        self._path = np.zeros(1)

    def act(self, s: Slice) -> None:
        if s.direction:
            self._path = s.direction + (self.state - s.direction) * np.exp(-s.charge_C / self.charge_C)
        else:
            self._path = self.state * np.exp(-s.elapsed_s / self.relaxes_s)
        s.source_V += self.volt * self._path

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.state = float(self._path[rows - 1])
