"""Collapse of |V|/|I| between half-cycles: against those before in the same direction and at the same current.

A passive cell's |V| does not fall when |I| rises, nor |V|/|I| when |I| falls; what a new level of current lets expect
follows from how the levels before it changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.failures.steps import ANNOUNCED
from interlayer.failures.trace import Trace, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import BoolArray, FloatArray, IntArray

LEAST_FALL: Final = 0.12
"""Relative fall against five or more half-cycles of the same direction and current that counts ..."""
LEAST_FALL_FEW: Final = 0.18
"""... against two or more ..."""
LEAST_FALL_NEW: Final = 0.25
"""... and where the current is new, or only one such half-cycle was seen."""
AFTER_A_PAUSE: Final = 0.40
"""The same after a pause as long as half of all that went before: contacts creep and wet while no current flows."""
_SCATTER: Final = 8.0
_SIGMAS: Final = 6.0
_STAYS: Final = 0.5
_REMEMBERED: Final = 60
_MOST: Final = 400
_DROWNED: Final = 0.2
_RECENT: Final = 4
MANY: Final = 5
"""Half-cycles of one direction and current from which on the usual is known."""


@dataclass(frozen=True)
class Expectation:
    """What each half-cycle's |V|/|I| is expected to be from those before it, at least.

    Attributes
    ----------
    half : array of int (n,)
        Half-cycles with a known |V|/|I|.
    log_ohm, expected : array (n,)
        ln of what was found, and of the least expected.
    limit : array (n,)
        How far it may fall short, in ln.
    usual : array (n,)
        What the last change, or the decline within the last half-cycles, amounted to, in ln.
    """

    half: IntArray
    log_ohm: FloatArray
    expected: FloatArray
    limit: FloatArray
    usual: FloatArray

    @property
    def depth(self) -> FloatArray:
        """How far each lies below, in ln."""
        return self.expected - self.log_ohm


@dataclass(frozen=True)
class Collapse:
    """A half-cycle whose |V|/|I| lies below what those before let expect.

    Attributes
    ----------
    half : int
    expected_ohm, found_ohm : float
    limit : float
        Relative fall that would still have been let pass.
    seen : int
        Half-cycles with the same direction and current before it.
    beyond : float
        Fall (in ln) over what the last change, or the decline within the last half-cycles, amounted to.
    """

    half: int
    expected_ohm: float
    found_ohm: float
    limit: float
    seen: int
    beyond: float


def expectation(analysis: Analysis) -> Expectation:
    """Compute what each half-cycle's |V|/|I| is expected to be at least."""
    t = analysis.get(trace)
    known = np.flatnonzero(np.isfinite(t.level_ohm) & (t.key >= 0)) if not t.reason else np.zeros(0, np.int64)
    floor = np.maximum(t.level_ohm, 1e-4 * np.nanmax(np.abs(t.level_ohm))) if known.size else t.level_ohm
    log_ohm = np.log(np.maximum(floor[known], 1e-300)) if known.size else np.zeros(0)
    if known.size < 3:
        nothing = np.full(known.size, np.nan)
        return Expectation(known, log_ohm, nothing, nothing, nothing)
    value = np.full(len(t.halves), np.nan)
    value[known] = log_ohm
    from_same, previous_change, depth_of_history = _from_same(t, value)
    from_other = _from_other(t, value, known)
    has_two = depth_of_history >= 2
    # two half-cycles before and it may still be forming: what the last change announces is let pass
    announced = _announced(t, value)
    from_same = np.where(has_two, from_same, from_same + announced)
    from_other = np.where(depth_of_history == 0, from_other + 0.5 * announced, from_other)
    few = -np.log(1.0 - LEAST_FALL_FEW)
    least = np.where(
        has_two, np.where(_seen(t) >= MANY, -np.log(1.0 - LEAST_FALL), few), -np.log(1.0 - LEAST_FALL_NEW)
    )
    paused = _paused(t)
    least = np.where(paused, np.maximum(least, -np.log(1.0 - AFTER_A_PAUSE)), least)
    limit = np.maximum(least, np.where(has_two, 1.0, 3.0) * np.nan_to_num(previous_change))
    # half-cycles at the same current count alone where they are recent: slow changes go on at other currents
    recent = (t.previous >= 0) & (np.arange(len(t.halves)) - t.previous <= _RECENT)
    both = np.fmin(from_same, from_other)
    expected = np.where(recent & np.isfinite(from_same), from_same, both)
    noise = _relative_noise(t, expected)
    # of a voltage that drowns in noise no fall can be told
    limit = np.where(noise > _DROWNED, np.inf, np.maximum(limit, _SIGMAS * noise))
    usual = np.fmax(np.nan_to_num(previous_change), -announced / ANNOUNCED)
    return Expectation(known, log_ohm, expected[known], limit[known], usual[known])


