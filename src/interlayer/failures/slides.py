"""Slides: |V|/|I| falls gradually within one half-cycle, against the one before in the same direction, and stays low.

A parallel path that grows over minutes or hours shows neither a step nor, where its half-cycle is the last at its
level or follows few, a collapse that the half-cycles before do not announce. Formation and wetting fall less in each
half-cycle than in the one before; what falls several times as much as any half-cycle before it is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import FloatArray, median_by

LEAST_SLIDE: Final = 0.15
"""Relative fall within a half-cycle, against the same share of the one before in its direction, that counts."""
_EARLY: Final = 0.25
_LATE: Final = 0.75
_TIMES_GREATEST: Final = 2.0
"""So many times what any half-cycle before fell or rose by ..."""
_TIMES_USUAL: Final = 6.0
"""... and what they do in the median."""
_SIGMAS: Final = 6.0
_FEWEST_BEFORE: Final = 2
_MOST: Final = 50


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    half : int
    slice : int
        At which half of it is done.
    before_ohm, after_ohm : float
        What the half-cycle before shows at its end, and what this one does.
    """

    half: int
    slice: int
    before_ohm: float
    after_ohm: float


def slides(analysis: Analysis) -> tuple[Slide, ...]:
    """Find the slides of a record, in the order of time."""
    t = analysis.get(trace)
    if t.reason or t.ohm.size < 12:
        return ()
    ratio = _against_previous(t)
    early, late = _ends(t, ratio)
    change = late - early
    known = np.flatnonzero(np.isfinite(change))
    if known.size <= _FEWEST_BEFORE:
        return ()
    size = np.abs(change[known])
    noise = _error(t, known)
    # nothing stands before the first, which is left out below
    greatest = np.concatenate([[0.0], np.maximum.accumulate(size)[:-1]])
    limit = np.maximum(-np.log(1.0 - LEAST_SLIDE), np.maximum(_TIMES_GREATEST * greatest, _SIGMAS * noise))
    found = np.flatnonzero((change[known] < -limit) & (np.arange(known.size) >= _FEWEST_BEFORE))
    out: list[Slide] = []
    for k in found.tolist()[:_MOST]:
        if -change[known[k]] < _TIMES_USUAL * float(np.median(size[:k])):
            continue
        half = int(known[k])
        mine = np.flatnonzero(t.owner == half)
        done = ratio[mine] < early[half] + 0.5 * change[half]
        g = (
            int(mine[min(int(np.flatnonzero(~done)[-1]) + 1, mine.size - 1)])
            if (~done).any()
            else int(mine[0])
        )
        after = float(np.median(t.ohm[mine[t.share[mine] >= _LATE]]))
        before = after * float(np.exp(-change[half]))
        # where nothing is left there is no ratio: the half-cycle's own beginning stands for the one before
        before = before if before > 0.0 else float(np.median(t.ohm[mine[t.share[mine] <= _EARLY]]))
        if before > max(after, 0.0):
            out.append(Slide(half, g, before, after))
    return tuple(out)


def _against_previous(t: Trace) -> FloatArray:
    """Ln of each slice over the previous half-cycle with the same direction and current at the same share."""
    present = np.unique(t.owner)
    there = t.previous[t.owner]
    begin, end = np.zeros(len(t.halves)), np.full(len(t.halves), 0.999)
    begin[present], end[present] = t.share[np.unique(t.first)], t.share[np.unique(t.last)]
    share = np.clip(t.share, begin[np.maximum(there, 0)], np.minimum(end[np.maximum(there, 0)], 0.999))
    known = (there >= 0) & np.isin(there, present)
    value = np.interp(there + share, t.owner + np.minimum(t.share, 0.999), t.ohm)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = np.where(known & (value > 0) & (t.ohm > 0), np.log(t.ohm / value), np.nan)
    return out


def _ends(t: Trace, ratio: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Medians over the first and last quarter of each half-cycle; NaN where there are fewer than two slices."""
    out: list[FloatArray] = []
    for some in (t.share <= _EARLY, t.share >= _LATE):
        some = some & np.isfinite(ratio)
        value, number = median_by(t.owner[some], ratio[some], len(t.halves))
        out.append(np.where(number >= 2, value, np.nan))
    return out[0], out[1]


def _error(t: Trace, half: np.ndarray) -> FloatArray:
    """Standard error of the difference of two such medians."""
    rows = np.maximum(np.bincount(t.owner, minlength=len(t.halves))[half], 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = t.noise_ohm[half] / np.abs(t.level_ohm[half])
    # of a half-cycle that has no level nothing can be said
    return np.nan_to_num(1.2533 * 2.0 * relative / np.sqrt(0.25 * rows), posinf=1.0)
