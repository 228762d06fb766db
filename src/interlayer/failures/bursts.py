"""Bursts: a few rows in which |V|/|I| lies far above anything the cell has shown, and which it leaves as if nothing were.

A resistance inside a cell that opens needs time to close again (creep, plating), and a filament that melts ends where
the sound cell is. What jumps above that for a row or three and is back at the same value is a contact outside.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from interlayer.metrics.halves import BoolArray, FloatArray, IntArray, median_by

WIDTH: Final = 7
"""Rows that a burst is narrower than."""
SIZE: Final = 0.4
"""Of the level around, and of the highest level of the cell so far, that it must stand above."""
FEWEST: Final = 4
CLEAR: Final = 8.0
"""Standard deviations of a row."""
BACK: Final = 0.25
"""Share of a burst by which the levels before and after may differ."""


def burst_rows(owner: IntArray, value: FloatArray, noise: FloatArray) -> tuple[BoolArray, int]:
    """Find bursts.

    Parameters
    ----------
    owner : array of int (n,)
        Half-cycle of each row, non-decreasing.
    value : array (n,)
        Voltage over current, or voltage along the current.
    noise : array (n,)
        Standard deviation of single rows.

    Returns
    -------
    rows : array of bool (n,)
        Those in bursts; none if there are too few.
    count : int
        Number of bursts.
    """
    none = np.zeros(owner.size, dtype=np.bool_)
    if owner.size < 30:
        return none, 0
    below = maximum_filter1d(minimum_filter1d(value, WIDTH, mode="nearest"), WIDTH, mode="nearest")
    with np.errstate(invalid="ignore"):
        high = value - below > np.maximum(SIZE * np.abs(below), CLEAR * np.nan_to_num(noise))
    if high.sum() < FEWEST:
        return none, 0
    level, _ = median_by(owner, value, int(owner[-1]) + 1)
    highest = np.maximum.accumulate(np.nan_to_num(level, nan=0.0))[owner]
    high &= value > (1.0 + SIZE) * highest
    edges = np.flatnonzero(np.diff(high.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2]
    inside = (begin >= 2) & (stop + 1 < owner.size) & (stop - begin < WIDTH)
    begin, stop = begin[inside], stop[inside]
    whole = (owner[begin - 2] == owner[begin]) & (owner[stop + 1] == owner[begin])
    begin, stop = begin[whole], stop[whole]
    if begin.size < FEWEST:
        return none, 0
    top = np.maximum.reduceat(np.append(value, value[-1]), np.column_stack([begin, stop]).ravel())[::2]
    before = np.minimum(value[begin - 1], value[begin - 2])
    after = np.minimum(value[stop], value[stop + 1])
    back = np.abs(after - before) < BACK * (top - np.maximum(before, after))
    begin, stop = begin[back], stop[back]
    if begin.size < FEWEST:
        return none, 0
    rows = none.copy()
    marks = np.zeros(owner.size + 1, dtype=np.int64)
    np.add.at(marks, begin, 1)
    np.add.at(marks, stop, -1)
    rows = np.cumsum(marks)[:-1] > 0
    return rows, int(begin.size)