def collapses(analysis: Analysis) -> tuple[Collapse, ...]:
    """Collapses that stay, or last one half-cycle at least and are seen in both directions, in the order of time."""
    t, e = analysis.get(trace), analysis.get(expectation)
    with np.errstate(invalid="ignore"):
        found = np.flatnonzero((e.depth > e.limit) & (np.arange(e.half.size) >= 2))
    out: list[Collapse] = []
    if not found.size:
        return ()
    bends, seen = _bends(t), _seen(t)
    for n in found.tolist():
        half = int(e.half[n])
        limit = max(float(e.limit[n]), _SCATTER * _typical(bends, half))
        if _same_time_depth(t, half, float(e.depth[n])) > limit and _confirmed(t, e, n, limit):
            beyond = float(e.depth[n]) / max(float(e.usual[n]), 1e-6)
            expected = float(np.exp(e.expected[n]))
            out.append(
                Collapse(
                    half,
                    expected,
                    float(t.level_ohm[half]),
                    1.0 - float(np.exp(-limit)),
                    int(seen[half]),
                    beyond,
                )
            )
            if len(out) >= _MOST:
                break
    return tuple(out)


def _confirmed(t: Trace, e: Expectation, n: int, limit: float) -> bool:
    """Whether the half-cycles after it are low as well: a parallel path lowers both directions."""
    half, depth = int(e.half[n]), float(e.depth[n])
    later = np.arange(n + 1, min(n + 4, e.half.size))
    alike = later[
        np.abs(np.abs(t.halves.current_A[e.half[later]]) / abs(t.halves.current_A[half]) - 1.0) < 0.02
    ]
    if not alike.size:
        # nothing to compare with: believed if what follows at other currents is not back, or nothing follows
        return depth > 1.5 * limit or not later.size
    found: list[bool] = []
    for j in alike.tolist():
        if t.key[e.half[j]] == t.key[half]:
            found.append(bool(e.log_ohm[j] < e.expected[n] - _STAYS * depth))
        else:
            reference = _before(t, e, j, half)
            found.append(bool(np.isnan(reference) or e.log_ohm[j] < reference - _STAYS * depth))
    return found[0] if len(found) == 1 else sum(found) >= 2


def _before(t: Trace, e: Expectation, j: int, half: int) -> float:
    """Ln |V|/|I| of the last half-cycle before `half` with the key of entry `j`, NaN if there is none."""
    earlier = np.flatnonzero((t.key[e.half] == t.key[e.half[j]]) & (e.half < half))
    return float(e.log_ohm[earlier[-1]]) if earlier.size else float("nan")


def _announced(t: Trace, value: FloatArray) -> FloatArray:
    """Fall of ln |V|/|I| over two half-cycles that the decline within the last two lets expect (formation), <= 0."""
    mine = np.flatnonzero(np.isfinite(value))
    slope = np.full(value.size, 0.0)
    begin = np.flatnonzero(np.concatenate([[True], np.diff(t.owner) != 0]))
    end = np.append(begin[1:], t.owner.size)
    number = end - begin
    first, last = begin + number // 4, end - 1 - number // 10
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.log(t.ohm[last] / t.ohm[first]) / 0.65
    slope[t.owner[begin]] = np.where(np.isfinite(change) & (number >= 4), np.fmin(change, 0.0), 0.0)
    out = np.zeros(value.size)
    for back in (1, 2):
        if mine.size > back:
            out[mine[back:]] += slope[mine[:-back]]
    if mine.size > 2:
        # or the fall from the one to the other: a shape may hide what goes on within them
        step = np.fmin(value[mine[1:-1]] - value[mine[:-2]], 0.0)
        out[mine[2:]] = np.fmin(out[mine[2:]], 2.0 * step)
    return ANNOUNCED * out


def _same_time_depth(t: Trace, half: int, depth: float) -> float:
    """Depth of a half-cycle that was cut short, at the time since the switch that it reached."""
    other = int(t.previous[half])
    d = t.halves.duration_s
    if other < 0 or not d[half] < 0.9 * d[other]:
        return depth
    mine, there = np.flatnonzero(t.owner == half), np.flatnonzero(t.owner == other)
    start = t.halves.start_s
    reference = np.interp(t.time_s[mine] - start[half], t.time_s[there] - start[other], t.ohm[there])
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.log(reference / t.ohm[mine])
    found = found[np.isfinite(found)]
    return min(depth, float(np.median(found))) if found.size else depth


