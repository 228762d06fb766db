"""Sudden steps of |V|/|I| at constant current, with a stated false-alarm rate.

A step is what the neighbourhood does not announce: the difference between the means of some slices before and after
a moment, less what the slopes on both sides would have brought. A relaxation, whatever its time constant, falls less
in one window than in the window before; a sine, a drift and an arc change their slope slowly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtri

from interlayer.failures.trace import BoolArray, Trace, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import FloatArray, IntArray

LEAST_STEP: Final = 0.10
"""Relative change that counts; below, contacts and temperature do as much."""
FALSE_ALARMS: Final = 1e-3
"""Expected steps that white noise of the measured size makes in a whole record."""
WINDOWS: Final = (1, 2, 4, 8, 16)
"""Slices on either side that are compared."""
ANNOUNCED: Final = 1.5
"""So many times the fall that the steeper neighbour would bring is no step: a sixteenth of a sine's period turns
less, and no decay steepens."""
_WILD: Final = 5.0
"""A step also exceeds so many times what the same statistic scatters by elsewhere in the record (noise with memory)."""
_MOST: Final = 2000


@dataclass(frozen=True)
class Step:
    """One sudden step.

    Attributes
    ----------
    half : int
    slice : int
        First slice after it.
    time_s : float
        Of the row with the steepest change.
    row : int
        That row, in the record's cycling rows.
    before_ohm, after_ohm : float
        Means of the windows on either side.
    change : float
        (after - before)/before.
    sigmas : float
        Size over its standard error.
    """

    half: int
    slice: int
    time_s: float
    row: int
    before_ohm: float
    after_ohm: float
    change: float
    sigmas: float


def downward(analysis: Analysis) -> tuple[Step, ...]:
    """Sudden falls, in the order of time."""
    return analysis.get(_both)[0]


def upward(analysis: Analysis) -> tuple[Step, ...]:
    """Sudden rises, in the order of time."""
    return analysis.get(_both)[1]


def _both(analysis: Analysis) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    t = analysis.get(trace)
    if t.reason or t.ohm.size < 4:
        return (), ()
    with np.errstate(invalid="ignore", divide="ignore"):
        return _searched(t)


@dataclass(frozen=True)
class _Windows:
    """Window means on both sides of each slice's beginning, and what the slopes around announce."""

    before: FloatArray
    after: FloatArray
    error: FloatArray
    span_s: FloatArray
    slope_before: FloatArray
    slope_after: FloatArray
    judged: BoolArray


@dataclass(frozen=True)
class _Sums:
    """Running sums of the slices and of their times."""

    value: FloatArray
    clock: FloatArray


def _sums(t: Trace, y: FloatArray) -> _Sums:
    # the sum of times loses no digits that matter if it starts at the record's beginning
    return _Sums(*(np.concatenate([[0.0], np.cumsum(x)]) for x in (y, t.time_s - t.time_s[0])))


def _windows(t: Trace, sums: _Sums, w: int) -> _Windows:
    g = np.arange(t.ohm.size)
    stop = t.last + 1
    near, far = np.maximum(g - w, t.first), np.maximum(g - 2 * w, t.first)
    ahead, beyond = np.minimum(g + w, stop), np.minimum(g + 2 * w, stop)
    value, clock = sums.value, sums.clock
    v, c = (
        {k: value[i] for k, i in _named(far, near, g, ahead, beyond)},
        {k: clock[i] for k, i in _named(far, near, g, ahead, beyond)},
    )
    n_before, n_after = np.maximum(g - near, 1), np.maximum(ahead - g, 1)
    n_first, n_last = np.maximum(near - far, 1), np.maximum(beyond - ahead, 1)
    before, after = (v["g"] - v["near"]) / n_before, (v["ahead"] - v["g"]) / n_after
    t_before, t_after = (c["g"] - c["near"]) / n_before, (c["ahead"] - c["g"]) / n_after
    slope_before = (before - (v["near"] - v["far"]) / n_first) / (t_before - (c["near"] - c["far"]) / n_first)
    slope_after = ((v["beyond"] - v["ahead"]) / n_last - after) / (
        (c["beyond"] - c["ahead"]) / n_last - t_after
    )
    span = t_after - t_before
    # the announced change carries the noise of both windows once more
    error = 2.0 * t.noise_ohm[t.owner] * np.sqrt(1.0 / n_before + 1.0 / n_after)
    judged = (g - t.first >= 2 * w) & (near > far) & (span <= 0.5 * (t.time_s - t.halves.start_s[t.owner]))
    return _Windows(
        before,
        after,
        error,
        span,
        np.where(near > far, slope_before, 0.0),
        np.where(beyond > ahead, slope_after, 0.0),
        judged,
    )


