"""Interlayers that take up lithium: the potential of the alloy shifts with the charge, and saturates.

Insertion isotherm (Langmuir) of both faces, one filled while the other is emptied: V = V_1 q/(q_1 + |q|), q the
net charge (McKinnon and Haering, Modern Aspects of Electrochemistry 15, 1983, ch. 4). A rest keeps it.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class AlloyPotential(Mechanism):
    def __init__(self, volt: float, charge_C: float) -> None:
        self.volt, self.charge_C = volt, charge_C
        self.net_C = 0.0

    def act(self, s: Slice) -> None:
        net = self.net_C + s.direction * s.charge_C
        s.source_V += self.volt * net / (self.charge_C + np.abs(net))

    def close(self, s: Slice, rows: int) -> None:
        self.net_C += s.direction * float(s.charge_C[rows - 1])