def _chain(t: Trace, steps: int) -> list[IntArray]:
    """Previous half-cycle with the same key, the one before that, ..."""
    out = [t.previous]
    for _ in range(steps - 1):
        last = out[-1]
        out.append(np.where(last >= 0, t.previous[np.maximum(last, 0)], -1))
    return out


def _taken(value: FloatArray, at: IntArray) -> FloatArray:
    return np.where(at >= 0, value[np.maximum(at, 0)], np.nan)


def _from_same(t: Trace, value: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Least expected from half-cycles with the same key, the change between the last two, and how many there are."""
    one, two, three = (_taken(value, at) for at in _chain(t, 3))
    change = one - two
    # the lower of the last two, and what the trend announces
    lower = np.fmin(one, np.where(np.isfinite(two), two, one))
    trend = np.fmin(np.where(np.isfinite(change), change, 0.0), 0.0)
    settled = np.where(np.isfinite(three), trend, ANNOUNCED * trend)
    count = np.isfinite(one).astype(np.int64) + np.isfinite(two) + np.isfinite(three)
    return lower + settled, np.abs(change), count


def _from_other(t: Trace, value: FloatArray, known: IntArray) -> FloatArray:
    """Least expected from half-cycles at other currents.

    |V|/|I| falls with a power of |I| of at most 1; as the levels before changed, and a half more, if two are known.
    """
    out = np.full(value.size, np.nan)
    size = np.log(np.abs(t.halves.current_A))
    bound = np.full(known.size, np.inf)
    for back in range(1, 5):
        if known.size <= back:
            break
        now, then = known[back:], known[:-back]
        rise = np.maximum(size[now] - size[then], 0.0)
        bound[back:] = np.minimum(bound[back:], value[then] - rise * _power(value, size, known)[back:])
    out[known] = np.where(np.isfinite(bound), bound, np.nan)
    return out


def _power(value: FloatArray, size: FloatArray, known: IntArray) -> FloatArray:
    """Greatest power of |I| with which |V|/|I| is let fall at each known half-cycle, from the levels before."""
    jump = np.abs(np.diff(size[known])) > 0.02
    begin = np.concatenate([[0], np.flatnonzero(jump) + 1])
    level = np.concatenate([[0], np.cumsum(jump)])
    mean = np.add.reduceat(value[known], begin) / np.diff(np.append(begin, known.size))
    where = size[known][begin]
    power = np.ones(begin.size)
    if begin.size > 2:
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = -np.diff(mean) / np.diff(where)
        for k in range(2, begin.size):
            seen = slope[max(0, k - 3) : k - 1]
            power[k] = min(1.0, 1.5 * max(float(np.max(seen)), 0.0) + 0.25)
    return power[level]


def _bends(t: Trace) -> FloatArray:
    """Second difference of ln |V|/|I| along each key at its last half-cycle, NaN where there is none, shape (h,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(t.level_ohm > 0, np.log(t.level_ohm), np.nan)
    one, two = (_taken(value, at) for at in _chain(t, 2))
    return np.abs(value - 2.0 * one + two)


def _typical(bends: FloatArray, half: int) -> float:
    """Scatter of ln |V|/|I| from half-cycle to half-cycle before one, trend taken out; 0 if too few are known."""
    before = bends[:half]
    before = before[np.isfinite(before)][-_REMEMBERED:]
    return float(np.median(before)) / (0.6745 * np.sqrt(6.0)) if before.size >= 3 else 0.0


def _relative_noise(t: Trace, expected: FloatArray) -> FloatArray:
    """Standard error of each half-cycle's median relative to what is expected of it."""
    rows = np.bincount(t.owner, minlength=len(t.halves))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        sigma = 1.2533 * t.noise_ohm / np.sqrt(np.maximum(0.65 * rows, 1.0)) / np.exp(expected)
    return np.nan_to_num(np.minimum(sigma, 1.0))


def _seen(t: Trace) -> IntArray:
    """How many half-cycles with the same key lie before each."""
    out = np.zeros(t.key.size, dtype=np.int64)
    order = np.argsort(t.key, kind="stable")
    begin = np.concatenate([[True], np.diff(t.key[order]) != 0])
    rank = np.arange(order.size) - np.maximum.accumulate(np.where(begin, np.arange(order.size), 0))
    out[order] = rank
    return out


def _paused(t: Trace) -> BoolArray:
    """Whether a pause as long as half of the test so far, and as a half-cycle, lies before each half-cycle."""
    h = t.halves
    pause = np.concatenate([[0.0], h.start_s[1:] - h.end_s[:-1]])
    so_far = np.concatenate([[0.0], h.end_s[:-1] - h.start_s[0]])
    out: BoolArray = (pause > 0.5 * so_far) & (pause > h.duration_s)
    return out
