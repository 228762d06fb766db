"""Each of a few numbers predicted without itself, by draws from the prior weighed with the other numbers.

Exact up to the number of draws, and without any assumption of linearity; for a handful of unknowns only, since draws
from the prior must hit what the numbers leave. How many did is returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from interlayer.inference.scores import weighted_quantiles

Array = NDArray[np.float64]

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
HELD: Final = 0.75
"""Width over the prior's below which the numbers hold an unknown."""
OPEN: Final = 0.9
"""Width over the prior's above which nothing but the prior holds it."""
_CENTRES: Final = 2000
_NORMAL_90: Final = 2 * 1.6448536269514722


@dataclass(frozen=True)
class Prediction:
    """A number predicted without itself; all in the scale of the numbers given."""

    quantiles: Array
    """At `LEVELS`, shape (5,)."""
    mean: float
    sd: float
    opened: tuple[int, ...]
    """Unknowns that are held with the number and are left to their prior without it."""
    effective: float
    """Effective number of draws."""


def widths(z: Array, weight: Array) -> Array:
    """Width from 5 to 95 % of each standard-normal coordinate (n, d) over that of its prior, shape (d,)."""
    ends = [weighted_quantiles(column, weight, (0.05, 0.95)) for column in z.T]
    return np.array([(high - low) / _NORMAL_90 for low, high in ends])


def conditional_sd(z: Array, weight: Array) -> Array:
    """Standard deviation of each coordinate (n, d) given all others, by the weighted covariance, shape (d,)."""
    apart = z - weight @ z
    precision = np.linalg.pinv((apart * weight[:, None]).T @ apart)
    return 1.0 / np.sqrt(np.diag(precision))


def opened(held: Array, z: Array, weight: Array) -> tuple[int, ...]:
    """Unknowns that were held (widths of shape (d,)) and are now, by draws (n, d), as free as their prior.

    Free is what is as wide as the prior and not tied to the others either: where two are known only together, neither
    is.
    """
    free = np.minimum(widths(z, weight), conditional_sd(z, weight))
    return tuple(int(k) for k in np.flatnonzero((held < HELD) & (free >= OPEN)))


def without_each(z: Array, found: Array, target: Array, error: Array) -> list[Prediction]:
    """Predict each number without itself.

    Parameters
    ----------
    z : array (n, d)
        Draws from the prior in coordinates in which it is standard normal.
    found : array (n, k)
        What each draw gives for the numbers, without errors.
    target, error : array (k,)
        The numbers, and the standard deviations of their errors: normal, independent.
    """
    score = -0.5 * ((target - found) / error) ** 2
    held = widths(z, _weights(score.sum(axis=1)))
    out: list[Prediction] = []
    for number in range(len(target)):
        weight = _weights(np.delete(score, number, axis=1).sum(axis=1))
        centre, sd = found[:, number], float(error[number])
        mean = float(weight @ centre)
        total = float(np.sqrt(sd**2 + weight @ (centre - mean) ** 2))
        open_now = opened(held, z, weight)
        quantiles = mixture_quantiles(centre, sd, weight, LEVELS)
        out.append(Prediction(quantiles, mean, total, open_now, float(1.0 / (weight**2).sum())))
    return out


def mixture_quantiles(centre: Array, sd: float, weight: Array, at: tuple[float, ...]) -> Array:
    """Quantiles of a mixture of normals of equal sd (> 0), centres and weights (n,), by bisection.

    Centres are first thinned to `_CENTRES` equally weighted ones.
    """
    order = np.argsort(centre, kind="stable")
    middle = np.cumsum(weight[order]) - 0.5 * weight[order]
    x = np.interp((np.arange(_CENTRES) + 0.5) / _CENTRES, middle / weight.sum(), centre[order])
    low = np.full(len(at), x[0] - 8.0 * sd)
    high = np.full(len(at), x[-1] + 8.0 * sd)
    for _ in range(50):
        half = 0.5 * (low + high)
        below = ndtr((half[:, None] - x) / sd).mean(axis=1) < np.asarray(at)
        low, high = np.where(below, half, low), np.where(below, high, half)
    return 0.5 * (low + high)


def _weights(log: Array) -> Array:
    weight: Any = np.exp(log - log.max())
    return weight / weight.sum()
