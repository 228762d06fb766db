"""Stray readings: single rows far from both of their neighbours, which agree."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.ndimage import median_filter

from interlayer.metrics.halves import BoolArray, FloatArray, IntArray

SIZE: Final = 0.4
"""Of the level around, that a single row must stand apart."""
FEWEST: Final = 8
SIDES: Final = 0.2
"""Share that must lie on the rarer side: a cell's own excursions lie on one."""


def stray_rows(owner: IntArray, value: FloatArray, noise: FloatArray) -> tuple[BoolArray, int, int]:
    """Find stray rows.

    Parameters
    ----------
    owner : array of int (n,)
        Half-cycle of each row.
    value : array (n,)
        Voltage over current, or voltage along the current.
    noise : array (n,)
        Standard deviation of single rows.

    Returns
    -------
    stray : array of bool (n,)
        None if they are too few, or on one side only.
    above, below : int
    """
    out = np.zeros(owner.size, dtype=np.bool_)
    if owner.size < 30:
        return out, 0, 0
    a, m, b = value[:-2], value[1:-1], value[2:]
    middle = 0.5 * (a + b)
    apart = np.abs(m - middle)
    alone = (owner[:-2] == owner[2:]) & (apart > SIZE * np.abs(middle)) & (np.abs(a - b) < 0.3 * apart)
    # of a voltage near nothing, as of a hard short, every row would stand apart
    alone &= (apart > 8.0 * np.nan_to_num(noise[1:-1])) & (middle > 0.1 * float(np.median(np.abs(value))))
    # the first row after a switch may belong to what was before
    alone &= np.concatenate([[False], owner[1:-2] == owner[:-3]])
    # of a voltage of a few digits every digit would stand apart
    step = np.abs(np.diff(value))[owner[1:] == owner[:-1]]
    digit = float(np.min(step[step > 1e-9 * float(np.max(np.abs(value)))], initial=np.inf))
    if float(np.median(np.abs(value))) < 4.0 * digit:
        return out, 0, 0
    # of a voltage that is noise nothing stands apart
    scatter = 1.4826 * float(np.median(np.abs(np.diff(value)))) / np.sqrt(2.0)
    if float(np.median(np.abs(value))) < 3.0 * scatter:
        return out, 0, 0
    above, below = int((alone & (m > middle)).sum()), int((alone & (m < middle)).sum())
    if above + below >= FEWEST and min(above, below) >= SIDES * (above + below):
        out[1:-1] = alone
        # once there are some, those beside each other are strays as well
        calm = median_filter(value, 7, mode="nearest")
        with np.errstate(invalid="ignore"):
            far = np.abs(value - calm) > np.maximum(SIZE * np.abs(calm), 8.0 * np.nan_to_num(noise))
        inner = np.convolve(owner[1:] != owner[:-1], np.ones(6), mode="full")[: owner.size] == 0
        out |= far & inner
    return out, above, below
