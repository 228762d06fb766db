"""Falls of |V|/|I| that may be a short: where they begin, what remains, whether they stay or come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.collapse import MANY, Collapse, collapses
from interlayer.failures.dips import dips, spikes
from interlayer.failures.slides import Slide, slides
from interlayer.failures.steps import LEAST_STEP, Step, downward, steepest, upward
from interlayer.failures.trace import Trace, time_text, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import BoolArray, FloatArray

BACK: Final = 0.5
"""Share of a fall (in ln) that must be made up for |V|/|I| to be back."""
_NEAR: Final = 0.75
_NEAREST: Final = 0.2
_CLEARLY: Final = 3.0
_EXCURSION: Final = (2, 4, 8)
_FEW_LEFT: Final = 3
_STAYS_LOW: Final = 0.8
"""Share of the time after a slide that must be low."""
_OF_NEW_CURRENTS: Final = 0.25
_OFTEN: Final = 2
"""Reversals at which a fall is taken back, only to come again, from which on it is no chance."""
_FRESH: Final = 0.1
"""Share of a half-cycle that shows how it begins."""
_MOST: Final = 400


@dataclass(frozen=True)
class Fall:
    """One fall of |V|/|I|.

    Attributes
    ----------
    sign : 'sudden drop', 'slide', 'collapse' or 'dips'
        How it was found.
    half : int
        Half-cycle in which it began.
    time_s : float
    before_ohm, after_ohm : float
    remaining : float
        Share of |V|/|I| that is left once the fall is complete: median while it is low.
    remaining_ohm : float
        The same in ohm (or V).
    low_share : float
        Share of what follows in which it is low.
    back : bool
        Whether it is back at the end.
    returns : int
        How often it came back.
    sigmas : float
        Size over its standard error; infinite where there is no noise.
    detail : str
    """

    sign: str
    half: int
    time_s: float
    before_ohm: float
    after_ohm: float
    remaining: float
    remaining_ohm: float
    low_share: float
    back: bool
    returns: int
    sigmas: float
    detail: str


def falls(analysis: Analysis) -> tuple[Fall, ...]:
    """Return the falls that stand their tests, in the order of time; the first is where a short began."""
    t = analysis.get(trace)
    if t.reason:
        return ()
    found: list[Fall] = []
    for step in analysis.get(downward)[:_MOST]:
        one = _from_step(analysis, t, step)
        if one is not None:
            found.append(one)
            break
    for collapse in analysis.get(collapses)[:_MOST]:
        one = _from_collapse(analysis, t, collapse)
        if one is not None:
            found.append(one)
            break
    for slide in analysis.get(slides):
        one = _from_slide(analysis, t, slide)
        if one is not None:
            found.append(one)
            break
    one = _from_dips(analysis, t)
    if one is not None:
        found.append(one)
    # within one half-cycle the fall that was seen happening places it in time
    order = {"sudden drop": 0, "dips": 1, "slide": 2, "collapse": 3}
    found.sort(key=lambda f: (f.half, order[f.sign]))
    return tuple(found)


def relative_levels(t: Trace, half: int, before: float) -> tuple[FloatArray, FloatArray]:
    """Compare every slice with what it was expected to be without a fall in half-cycle `half`.

    A half-cycle after it is compared with the last one before it with the same direction and current, at the same
    share; where there is none, with the nearest current, |V|/|I| taken to fall with the power of |I| seen before.

    Returns
    -------
    share, weight : array (m,)
        Slice over expectation, NaN where there is none; duration of each slice.
    """
    h = t.halves
    reference = np.full(t.ohm.size, np.nan)
    size = np.abs(h.current_A)
    present = np.unique(t.owner)
    earlier = present[(present < half) & (t.key[present] >= 0)]

    def at_same_share(other: int, members: BoolArray) -> FloatArray:
        there = t.owner == other
        return np.interp(t.share[members], t.share[there], t.ohm[there])

    for k in np.unique(t.key[present[present >= half]]).tolist():
        members = (t.key[t.owner] == k) & (t.owner >= half)
        same = earlier[t.key[earlier] == k]
        if same.size:
            reference[members] = at_same_share(int(same[-1]), members)
            continue
        direction = earlier[h.direction[earlier] == h.direction[t.owner[members][0]]]
        pool = direction if direction.size else earlier
        if not pool.size:
            reference[members] = before
            continue
        current = float(size[t.owner[members][0]])
        nearest = pool[np.argmin(np.abs(np.log(size[pool] / current)) - 1e-9 * np.arange(pool.size))]
        power = _power(t, pool)
        factor = min(1.0, float((size[nearest] / current) ** power))
        reference[members] = factor * at_same_share(int(nearest), members)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(reference > 0, t.ohm / reference, np.nan)
    # within the half-cycle of the fall what was seen just before counts
    mine = t.owner == half
    if before > 0:
        own = t.ohm[mine] / before
        share[mine] = np.where(np.isfinite(share[mine]), np.minimum(share[mine], own), own)
    weight = np.gradient(t.time_s) if t.time_s.size > 1 else np.ones(t.time_s.size)
    edge = np.concatenate([[True], np.diff(t.owner) != 0])
    weight = np.where(edge | np.append(edge[1:], True), np.median(weight), weight)
    return share, np.maximum(weight, 0.0)


def _power(t: Trace, pool: np.ndarray) -> float:
    """Power of |I| with which |V|/|I| fell from level to level before; 0.3 where that is unknown."""
    size = np.log(np.abs(t.halves.current_A[pool]))
    value = t.level_ohm[pool]
    good = np.isfinite(value) & (value > 0)
    if good.sum() < 2 or np.ptp(size[good]) < 0.1:
        return 0.3
    slope = (
        np.polyfit(size[good][-8:], np.log(value[good][-8:]), 1)[0]
        if np.ptp(size[good][-8:]) > 0.05
        else -0.3
    )
    return float(np.clip(-slope, 0.0, 1.0))


def boundary_jumps(t: Trace) -> FloatArray:
    """Jump of ln |V|/|I| from the end of each half-cycle's predecessor to its own beginning, shape (h,).

    Less what the same reversal does in the cycles around, so that asymmetry and shape drop out; NaN where that is
    unknown.
    """
    n = len(t.halves)
    early, late = np.full(n, np.nan), np.full(n, np.nan)
    begin = np.flatnonzero(np.concatenate([[True], np.diff(t.owner) != 0]))
    end = np.append(begin[1:], t.owner.size)
    who = t.owner[begin]
    total = np.concatenate([[0.0], np.cumsum(t.ohm)])
    width = np.maximum((end - begin) // 8, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        # the first slices still hold what the reversal left behind
        skip = np.minimum(width, end - begin - width)
        early[who] = np.log((total[begin + skip + width] - total[begin + skip]) / width)
        late[who] = np.log((total[end] - total[end - width]) / width)
    raw = np.full(n, np.nan)
    with np.errstate(invalid="ignore"):
        raw[1:] = early[1:] - late[:-1]
    # the same reversal: the same key here and in the half-cycle before
    pair = np.where(np.arange(n) > 0, t.key * (int(t.key.max(initial=0)) + 2) + np.roll(t.key, 1), -1)
    pair[0] = -1
    order = np.argsort(pair, kind="stable")
    ordered, same = raw[order], np.diff(pair[order]) == 0
    around = np.full((3, n), np.nan)
    # two such reversals before and one after: of their median one may be odd
    around[0, 1:] = np.where(same, ordered[:-1], np.nan)
    around[1, 2:] = np.where(same[1:] & same[:-1], ordered[:-2], np.nan)
    around[2, :-1] = np.where(same, ordered[1:], np.nan)
    known = np.isfinite(around).any(axis=0)
    usual = np.full(n, np.nan)
    usual[known] = np.nanmedian(around[:, known], axis=0)
    out = np.full(n, np.nan)
    with np.errstate(invalid="ignore"):
        out[order] = ordered - usual
    return out


def _abrupt(
    analysis: Analysis, t: Trace, since_s: float, before: float, size: float
) -> tuple[list[float], list[float]]:
    """Times after a moment at which |V|/|I| rises, and falls, abruptly by half of `size` (in ln) or more.

    A rise counts if it ends near where the fall from `before` began: what flickers near nothing has not come back.
    """
    least, near = BACK * size, before * max(float(np.exp(-_NEAR * size)), _NEAREST)
    jumps = boundary_jumps(t)
    start = t.halves.start_s
    with np.errstate(invalid="ignore"):
        up = start[(jumps > least) & (start > since_s) & (t.level_ohm > near)].tolist()
        down = start[(jumps < -least) & (start > since_s)].tolist()
    up += [
        x.time_s
        for x in analysis.get(upward)
        if x.time_s > since_s and x.after_ohm > near and np.log(max(1.0 + x.change, 1e-3)) > least
    ]
    down += [
        x.time_s
        for x in analysis.get(downward)
        if x.time_s > since_s and np.log(max(1.0 + x.change, 1e-3)) < -least
    ]
    return up, down


def _back_at_another_current(t: Trace, half: int, before: float, drop: float) -> list[float]:
    """Beginnings of half-cycles that are back where the one before, at another current or after a pause, was low."""
    share, _ = relative_levels(t, half, before)
    n = len(t.halves)
    first, last, fresh = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    begin = np.flatnonzero(np.concatenate([[True], np.diff(t.owner) != 0]))
    end = np.append(begin[1:], t.owner.size)
    for b, e in zip(begin.tolist(), end.tolist(), strict=True):
        k, width = int(t.owner[b]), max((e - b) // 3, 1)
        if k >= half and e - b >= 3:
            first[k], last[k] = np.median(share[b : b + width]), np.median(share[e - width : e])
            fresh[k] = np.median(share[b : b + max(int(_FRESH * (e - b)), 2)])
    border = np.exp(BACK * np.log(max(1.0 - drop, 1e-3)))
    unknown = np.isnan(boundary_jumps(t))
    # only against a half-cycle with the same direction and current before the fall is this sure
    sure = np.flatnonzero(np.isin(t.key, t.key[: half + 1]) & np.isfinite(first))
    deep = np.exp(0.5 * BACK * np.log(max(1.0 - drop, 1e-3)))
    out: list[float] = []
    anew: list[float] = []
    for j, k in zip(sure[:-1].tolist(), sure[1:].tolist(), strict=True):
        unseen = k > j + 1 or unknown[k]
        if unseen and last[j] < border and first[k] > max(border, _NEAREST):
            out.append(float(t.halves.start_s[k]))
        elif last[j] < border * deep and fresh[k] > max(border / deep, _NEAREST) and last[k] < border:
            # closed at the reversal and open again before the next
            anew.append(float(t.halves.start_s[k]))
    return out + anew if len(anew) >= _OFTEN else out


def _followed(
    t: Trace, half: int, at_s: float, before: float, drop: float
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Which slices after a moment are low, with their shares and durations; those that cannot be told are left out."""
    share, weight = relative_levels(t, half, before)
    after = (t.time_s >= at_s) & np.isfinite(share)
    border = np.exp(BACK * np.log(max(1.0 - drop, 1e-3)))
    return share[after] < border, share[after], weight[after]


