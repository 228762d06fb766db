"""The cheapest line across an image, one row in each column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def cheapest_path(cost: FloatArray, stiffness: float, reach: int = 3) -> IntArray:
    """Return the row in each column that makes the sum of costs and `stiffness` times all steps least.

    Parameters
    ----------
    cost : ndarray, shape (rows, columns)
        Cost of the line passing there; infinite where it may not.
    stiffness : float
        Cost of one row of step between neighbouring columns.
    reach : int
        Largest step, rows.

    Returns
    -------
    ndarray, shape (columns,)

    Notes
    -----
    Dynamic programming (Bellman): exact, columns in turn, all rows at once.
    """
    rows, columns = cost.shape
    moves = np.arange(-reach, reach + 1)
    price = stiffness * np.abs(moves)[:, None]
    back = np.zeros((columns, rows), dtype=np.int64)
    padded = np.full(rows + 2 * reach, np.inf)
    index = np.arange(rows)[None, :] + moves[:, None] + reach
    so_far = cost[:, 0].copy()
    for column in range(1, columns):
        padded[reach : reach + rows] = so_far
        options = padded[index] + price
        choice = np.argmin(options, axis=0)
        back[column] = moves[choice]
        so_far = options[choice, np.arange(rows)] + cost[:, column]
    path = np.empty(columns, dtype=np.int64)
    path[-1] = int(np.argmin(so_far))
    for column in range(columns - 1, 0, -1):
        path[column - 1] = path[column] + back[column, path[column]]
    return path
