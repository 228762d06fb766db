"""Closed forms of diffusion in a layer of which one face takes up what the other gives: flux to swing, in reduced form.

Time x = t / tau with tau = (h/2)^2 / D; flux in units of the limiting one. Carslaw, Jaeger, Conduction of Heat in
Solids, 2nd edition (1959), 2.9 and 12.5: half the layer, the middle kept at its mean.
"""

from __future__ import annotations

import numpy as np
from scipy.special import erfc


def _ierfc(x):
    return np.exp(-(x**2)) / np.sqrt(np.pi) - x * erfc(x)


def charged(x):
    """Swing at time x under unit flux: by images early, by modes late; both are exact."""
    x = np.asarray(x, dtype=float)
    some = np.maximum(x, 1e-30)
    images = sum((-1) ** k * _ierfc(k / np.sqrt(some)) for k in range(1, 9))
    early = 2 * np.sqrt(some) * (1 / np.sqrt(np.pi) + 2 * images)
    return np.where(x > 0.3, 1.0 - relaxed(x), early)


def relaxed(x):
    """Swing at time x > 0 after a steady state of swing one."""
    odd = 2 * np.arange(400) + 1
    return (8 / (np.pi * odd) ** 2 * np.exp(-np.multiply.outer(np.asarray(x), (np.pi * odd / 2) ** 2))).sum(
        -1
    )
