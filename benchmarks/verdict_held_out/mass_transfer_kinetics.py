"""Charge transfer with a limited supply: Butler-Volmer whose reactants are used up as the current grows.

i/i_0 = (1 - l) exp(x/2) - (1 + l) exp(-x/2), l = i/i_lim (Bard and Faulkner, Electrochemical Methods, 2001, eq.
3.4.10), quadratic in exp(x/2).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


def overpotential(current: float, share: float) -> float:
    """x at a current over i_0 that is this share of the limiting one."""
    root = np.sqrt(current**2 + 4.0 * (1.0 - share**2))
    return 2.0 * float(np.log((current + root) / (2.0 * (1.0 - share))))


class MassTransferKinetics(Mechanism):
    """R_int x x(i) over its slope at no current, which is 1/i_0 + 2/i_lim."""

    def __init__(self, exchange_A: float, limit_A: float) -> None:
        self.exchange_A, self.limit_A = exchange_A, limit_A

    def act(self, s: Slice) -> None:
        size = abs(s.segment.current_A)
        if size:
            linear = size / self.exchange_A + 2.0 * size / self.limit_A
            s.interface_ohm *= overpotential(size / self.exchange_A, size / self.limit_A) / linear
