"""Bursts: for a few rows |V|/|I| lies far above anything the cell has shown, and then is back as if nothing were.

A resistance inside a cell that opens needs time to close again (creep, plating), and a filament that melts ends where
the sound cell is. What jumps above that for a row or three and is back at the same value is a contact outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from interlayer.metrics.halves import BoolArray, FloatArray, IntArray, median_by

WIDTH: Final = 7
"""Rows that a burst is narrower than."""
SIZE: Final = 0.4
"""Of the level around, and of the highest level of the cell so far, that it must stand above."""
FEWEST: Final = 4
INNER: Final = 0.3
"""Share that must begin and end within a half-cycle where half-cycles are short."""
ALIKE: Final = 0.5
"""Share of bursts that relax, or recur at one place of the half-cycle, from which on they are the cell's own."""
PLACE: Final = 0.02
"""Of the half-cycle, that is one place."""
CLEAR: Final = 8.0
"""Standard deviations of a row."""
BACK: Final = 0.25
"""Share of a burst by which the rows before and after may differ."""


@dataclass(frozen=True)
class Bursts:
    """Bursts of a record.

    Attributes
    ----------
    rows : array of bool (n,)
        Those in bursts; none if there are too few bursts.
    count : int
        Number of bursts.
    of_the_cell : bool
        Whether most of them relax, or come at one place of the half-cycle: what a contact outside does not know.
    times : float
        Median of their heights over the level around.
    """

    rows: BoolArray
    count: int
    of_the_cell: bool
    times: float


def burst_rows(owner: IntArray, value: FloatArray, noise: FloatArray, share: FloatArray) -> Bursts:
    """Find bursts.

    Parameters
    ----------
    owner : array of int (n,)
        Half-cycle of each row, non-decreasing.
    value : array (n,)
        Voltage over current, or voltage along the current.
    noise : array (n,)
        Standard deviation of single rows.
    share : array (n,)
        Position within the half-cycle, 0 to 1.
    """
    none = Bursts(np.zeros(owner.size, dtype=np.bool_), 0, False, 0.0)
    if owner.size < 30:
        return none
    below = maximum_filter1d(minimum_filter1d(value, WIDTH, mode="nearest"), WIDTH, mode="nearest")
    with np.errstate(invalid="ignore"):
        high = value - below > np.maximum(SIZE * np.abs(below), CLEAR * np.nan_to_num(noise))
    if high.sum() < FEWEST:
        return none
    # of a voltage of a few digits, or of noise alone, everything would be a burst
    step = np.abs(np.diff(value))[owner[1:] == owner[:-1]]
    digit = float(np.min(step[step > 1e-9 * np.max(np.abs(value))], initial=np.inf))
    scatter = 1.4826 * float(np.median(step)) / np.sqrt(2.0)
    if float(np.median(np.abs(value))) < CLEAR * max(digit, scatter):
        return none
    level, _ = median_by(owner, value, int(owner[-1]) + 1)
    highest = np.maximum.accumulate(np.nan_to_num(level, nan=0.0))[owner]
    high &= value > (1.0 + SIZE) * highest
    edges = np.flatnonzero(np.diff(high.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2]
    inside = (begin >= 1) & (stop < owner.size) & (stop - begin < WIDTH)
    begin, stop = begin[inside], stop[inside]
    if begin.size < FEWEST:
        return none
    top = np.maximum.reduceat(np.append(value, value[-1]), np.column_stack([begin, stop]).ravel())[::2]
    before, after = value[begin - 1], value[stop]
    back = np.abs(after - before) < BACK * (top - np.maximum(before, after))
    # what ends with the half-cycle may be the cell's own: some must lie within
    inner = int((back & (owner[begin - 1] == owner[begin]) & (owner[stop] == owner[begin])).sum())
    count = int(back.sum())
    of_the_cell = _relaxes(value, begin[back], stop[back]) or _recurs(owner[begin[back]], share[begin[back]])
    found = inner >= FEWEST or (count >= 2 * FEWEST and inner >= INNER * count)
    # once there are some, those at the edges of half-cycles are bursts as well
    if not found:
        return none
    times = float(np.median(top[back] / np.maximum(np.maximum(before, after)[back], 1e-300)))
    return Bursts(high, count, of_the_cell, times)


def _relaxes(value: FloatArray, begin: IntArray, stop: IntArray) -> bool:
    """Whether most bursts of three rows or more fall from their first row on, as a cell relaxes; a contact is shut."""
    long = np.flatnonzero(stop - begin >= 3)
    if long.size <= ALIKE * begin.size:
        return False
    falls = [bool(np.all(np.diff(value[b:e]) < 0)) for b, e in zip(begin[long], stop[long], strict=True)]
    return sum(falls) > ALIKE * begin.size


def _recurs(owner: IntArray, share: FloatArray) -> bool:
    """Whether most bursts come at the place of the half-cycle at which one came two half-cycles before or after."""
    if owner.size < FEWEST:
        return False
    order = np.lexsort((share, owner))
    owner, share = owner[order], share[order]
    place = 2.0 * owner + share
    again = np.zeros(owner.size, dtype=np.bool_)
    for off in (1, 2):
        at = np.searchsorted(place, place + 2.0 * off - PLACE)
        hit = at < place.size
        hit[hit] = place[at[hit]] < place[hit] + 2.0 * off + PLACE
        again |= hit
        again[at[hit]] = True
    return float(again.mean()) > ALIKE
