"""Evidence of a posterior from its draws and from draws of a Gaussian: bridge sampling (Meng and Wong 1996)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Array = NDArray[np.float64]
WIDER: Final = 1.15
"""Standard deviations of the Gaussian over those of the draws."""


class Gaussian:
    """A normal density by mean (d,) and covariance (d, d)."""

    def __init__(self, mean: Array, covariance: Array) -> None:
        self.mean = mean
        self.root = np.linalg.cholesky(covariance)

    def log(self, z: Array) -> Array:
        """Logarithm of the density at z (n, d)."""
        white = np.linalg.solve(self.root, (z - self.mean).T)
        size = np.log(np.diag(self.root)).sum() + 0.5 * len(self.mean) * np.log(2.0 * np.pi)
        return np.asarray(-0.5 * (white**2).sum(axis=0) - size, dtype=np.float64)

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """Draws, shape (count, d)."""
        return self.mean + rng.standard_normal((count, len(self.mean))) @ self.root.T


def fitted(z: Array, pooled: Array) -> Gaussian:
    """A Gaussian around draws (n, d), its covariance drawn halfway to `pooled`, and a little wider."""
    own = np.cov(z.T)
    return Gaussian(z.mean(axis=0), WIDER**2 * (0.5 * own + 0.5 * pooled))


def log_evidence(
    log_density: Callable[[Array], Array], draws: Array, guide: Gaussian, count: int, rng: np.random.Generator
) -> float:
    """Logarithm of the integral of exp(log_density), from `draws` (n, d) of it and `count` draws of `guide`.

    `guide` must not have been fitted to the same draws.
    """
    other = guide.draw(count, rng)
    one = log_density(draws) - guide.log(draws)
    two = log_density(other) - guide.log(other)
    n, m = len(one), len(two)
    a, b = np.log(n / (n + m)), np.log(m / (n + m))
    found = float(np.median(one))
    for _ in range(200):
        top = logsumexp(two - np.logaddexp(a + two, b + found)) - np.log(m)
        bottom = logsumexp(-np.logaddexp(a + one, b + found)) - np.log(n)
        new = float(top - bottom)
        if abs(new - found) < 1e-9:
            return new
        found = new
    return found
