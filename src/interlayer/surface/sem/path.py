"""The cheapest line across an image, one row in each column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def cheapest_path(cost: FloatArray, stiffness: float) -> IntArray:
    """Return the row in each column that makes the sum of costs and `stiffness` times all steps least.

    Parameters
    ----------
    cost : ndarray, shape (rows, columns)
        Cost of the line passing there; infinite where it may not.
    stiffness : float
        Cost of one row of step between neighbouring columns.

    Returns
    -------
    ndarray, shape (columns,)

    Notes
    -----
    Dynamic programming (Bellman): exact, columns in turn, all rows at once. The least of costs plus a price that
    grows with the distance is a running minimum from either side, so that steps of any size cost no time.
    """
    rows, columns = cost.shape
    slope = stiffness * np.arange(rows)
    so_far = np.empty((columns, rows))
    so_far[0] = cost[:, 0]
    for column in range(1, columns):
        last = so_far[column - 1]
        down = np.minimum.accumulate(last - slope) + slope
        up = np.minimum.accumulate((last + slope)[::-1])[::-1] - slope
        so_far[column] = np.minimum(down, up) + cost[:, column]
    path = np.empty(columns, dtype=np.int64)
    path[-1] = int(np.argmin(so_far[-1]))
    row = np.arange(rows)
    for column in range(columns - 1, 0, -1):
        path[column - 1] = int(np.argmin(so_far[column - 1] + stiffness * np.abs(row - path[column])))
    return path
