"""How the noise of a spectrum grows with |Z|: sigma = s |Z|^a, a read off the spectrum itself.

An instrument's noise is anything between constant (a = 0) and proportional to |Z| (a = 1). Tests that compare
points with each other need to know; the exponent of greatest restricted likelihood is taken, beside the smooth
distribution of relaxations. Real and imaginary part of a point are taken to be equally noisy.
"""

from __future__ import annotations

import numpy as np

from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.circuits.relaxation_model import build

EXPONENTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_EARNED = 4.0
"""What another exponent than 1 must gain in -2 log likelihood."""


def noise_exponent(omega: FloatArray, z: ComplexArray, used: FloatArray) -> FloatArray:
    """Return the exponent a of each of S spectra z, shape (S, n); points with `used` 0 are left out."""
    keep = used > 0
    count = np.maximum(keep.sum(1, keepdims=True), 1)
    size = np.log(np.abs(z))
    size = size - np.where(keep, size, 0.0).sum(1, keepdims=True) / count
    score: list[FloatArray] = []
    for a in EXPONENTS:
        # weights with geometric mean 1: likelihoods of different exponents compare as they stand
        model = build(omega, z, np.where(keep, np.exp(-a * size), 0.0))
        score.append(model.moments().criterion(model.lambdas).min(axis=1))
    table = np.array(score)
    best = np.argmin(table, axis=0)
    gain = table[-1] - table[best, np.arange(len(z))]
    return np.where(gain > _EARNED, np.array(EXPONENTS)[best], 1.0)
