"""How good intervals are: coverage and the interval score (Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Relation = Literal["=", ">=", "<="]


def interval_score(
    low: float, high: float, observed: float, *, level: float = 0.9, relation: str = "="
) -> float:
    """Width plus 2/(1 - level) times the distance by which `observed` lies outside; smaller is better.

    A bound (`relation` '>=' or '<=') is missed only by an interval that lies wholly on its wrong side.
    """
    below = max(low - observed, 0.0) if relation != ">=" else 0.0
    above = max(observed - high, 0.0) if relation != "<=" else 0.0
    return (high - low) + 2.0 / (1.0 - level) * (below + above)


def covers(low: float, high: float, observed: float, *, relation: str = "=") -> bool:
    """Whether the interval holds the value; for a bound, whether any of it lies on the right side."""
    if relation == ">=":
        return high >= observed
    if relation == "<=":
        return low <= observed
    return low <= observed <= high


def weighted_quantiles(values: ArrayLike, weights: ArrayLike, at: ArrayLike) -> Array:
    """Quantiles of weighted values (n,) at the probabilities `at` (k,); infinities are allowed."""
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    order = np.argsort(x, kind="stable")
    edges = np.cumsum(w[order])
    middle = (edges - 0.5 * w[order]) / edges[-1]
    found = np.searchsorted(middle, np.asarray(at, dtype=float))
    out = np.empty(found.shape)
    for k, (place, share) in enumerate(zip(found, np.asarray(at, dtype=float), strict=True)):
        right = min(int(place), len(x) - 1)
        left = max(right - 1, 0) if place > 0 else 0
        a, b = x[order[left]], x[order[right]]
        gap = middle[right] - middle[left]
        if a == b or gap <= 0.0 or not (np.isfinite(a) and np.isfinite(b)):
            out[k] = b if share > 0.5 * (middle[left] + middle[right]) else a
        else:
            out[k] = a + (b - a) * np.clip((share - middle[left]) / gap, 0.0, 1.0)
    return out


def hindsight_factor(
    centres: ArrayLike, observed: ArrayLike, scales: ArrayLike, relations: list[str], *, level: float = 0.9
) -> tuple[float, Array]:
    """The one relative half-width w that serves point forecasts best, and their scaled scores, shape (n,).

    Intervals are centre / (1 + w) to centre * (1 + w); w is chosen knowing the observations, in the forecasts' favour.
    """
    c, y, s = (np.asarray(v, dtype=float) for v in (centres, observed, scales))

    def scores(w: float) -> Array:
        pairs = zip(c / (1.0 + w), c * (1.0 + w), y, s, relations, strict=True)
        return np.array([interval_score(a, b, o, level=level, relation=r) / one for a, b, o, one, r in pairs])

    widths = np.concatenate([[0.0], np.geomspace(1e-3, 1e3, 4000)])
    best = min(widths, key=lambda w: float(scores(float(w)).mean()))
    return float(best), scores(float(best))
