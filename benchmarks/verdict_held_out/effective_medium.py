"""Grains that are reduced one by one and then conduct electrons: the pellet as an effective medium.

Bruggeman, Ann. Phys. 1935, 416, 636, doi:10.1002/andp.19354160705: f (1 - s)/(1 + 2 s) + (1 - f)(r - s)/(r + 2
s) = 0, quadratic in s, which conducts from f = 1/3 on. The reduced part follows Avrami's law, f = 1 -
exp(-ln(3/2) x^k), x = 1 where it is a third (grains that turn into a mixed conductor: Hartmann et al., J. Phys.
Chem. C 2013, 117, 21064, doi:10.1021/jp4051275).
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice

REST = 1e-4
"""Conductivity of a grain that is not reduced over that of one that is."""


def conductivity(fraction: np.ndarray, rest: float = REST) -> np.ndarray:
    """Of the medium, over that of the reduced grains."""
    half = (3.0 * fraction - 1.0) + rest * (2.0 - 3.0 * fraction)
    return 0.25 * (half + np.sqrt(half * half + 8.0 * rest))


class EffectiveMedium(Mechanism):
    """`conductance_S`: all grains reduced; `threshold`: half-cycle with share at which a third is."""

    def __init__(self, conductance_S: float, threshold: float, order: float) -> None:
        self.conductance_S, self.threshold, self.order = conductance_S, threshold, order

    def act(self, s: Slice) -> None:
        fraction = -np.expm1(-np.log(1.5) * (position(s) / self.threshold) ** self.order)
        s.shunt_S += self.conductance_S * conductivity(fraction)