def _named(
    far: IntArray, near: IntArray, g: IntArray, ahead: IntArray, beyond: IntArray
) -> tuple[tuple[str, IntArray], ...]:
    return ("far", far), ("near", near), ("g", g), ("ahead", ahead), ("beyond", beyond)


def _searched(t: Trace) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    y = _without_stray(t)
    limit = float(ndtri(1.0 - FALSE_ALARMS / (y.size * len(WINDOWS))))
    best = {sign: np.zeros(y.size) for sign in (-1, 1)}
    width = {sign: np.zeros(y.size, dtype=np.int64) for sign in (-1, 1)}
    sure = {sign: np.zeros(y.size) for sign in (-1, 1)}
    sums, reference = _sums(t, y), reference_values(t, y)
    running = np.concatenate([[0.0], np.cumsum(np.nan_to_num(reference))])
    # what a shorted cell does near no voltage at all is measured against what it was
    least = max(0.05 * float(np.quantile(np.abs(y), 0.9)), 1e-300)
    for w in WINDOWS:
        one = _windows(t, sums, w)
        scale = np.maximum(np.abs(one.before), least)
        change = one.after - one.before
        for sign in (-1, 1):
            announced = (
                np.maximum(np.maximum(sign * one.slope_before, sign * one.slope_after), 0.0) * one.span_s
            )
            excess = sign * change - ANNOUNCED * announced
            relative = np.where(one.judged & (one.before > 0), excess / scale, 0.0)
            usual = np.abs(relative[one.judged])
            wild = _WILD * 1.4826 * float(np.median(usual)) if usual.size >= 50 else 0.0
            found = np.flatnonzero(relative > np.maximum(max(LEAST_STEP, wild), best[sign]))
            if not found.size:
                continue
            error = one.error[found]
            sigmas = np.where(error > 0, excess[found] / error, np.inf)
            keep = sigmas > limit
            found, sigmas = found[keep], sigmas[keep]
            keep = ~_as_usual(t, reference, running, w, sign, found, sign * change[found] / scale[found])
            found, sigmas = found[keep], sigmas[keep]
            best[sign][found], width[sign][found], sure[sign][found] = relative[found], w, sigmas
    down, up = (_placed(t, y, best[sign], width[sign], sure[sign]) for sign in (-1, 1))
    return down, up


def _without_stray(t: Trace) -> FloatArray:
    """Slices of a single row that alone stand apart from two agreeing neighbours take the neighbours' value."""
    y = t.ohm.copy()
    if y.size < 3:
        return y
    a, m, b = y[:-2], y[1:-1], y[2:]
    same = (t.owner[:-2] == t.owner[2:]) & (t.stop[1:-1] - t.row[1:-1] == 1)
    sigma = t.noise_ohm[t.owner[1:-1]]
    middle = 0.5 * (a + b)
    apart = np.abs(m - middle) > np.maximum(6.0 * sigma, 0.03 * np.abs(middle))
    agree = np.abs(a - b) < 0.34 * np.abs(m - middle)
    y[1:-1] = np.where(same & apart & agree, middle, m)
    return y


