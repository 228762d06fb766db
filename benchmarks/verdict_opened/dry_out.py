"""Electrolyte that is used up.

The wetted part w of the separator falls, and with it its conductance as w^1.5 (Bruggeman). Both R_b and the
interfaces, which are wetted no better, suffer. Aurbach et al., Solid State Ionics 2002, 148, 405 for the loss.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class DryOut(Mechanism):
    def __init__(self, half_cycle: float, halves: float) -> None:
        self.half_cycle, self.halves = half_cycle, halves

    def act(self, s: Slice) -> None:
        share = s.share if s.direction else np.ones_like(s.time_s)
        lost = np.clip((max(s.half_cycle, 0) + share - self.half_cycle) / self.halves, 0.0, 0.999)
        s.fail("runaway", ohm=(s.bulk_ohm + s.interface_ohm) * ((1.0 - lost) ** -1.5 - 1.0))
