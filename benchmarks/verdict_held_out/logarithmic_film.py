"""An interphase that grows with the logarithm of time, as films do through which electrons tunnel.

Uhlig, Acta Metall. 1956, 4, 541.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class LogarithmicFilm(Mechanism):
    """R_int x (1 + amount ln(1 + t/t_0))."""

    def __init__(self, amount: float, first_s: float) -> None:
        self.amount, self.first_s = amount, first_s

    def act(self, s: Slice) -> None:
        s.interface_ohm *= 1.0 + self.amount * np.log1p(s.time_s / self.first_s)
