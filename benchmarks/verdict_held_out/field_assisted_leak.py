"""Electrons that the field frees from their traps: an electrolyte that leaks from the beginning.

Poole and Frenkel: I = g V exp(sqrt(V/V_0)) (Frenkel, Phys. Rev. 1938, 54, 647, doi:10.1103/PhysRev.54.647).
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import series_ohm
from interlayer.trouble.mechanism import Mechanism, Slice


def voltage(leak_S: float, scale_V: float, ohm: np.ndarray, current_A: float) -> np.ndarray:
    """V of I = V/R + g V exp(sqrt(V/V_0)): Newton's steps fall from I R to the root of a convex function."""
    volt = current_A * ohm
    if current_A == 0.0:
        return volt
    for _ in range(40):
        root = np.sqrt(volt / scale_V)
        leak = leak_S * np.exp(root)
        volt = volt - (volt / ohm + leak * volt - current_A) / (1.0 / ohm + leak * (1.0 + 0.5 * root))
    return volt


class FieldAssistedLeak(Mechanism):
    """`leak_S`: g; `scale_V`: V_0."""

    def __init__(self, leak_S: float, scale_V: float) -> None:
        self.leak_S, self.scale_V = leak_S, scale_V

    def act(self, s: Slice) -> None:
        volt = voltage(self.leak_S, self.scale_V, series_ohm(s), abs(s.segment.current_A))
        s.shunt_S += self.leak_S * np.exp(np.sqrt(volt / self.scale_V))
