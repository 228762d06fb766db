"""Interphase whose growth cracks the electrolyte and lays bare what reacts next: R grows as R^2, up to a finite time.

dR/dN = k R^2 has R = R_0/(1 - N/N_f): Paris' law with exponent 4 for a crack that carries the resistance (Tippens et
al., ACS Energy Lett. 2019, 4, 1475 for the coupling).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class CrackingInterphase(Mechanism):
    def __init__(self, half_cycle: float, halves: float) -> None:
        self.half_cycle, self.halves = half_cycle, halves

    def act(self, s: Slice) -> None:
        share = s.share if s.direction else np.ones_like(s.time_s)
        passed = np.clip((max(s.half_cycle, 0) + share - self.half_cycle) / self.halves, 0.0, 0.99999)
        s.fail("runaway", ohm=s.interface_ohm * (1.0 / (1.0 - passed) - 1.0))
