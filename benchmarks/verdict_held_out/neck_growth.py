"""Solid contacts that sinter: necks between grains and lithium grow as the fifth root of time.

Kuczynski, Trans. AIME 1949, 185, 169 (volume diffusion).
"""

from __future__ import annotations

from interlayer.trouble.mechanism import Mechanism, Slice


class NeckGrowth(Mechanism):
    """R_int over 1 + amount (t/t_0)^(1/5)."""

    def __init__(self, amount: float, unit_s: float) -> None:
        self.amount, self.unit_s = amount, unit_s

    def act(self, s: Slice) -> None:
        s.interface_ohm /= 1.0 + self.amount * (s.time_s / self.unit_s) ** 0.2
