"""tanh(s)/s and coth(s)/s, which every diffusion layer and transmission line is made of."""

from __future__ import annotations

import numpy as np

from interlayer.circuits.elements.base import ComplexArray

_SMALL = 0.03
"""Re(s) below which the power series is taken, where 1 - exp(-2 s) cancels.

Elements have |arg s| <= 45 degrees, hence |s|^2 < 2e-3 there, and terms left out are below 1e-14.
"""


def tanh_ratio(s: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Return tanh(s)/s and its derivative by ln(s^2), for Re(s) >= 0; no overflow, no cancellation."""
    e = np.exp(-2.0 * s)
    d = 1.0 / (1.0 + e)
    ratio = (1.0 - e) * d / s
    slope = 2.0 * e * d * d - 0.5 * ratio
    small = s.real < _SMALL
    if small.any():
        v = s[small] ** 2
        ratio[small] = 1.0 + v * (-1 / 3 + v * (2 / 15 + v * (-17 / 315 + v * (62 / 2835))))
        slope[small] = v * (-1 / 3 + v * (4 / 15 + v * (-51 / 315 + v * (248 / 2835))))
    return ratio, slope


def coth_ratio(s: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Return coth(s)/s and its derivative by ln(s^2), for Re(s) >= 0, s != 0; no overflow."""
    e = np.exp(-2.0 * s)
    d = 1.0 / (1.0 - e)
    ratio = (1.0 + e) * d / s
    slope = -0.5 * ratio - 2.0 * e * d * d
    small = s.real < _SMALL
    if small.any():
        v = s[small] ** 2
        ratio[small] = 1.0 / v + 1 / 3 + v * (-1 / 45 + v * (2 / 945 - v / 4725))
        slope[small] = -1.0 / v + v * (-1 / 45 + v * (4 / 945 - v * 3 / 4725))
    return ratio, slope
