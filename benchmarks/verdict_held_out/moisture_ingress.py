"""A seal that lets water in: after a lag it comes evenly and uses up the face.

Permeation through a membrane that was dry: m ~ x - 1/6 - 2/pi^2 sum (-1)^n/n^2 exp(-n^2 pi^2 x) with x = t
D/L^2 (Daynes, Proc. R. Soc. A 1920, 97, 286, doi:10.1098/rspa.1920.0034). The part of the face that has not
reacted yet carries the current: R_int/(1 - m/m_1).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

TERMS = np.arange(1, 13)
MOST = 0.995


def permeated(x: np.ndarray) -> np.ndarray:
    """Amount behind the membrane, in units of what it can hold, shape of x."""
    sign = np.where(TERMS % 2, -1.0, 1.0)
    fading = np.exp(-(TERMS**2) * np.pi**2 * np.asarray(x)[..., None]) * sign / TERMS**2
    # the sum stops at some term: near 0 that leaves a rest instead of nothing
    return np.maximum(x - 1.0 / 6.0 - 2.0 / np.pi**2 * fading.sum(axis=-1), 0.0)


class MoistureIngress(Mechanism):
    """`across_s`: L^2/D; the face would be used up at `end_s`."""

    def __init__(self, across_s: float, end_s: float) -> None:
        self.across_s = across_s
        self.whole = float(permeated(np.array(end_s / across_s)))

    def act(self, s: Slice) -> None:
        used = np.minimum(permeated(s.time_s / self.across_s) / self.whole, MOST)
        s.fail("runaway", ohm=s.interface_ohm * (1.0 / (1.0 - used) - 1.0))
