"""Something that depends on stoichiometry, as points between which straight lines are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import DescriptionError

FloatArray = NDArray[np.float64]

MOST_POINTS: Final = 20_000
"""A curve that needs more is not smooth."""
_FIRST_POINTS: Final = 257
_INNER: Final = np.array([0.2, 0.35, 0.5, 0.65, 0.8])
_JUMP: Final = 1e-9
"""Share of the curve's length within which no potential changes."""
_SAFETY: Final = 0.5
"""The largest deviation may lie between the places that are looked at."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of a curve.

    Attributes
    ----------
    x : array (n,)
        Stoichiometry, rising.
    y : array (n,)
        In SI units.
    """

    x: FloatArray
    y: FloatArray

    def __call__(self, x: FloatArray | float) -> FloatArray:
        """Return the value at x by straight lines; beyond the ends that of the end."""
        return np.asarray(np.interp(x, self.x, self.y), dtype=np.float64)

    @property
    def is_constant(self) -> bool:
        """Whether it has one value."""
        return bool(np.all(self.y == self.y[0]))


def constant(value: float, low: float, high: float) -> Curve:
    """Return a curve of one value from `low` to `high`."""
    return Curve(np.array([low, high]), np.array([value, value]))


def sampled(
    function: Callable[[FloatArray], FloatArray],
    low: float,
    high: float,
    tolerance: Callable[[FloatArray], FloatArray],
    *,
    where: str = "",
) -> Curve:
    """Return a function as points so dense that straight lines between them are good enough.

    Parameters
    ----------
    function : callable
        From an array of stoichiometries to values of the same shape.
    low, high : float
        Ends of the curve.
    tolerance : callable
        From values to the largest deviation allowed there.

    Raises
    ------
    DescriptionError
        If the function is not finite somewhere between the ends, jumps, or needs more than `MOST_POINTS` points.
    """
    x = np.linspace(low, high, _FIRST_POINTS)
    y = _finite(function, x, where)
    while True:
        inner = x[:-1, None] + np.diff(x)[:, None] * _INNER
        truth = _finite(function, inner, where)
        line = y[:-1, None] + np.diff(y)[:, None] * _INNER
        poor = (np.abs(truth - line) > _SAFETY * tolerance(truth)).any(axis=1)
        if not poor.any():
            return Curve(x, y)
        if (np.diff(x)[poor] < _JUMP * (high - low)).any():
            place = float(x[:-1][poor][np.argmin(np.diff(x)[poor])])
            raise DescriptionError(
                f"a jump near x = {place:.4g}", where=where, advice="give a smooth function"
            )
        if x.size + int(poor.sum()) > MOST_POINTS:
            raise DescriptionError(
                f"a curve that {MOST_POINTS} points cannot follow",
                where=where,
                advice="give a smooth function",
            )
        middle = 0.5 * (x[:-1] + x[1:])[poor]
        new = np.concatenate([x, middle])
        order = np.argsort(new)
        x, y = new[order], np.concatenate([y, _finite(function, middle, where)])[order]


def _finite(function: Callable[[FloatArray], FloatArray], x: FloatArray, where: str) -> FloatArray:
    y = function(x)
    bad = ~np.isfinite(y)
    if bad.any():
        raise DescriptionError(
            f"no finite number at x = {float(x[bad].flat[0]):.4g}",
            where=where,
            advice="check the expression, and the minimum and maximum stoichiometry",
        )
    return y
