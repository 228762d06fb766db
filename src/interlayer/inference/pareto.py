"""Whether importance weights can be trusted: the shape of their tail (Vehtari, Simpson, Gelman, Yao, Gabry 2024)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
GOOD: Final = 0.7
"""Above this shape the mean over the weights converges too slowly to be used."""


def tail_shape(log_weights: Array) -> float:
    """Shape k of a generalised Pareto distribution fitted to the largest weights, shape (n,) in.

    Fit of Zhang and Stephens 2009 (Technometrics 51, 316) with the weak prior of Vehtari et al.; infinite where fewer
    than five weights lie in the tail.
    """
    finite = log_weights[np.isfinite(log_weights)]
    count = len(finite)
    tail = int(min(0.2 * count, 3.0 * np.sqrt(count)))
    if tail < 5:
        return float("inf")
    ordered = np.sort(np.exp(finite - finite.max()))
    over = ordered[-tail:] - ordered[-tail - 1]
    if over[-1] <= 0.0 or over[0] == over[-1]:
        return float("-inf")  # all weights alike: no tail at all
    return _shape(np.maximum(over, 1e-300))


def _shape(x: Array) -> float:
    """Zhang and Stephens' estimate on ascending exceedances x > 0."""
    n = len(x)
    grid = 30 + int(np.sqrt(n))
    quarter = x[int(n / 4 + 0.5) - 1]
    theta = 1.0 / x[-1] + (1.0 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / (3.0 * quarter)
    k = np.log1p(-theta[:, None] * x).mean(axis=1)
    level = n * (np.log(-theta / k) - k - 1.0)
    share = 1.0 / np.exp(level[None, :] - level[:, None]).sum(axis=1)
    best = float(share @ theta)
    found = float(np.log1p(-best * x).mean())
    return float((found * n + 0.5 * 10.0) / (n + 10.0))
