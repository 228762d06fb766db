"""Dips: |V|/|I| falls and comes back within a small part of a half-cycle, as when a filament opens and melts.

A parallel path can only lower the voltage, a bad contact only raise it, and an instrument's stray reading does both:
what decides is on which side the excursions lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d
from scipy.special import ndtri

from interlayer.failures.steps import FALSE_ALARMS, LEAST_STEP
from interlayer.failures.trace import Trace, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import BoolArray, FloatArray, IntArray

WIDEST: Final = 7
"""Slices that an excursion may last; a longer one is a step down and a step up ..."""
WIDEST_SHARE: Final = 0.08
"""... and share of a half-cycle's slices."""


@dataclass(frozen=True)
class Excursions:
    """Excursions to one side, in the order of time.

    Attributes
    ----------
    slice, half : array of int (n,)
        Deepest slice and half-cycle.
    time_s : array (n,)
        Beginning of the excursion.
    depth : array (n,)
        Relative to the level around.
    rows : array of int (n,)
        1: a single row, else two or more.
    """

    slice: IntArray
    half: IntArray
    time_s: FloatArray
    depth: FloatArray
    rows: IntArray

    def __len__(self) -> int:
        return self.slice.size

    @property
    def lasting(self) -> int:
        """How many are seen in more than one row."""
        return int((self.rows > 1).sum())


def dips(analysis: Analysis) -> Excursions:
    """Excursions downwards."""
    return _excursions(analysis.get(trace), -1)


def spikes(analysis: Analysis) -> Excursions:
    """Excursions upwards."""
    return _excursions(analysis.get(trace), 1)


def _excursions(t: Trace, sign: int) -> Excursions:
    i = np.zeros(0, dtype=np.int64)
    nothing = Excursions(i, i, np.zeros(0), np.zeros(0), i)
    if t.reason or t.ohm.size < 2 * WIDEST + 1:
        return nothing
    # wide against a half-cycle's slices, and its own arc would be filled
    usual = float(np.median(np.bincount(t.owner)[np.unique(t.owner)]))
    size = 2 * (int(min(WIDEST, WIDEST_SHARE * usual)) // 2) + 1
    if size < 3:
        return nothing
    # what is narrower than the window is filled (closing), or cut off (opening)
    if sign > 0:
        level = _opened(t.ohm, size)
        pair, lone = t.high - level, t.most - level
    else:
        level = _closed(t.ohm, size)
        pair, lone = level - t.low, level - t.least
    scale = np.maximum(np.abs(level), 1e-300)
    inner = (t.position >= WIDEST) & (t.last - np.arange(t.ohm.size) >= WIDEST)
    limit = float(ndtri(1.0 - FALSE_ALARMS / t.ohm.size))
    # the greatest of some rows of noise lies above their mean already
    noise = (limit + 2.0) * t.row_noise_ohm[t.owner]
    wide = inner & (pair > LEAST_STEP * scale) & (pair > noise) & (level > 0)
    thin = inner & (lone > LEAST_STEP * scale) & (lone > noise) & (level > 0)
    return _grouped(t, wide, thin, np.where(wide, pair, lone) / scale)


def _closed(y: FloatArray, size: int) -> FloatArray:
    return np.asarray(minimum_filter1d(maximum_filter1d(y, size, mode="nearest"), size, mode="nearest"))


def _opened(y: FloatArray, size: int) -> FloatArray:
    return np.asarray(maximum_filter1d(minimum_filter1d(y, size, mode="nearest"), size, mode="nearest"))


def _grouped(t: Trace, wide: BoolArray, thin: BoolArray, depth: FloatArray) -> Excursions:
    flagged = np.flatnonzero(wide | thin)
    if not flagged.size:
        i = np.zeros(0, dtype=np.int64)
        return Excursions(i, i, np.zeros(0), np.zeros(0), i)
    new = np.concatenate([[True], (np.diff(flagged) > 1) | (np.diff(t.owner[flagged]) != 0)])
    begin = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    deepest = np.maximum.reduceat(depth[flagged], begin)
    at = flagged[begin]
    order = np.lexsort((-depth[flagged], group))
    first_of_group = order[np.concatenate([[True], np.diff(group[order]) > 0])]
    rows = np.where(np.bitwise_or.reduceat(wide[flagged].astype(np.int64), begin) > 0, 2, 1)
    return Excursions(flagged[first_of_group], t.owner[at], t.time_s[at], deepest, rows)
