"""Fewer points for the same picture: the smallest and largest value of each stretch of a trace."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

MOST_POINTS: Final = 4000
"""Points of a trace in a figure."""


def thin_indices(x: FloatArray, y: FloatArray, most: int = MOST_POINTS) -> IndexArray:
    """Return the rows to keep so that at most `most` points draw the same trace.

    The trace is cut into stretches; each keeps the rows of its smallest and largest y, and one row without
    a value if it has any (so a gap stays a gap). First and last row are kept. Half of the stretches follow
    x and half the row number: densely sampled parts keep their detail, and a sparse part that fills most
    of the axis is not starved. Where x is not increasing only the row number counts.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Not-a-number in `y` is a gap.
    most : int
        At least 8.

    Returns
    -------
    ndarray of int64, shape (m,)
        Rising row numbers, m <= max(most, 8); all rows if n <= most.
    """
    size = int(y.size)
    most = max(most, 8)
    if size <= most:
        return np.arange(size, dtype=np.int64)
    missing = np.isnan(y)
    stretches = (most - 2) // (3 if missing.any() else 2)
    starts = np.flatnonzero(np.diff(_stretch_of(x, size, stretches), prepend=-1))
    rows = np.arange(size, dtype=np.int64)
    low = _row_of_extreme(np.where(missing, np.inf, y), starts, rows, np.minimum)
    high = _row_of_extreme(np.where(missing, -np.inf, y), starts, rows, np.maximum)
    ends = np.array([0, size - 1], dtype=np.int64)
    keep = [low, high, ends]
    if missing.any():
        first_missing = np.minimum.reduceat(np.where(missing, rows, size), starts)
        keep.append(first_missing[first_missing < size])
    return np.unique(np.concatenate(keep))


def _stretch_of(x: FloatArray, size: int, stretches: int) -> IndexArray:
    """Number of the stretch of each row; never falls."""
    place = np.arange(size, dtype=np.float64) / size
    if x.size == size and np.all(np.isfinite(x)) and np.all(np.diff(x) >= 0) and x[-1] > x[0]:
        place = 0.5 * place + 0.5 * (x - x[0]) / (x[-1] - x[0])
    return np.minimum((place * stretches).astype(np.int64), stretches - 1)


def _row_of_extreme(y: FloatArray, starts: IndexArray, rows: IndexArray, which: np.ufunc) -> IndexArray:
    """First row of each stretch at which its extreme stands."""
    lengths = np.diff(np.append(starts, y.size))
    at_extreme = y == np.repeat(which.reduceat(y, starts), lengths)
    return np.minimum.reduceat(np.where(at_extreme, rows, y.size - 1), starts)
