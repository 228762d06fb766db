"""Where one impedance spectrum ends and the next begins, for files that only list points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spectrum_starts(frequency: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the points at which a sweep turns back, that is, at which a new spectrum begins.

    A sweep goes in one direction (usually falling); the first step against it begins the next one. Repeated
    frequencies continue a sweep.

    Parameters
    ----------
    frequency : ndarray
        Shape (n,), Hz, in the order of measurement.

    Returns
    -------
    ndarray of bool
        Shape (n,); the first is True.
    """
    starts = np.zeros(len(frequency), dtype=np.bool_)
    if not len(frequency):
        return starts
    starts[0] = True
    step = np.sign(np.diff(frequency))
    direction = 0.0
    for i in np.flatnonzero(step):
        if direction == 0.0 or step[i] == direction:
            direction = step[i]
        else:
            starts[i + 1] = True
            direction = 0.0
    return starts
