"""Charge transfer after Marcus, Hush and Chidsey: at high currents it is slower than Butler and Volmer have it.

Closed form of Zeng, Smith, Bai and Bazant, J. Electroanal. Chem. 2014, 735, 77: net rate proportional to
tanh(x/2) erfc((l - sqrt(1 + sqrt(l) + x^2))/(2 sqrt(l))), x the overpotential and l the reorganisation energy over kT.
"""

from __future__ import annotations

import numpy as np
from scipy.special import erfc

from interlayer.trouble.mechanism import Mechanism, Slice

_X = np.linspace(0.0, 40.0, 800)


def rate(x: np.ndarray, energy: float) -> np.ndarray:
    """Net rate over its slope at 0."""
    root = np.sqrt(energy)
    tail = erfc((energy - np.sqrt(1.0 + root + x * x)) / (2.0 * root))
    at_rest = erfc((energy - np.sqrt(1.0 + root)) / (2.0 * root))
    return 2.0 * np.tanh(0.5 * x) * tail / at_rest


class MarcusTransfer(Mechanism):
    """`exchange_A`: current that would need x = 1 by the slope at 0."""

    def __init__(self, exchange_A: float, energy: float) -> None:
        self.exchange_A = exchange_A
        self.table = rate(_X, energy)

    def act(self, s: Slice) -> None:
        if s.direction:
            wanted = abs(s.segment.current_A) / self.exchange_A
            s.interface_ohm *= float(np.interp(wanted, self.table, _X)) / wanted
