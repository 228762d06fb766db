"""Interphase that grows in a stretched exponential: many rates side by side.

Kohlrausch, Ann. Phys. 1854, 167, 56.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class StretchedGrowth(Mechanism):
    """R_int x (1 + amount (1 - exp(-(t/tau)^exponent)))."""

    def __init__(self, amount: float, tau_s: float, exponent: float) -> None:
        self.amount, self.tau_s, self.exponent = amount, tau_s, exponent

    def act(self, s: Slice) -> None:
        s.interface_ohm *= 1.0 - self.amount * np.expm1(-((s.time_s / self.tau_s) ** self.exponent))