def reference_values(t: Trace, y: FloatArray) -> FloatArray:
    """Value of the neighbouring half-cycle in the same direction at the same share: the previous, else the next.

    NaN where there is none.
    """
    count = len(t.halves)
    present = np.unique(t.owner)
    other = np.full(count, -1, dtype=np.int64)
    for direction in (1, -1):
        mine = present[t.halves.direction[present] == direction]
        if mine.size > 1:
            other[mine[1:]] = mine[:-1]
            other[mine[0]] = mine[1]
    there = other[t.owner]
    # not beyond the first and last slice of the other one, or its neighbours would come in
    begin, end = np.full(count, 0.0), np.full(count, 0.999)
    begin[present] = t.share[np.unique(t.first)]
    end[present] = t.share[np.unique(t.last)]
    share = np.clip(t.share, begin[there], end[there])
    value = np.interp(there + np.minimum(share, 0.999), t.owner + np.minimum(t.share, 0.999), y)
    return np.where(there >= 0, value, np.nan)


def _as_usual(
    t: Trace,
    reference: FloatArray,
    running: FloatArray,
    w: int,
    sign: int,
    at: IntArray,
    relative: FloatArray,
) -> BoolArray:
    """Whether the neighbouring half-cycle in the same direction changes as much at the same place: its usual shape."""
    near, ahead = np.maximum(at - w, t.first[at]), np.minimum(at + w, t.last[at] + 1)
    before = (running[at] - running[near]) / np.maximum(at - near, 1)
    after = (running[ahead] - running[at]) / np.maximum(ahead - at, 1)
    out: BoolArray = np.isfinite(reference[at]) & (sign * (after - before) / before > 0.5 * relative)
    return out


def _placed(t: Trace, y: FloatArray, best: FloatArray, width: IntArray, sure: FloatArray) -> tuple[Step, ...]:
    """Of neighbouring candidates keep the greatest, and find the row at which it happened."""
    flagged = np.flatnonzero(best > 0)
    if not flagged.size:
        return ()
    reach = 1 + width[flagged]
    new = np.concatenate(
        [
            [True],
            (np.diff(flagged) > np.maximum(reach[1:], reach[:-1]))
            | (t.owner[flagged[1:]] != t.owner[flagged[:-1]]),
        ]
    )
    begin = np.flatnonzero(new)
    out: list[Step] = []
    for a, b in zip(begin.tolist()[:_MOST], np.append(begin[1:], flagged.size).tolist()[:_MOST], strict=True):
        group = flagged[a:b]
        g = int(group[np.argmax(best[group])])
        step = _one(t, y, g, int(width[g]), float(sure[g]))
        if step is not None:
            out.append(step)
    return tuple(out)


def _one(t: Trace, y: FloatArray, g: int, w: int, sigmas: float) -> Step | None:
    half = int(t.owner[g])
    first, last = int(t.first[g]), int(t.last[g])
    reach = max(w, 3)
    before = float(np.median(y[max(first, g - reach) : g]))
    after = float(np.median(y[g : min(g + reach, last + 1)]))
    if not before > 0:
        return None
    time, row = steepest(t, g, w, 1.0 if after > before else -1.0)
    return Step(half, g, time, row, before, after, after / before - 1.0, sigmas)


def steepest(t: Trace, g: int, w: int, sign: float) -> tuple[float, int]:
    """Time and row of the steepest change near the beginning of slice `g`."""
    first, last = int(t.first[g]), int(t.last[g])
    begin = int(t.row[max(first, g - max(w, 1))])
    end = int(t.stop[min(last, g + max(w, 1))])
    volt = np.abs(t.halves.voltage_V[begin:end]) * sign
    change = np.diff(volt)
    if not np.isfinite(change).any():
        return float(t.time_s[g]), int(t.row[g])
    row = begin + 1 + int(np.nanargmax(change))
    return float(t.halves.time_s[row]), row
