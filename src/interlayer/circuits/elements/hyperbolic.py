"""tanh(s)/s and coth(s)/s, which every diffusion layer and transmission line is made of."""

from __future__ import annotations

import numpy as np

from interlayer.circuits.elements.base import ComplexArray, as_complex

_SMALL = 1e-3
"""|s^2| below which the power series is taken: its error is below 1e-15, while 1 - tanh^2 cancels."""


def tanh(s: ComplexArray) -> ComplexArray:
    """Hyperbolic tangent for Re(s) >= 0 that does not overflow."""
    e = np.exp(-2.0 * s)
    return as_complex((1.0 - e) / (1.0 + e))


def tanh_ratio(s: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Return tanh(s)/s and its derivative by ln(s^2), for Re(s) >= 0; no overflow, no cancellation."""
    t = tanh(s)
    ratio = t / s
    slope = 0.5 * (1.0 - t * t - ratio)
    u = s * s
    small = np.abs(u) < _SMALL
    if small.any():
        v = u[small]
        ratio[small] = 1.0 + v * (-1 / 3 + v * (2 / 15 + v * (-17 / 315 + v * (62 / 2835))))
        slope[small] = v * (-1 / 3 + v * (4 / 15 + v * (-51 / 315 + v * (248 / 2835))))
    return ratio, slope


def coth_ratio(s: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Return coth(s)/s and its derivative by ln(s^2), for Re(s) >= 0, s != 0; no overflow."""
    coth = 1.0 / tanh(s)
    ratio = coth / s
    slope = -0.5 * (ratio + coth * coth - 1.0)
    u = s * s
    small = np.abs(u) < _SMALL
    if small.any():
        v = u[small]
        ratio[small] = 1.0 / v + 1 / 3 + v * (-1 / 45 + v * (2 / 945 - v / 4725))
        slope[small] = -1.0 / v + v * (-1 / 45 + v * (4 / 945 - v * 3 / 4725))
    return ratio, slope