def _summary(
    low: BoolArray, share: FloatArray, weight: FloatArray, events: tuple[list[float], list[float]]
) -> tuple[float, float, bool, int]:
    """Remaining share while low, share of time that is low, whether it is back at the end, how often it came back.

    Only what rises abruptly comes back: a slow rise is a drift of the cell.
    """
    up, down = events
    if not low.any():
        return float(np.median(share)) if share.size else 1.0, 0.0, bool(up), len(up)
    total = float(weight.sum())
    part = float(weight[low].sum()) / total if total > 0 else 1.0
    returns = len(up)
    back = bool(up) and (not down or max(up) > max(down))
    late = np.flatnonzero(low)
    late = late[late.size // 2 :] if not returns else late
    return float(np.median(share[late])), part, back, returns


def _from_step(analysis: Analysis, t: Trace, step: Step) -> Fall | None:
    """A sudden step is a fall if it is no return from above and if it is seen to stay, or to come back as a step."""
    before, after = step.before_ohm, step.after_ohm
    drop = 1.0 - after / before
    if drop < LEAST_STEP or _returns_from_above(analysis, t, step):
        return None
    mine = np.flatnonzero(t.owner == step.half)
    rest = mine[mine >= step.slice]
    border = before * np.exp(BACK * np.log(max(1.0 - drop, 1e-3)))
    rows_left = int(t.stop[rest[-1]] - t.row[step.slice])
    if (t.ohm[rest] < border).sum() < 2 and rows_left < 2 * _FEW_LEFT and _next_is_back(t, step, border):
        return None
    at_the_end = rest.size < _FEW_LEFT and rows_left < _FEW_LEFT
    if at_the_end and (_next_is_back(t, step, border) or (_is_last(t, step.half) and drop < 0.5)):
        return None
    low, share, weight = _followed(t, step.half, float(t.time_s[step.slice]), before, drop)
    events = _abrupt(analysis, t, step.time_s, before, -np.log(max(1.0 - drop, 1e-3)))
    events[0].extend(_back_at_another_current(t, step.half, before, drop))
    remaining, part, back, returns = _summary(low, share, weight, events)
    if not low.any():
        remaining = after / before
    current = abs(t.halves.current_A[step.half])
    at = f" at constant {current / units.factor('mA'):.4g} mA" if t.known_current else ""
    volt = float(np.abs(t.halves.voltage_V[step.row])) / units.factor("mV")
    text = (
        f"half-cycle {step.half}: {t.what} falls from {t.says(before)} to {t.says(after)} ({-drop:.1%}) near "
        f"{time_text(step.time_s)}{at} (|V| then {volt:.4g} mV), where what came before announced no fall"
    )
    if np.isfinite(step.sigmas):
        text += f"; {min(step.sigmas, 999):.3g} standard errors"
    return Fall(
        "sudden drop",
        step.half,
        step.time_s,
        before,
        after,
        remaining,
        remaining * before,
        part,
        back,
        returns,
        step.sigmas,
        text,
    )


def _is_last(t: Trace, half: int) -> bool:
    return half >= int(t.owner[-1])


def _next_is_back(t: Trace, step: Step, border: float) -> bool:
    """Whether the next half-cycles at this current begin where the one before the step ended."""
    size = np.abs(t.halves.current_A)
    for k in range(step.half + 1, min(step.half + 3, len(t.halves))):
        if np.isfinite(t.level_ohm[k]) and abs(size[k] - size[step.half]) <= 0.02 * size[step.half]:
            return bool(t.level_ohm[k] > border)
    return False


def _returns_from_above(analysis: Analysis, t: Trace, step: Step) -> bool:
    """Whether a fall only takes back an excess: a short excursion just before it, or a sudden rise."""
    mine = np.flatnonzero(t.owner == step.half)
    earlier = t.ohm[mine[mine < step.slice]]
    size = -np.log(max(step.after_ohm / step.before_ohm, 1e-3))
    for reach in _EXCURSION:
        if earlier.size >= reach + 4:
            was = float(np.median(earlier[-reach - 8 : -reach]))
            # the fall ends where |V|/|I| was some slices ago
            if was < step.before_ohm * np.exp(-0.5 * size) and step.after_ohm > 0.95 * was:
                return True
    rises = [x for x in analysis.get(upward) if x.time_s < step.time_s and x.half >= step.half - 6]
    for rise in reversed(rises):
        # the rise began from where the fall ends: the middle state is the odd one, and it lies above
        size = abs(np.log(max(step.after_ohm, 1e-12) / step.before_ohm))
        if abs(np.log(max(step.after_ohm, 1e-12) / max(rise.before_ohm, 1e-12))) < 0.5 * size and (
            rise.half == step.half or rise.half == step.half - 1
        ):
            # unless a fall went before the rise: then the low state is the odd one
            earlier = [
                x for x in analysis.get(downward) if x.time_s < rise.time_s and x.half >= rise.half - 1
            ]
            return not earlier
    return False


def _from_collapse(analysis: Analysis, t: Trace, collapse: Collapse) -> Fall | None:
    half = collapse.half
    before, after = collapse.expected_ohm, collapse.found_ohm
    drop = 1.0 - after / before
    time, _row = _onset(t, half, before, drop)
    low, share, weight = _followed(t, half, float(t.halves.start_s[half]), before, drop)
    size = -np.log(max(1.0 - drop, 1e-3))
    events = _abrupt(analysis, t, time + 1e-6, before, size)
    events[0].extend(_back_at_another_current(t, half, before, drop))
    remaining, part, back, returns = _summary(low, share, weight, events)
    jump = boundary_jumps(t)[half]
    if part < 0.6 and not (jump < -BACK * size) and not events[0]:
        return None  # it comes and goes slowly, as a temperature does
    if collapse.seen < MANY and collapse.beyond < _CLEARLY and not jump < -BACK * size:
        return None  # it goes on from what went before, as formation does
    current = abs(t.halves.current_A[half])
    at = f" at {current / units.factor('mA'):.4g} mA" if t.known_current else ""
    text = (
        f"half-cycle {half}: {t.what} is {t.says(after)} where the half-cycles before let expect at least "
        f"{t.says(before)} ({-drop:.1%}, {-collapse.limit:.1%} would be let pass){at}, from {time_text(time)} on"
    )
    return Fall(
        "collapse",
        half,
        time,
        before,
        after,
        remaining if low.any() else 1.0 - drop,
        (remaining if low.any() else 1.0 - drop) * before,
        part,
        back,
        returns,
        float("inf"),
        text,
    )


def _from_slide(analysis: Analysis, t: Trace, slide: Slide) -> Fall | None:
    """A slide is a fall if what follows is low for good, in both directions if it has both."""
    half, before, after = slide.half, slide.before_ohm, slide.after_ohm
    drop = 1.0 - after / before
    share, weight = relative_levels(t, half, before)
    later = (t.owner > half) & np.isfinite(share)
    known = later & np.isin(t.key[t.owner], t.key[: half + 1])
    # at currents not seen before only a large fall is told from kinetics
    later = known if known.any() else later if drop > _OF_NEW_CURRENTS else known
    border = np.exp(BACK * np.log(max(1.0 - drop, 1e-3)))
    if not later.any() or float(np.sum(weight[later & (share < border)])) < _STAYS_LOW * float(
        np.sum(weight[later])
    ):
        return None
    first = t.owner[later]
    first = first <= np.unique(first)[:2][-1]
    if float(np.median(share[later][first])) > border:
        return None
    time, _row = steepest(t, slide.slice, 4, -1.0)
    low, share, weight = _followed(t, half, float(t.time_s[slide.slice]), before, drop)
    events = _abrupt(analysis, t, time + 1e-6, before, -np.log(max(1.0 - drop, 1e-3)))
    events[0].extend(_back_at_another_current(t, half, before, drop))
    remaining, part, back, returns = _summary(low, share, weight, events)
    if not low.any():
        remaining = 1.0 - drop
    text = (
        f"half-cycle {half}: {t.what} slides to {t.says(after)} where the half-cycle before in this direction and its "
        f"own beginning let expect {t.says(before)} ({-drop:.1%}), near {time_text(time)}; no half-cycle before fell "
        "half as much, and what follows stays low"
    )
    return Fall(
        "slide", half, time, before, after, remaining, remaining * before, part, back, returns, float("inf"), text
    )  # fmt: skip


def _onset(t: Trace, half: int, before: float, drop: float) -> tuple[float, int]:
    """When a half-cycle that is low as a whole became so: at its beginning, or within it."""
    mine = np.flatnonzero(t.owner == half)
    border = before * np.exp(BACK * np.log(max(1.0 - drop, 1e-3)))
    high = t.ohm[mine] > border
    if mine.size < 4 or not high[:2].all():
        return float(t.halves.start_s[half]), int(t.halves.first[half])
    g = int(mine[min(int(np.flatnonzero(high)[-1]) + 1, mine.size - 1)])
    return steepest(t, g, 2, -1.0)


def _from_dips(analysis: Analysis, t: Trace) -> Fall | None:
    """Excursions count if they lie on the low side: several, or one that is seen well."""
    down, up = analysis.get(dips), analysis.get(spikes)
    if not len(down):
        return None
    wide, wide_up = down.lasting, up.lasting
    several = wide >= 2 and wide_up <= wide // 4
    one = wide == 1 and wide_up == 0 and float(down.depth[down.rows > 1].max()) > 1.5 * LEAST_STEP
    lone = len(down) >= 5 and len(up) <= len(down) // 8 and not _readings_of_nothing(down.depth)
    if not (several or one or lone):
        return None
    use = down.rows > 1 if (several or one) else np.ones(len(down), dtype=np.bool_)
    first = int(np.flatnonzero(use)[0])
    depth = float(np.median(down.depth[use]))
    half = int(down.half[first])
    g = int(down.slice[first])
    before = float(t.ohm[max(int(t.first[g]), g - 4)])
    time, _ = steepest(t, g, 2, -1.0)
    text = (
        f"{int(use.sum())} dips of {t.what} by {depth:.1%} in the middle ({down.depth[use].max():.1%} at most) that "
        f"come back within a half-cycle, the first near {time_text(time)} in half-cycle {half}; {len(up)} "
        "excursions to the other side: a parallel path only lowers the voltage"
    )
    return Fall(
        "dips",
        half,
        time,
        before,
        before * (1 - depth),
        1 - depth,
        before * (1 - depth),
        0.0,
        True,
        int(use.sum()),
        float("inf"),
        text,
    )


def _readings_of_nothing(depth: FloatArray) -> bool:
    """Whether single rows read zero: a lost reading, no short of one row."""
    return float(np.median(depth)) > 0.97
