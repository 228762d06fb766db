"""Two tips that come closer: electrons tunnel before the metal touches, and not by Ohm's law.

G = G_0 exp(-d/d_0) sinh(V/V_0)/(V/V_0): Simmons, J. Appl. Phys. 1963, 34, 1793 (decay with the gap, and rise with the
voltage); hopping along a chain of grains has the same form. The gap closes evenly with the charge.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position, series_ohm
from interlayer.trouble.mechanism import Mechanism, Slice

DECADES = 4.0
"""Of the conductance, from the beginning of the approach to touching."""


class TunnellingGap(Mechanism):
    """`touch`: half-cycle with share at which the gap is closed; `approach`: half-cycles of closing before."""

    def __init__(self, conductance_S: float, touch: float, approach: float, scale_V: float) -> None:
        self.conductance_S, self.touch, self.approach = conductance_S, touch, approach
        self.scale_V = scale_V

    def act(self, s: Slice) -> None:
        gap = np.clip((self.touch - position(s)) / self.approach, 0.0, None)
        small = self.conductance_S * 10.0 ** (-DECADES * gap)
        s.shunt_S += small * excess(small, series_ohm(s), abs(s.segment.current_A), self.scale_V)


def excess(conductance_S: np.ndarray, ohm: np.ndarray, current_A: float, scale_V: float) -> np.ndarray:
    """sinh(x)/x at the voltage x V_0 that solves I = V/R + G V_0 sinh(V/V_0)."""
    if current_A == 0.0:
        return np.ones_like(ohm)
    load = conductance_S * ohm
    drive = current_A * ohm / scale_V
    # both bounds lie above the root of a convex function: Newton's steps fall to it
    x = np.minimum(drive, np.arcsinh(drive / np.maximum(load, 1e-12)))
    for _ in range(7):
        x = x - (x + load * np.sinh(x) - drive) / (1.0 + load * np.cosh(x))
    x = np.maximum(x, 1e-9)
    return np.sinh(x) / x
