"""Rises of |V|/|I| beyond what a sound cell shows, and the law they follow.

What tells one failure from another is physics, not size:

- Depletion belongs to the current that flows: when the current reverses, its overpotential is gone at once, or helps.
- Lost contact stays when the current reverses, grows where lithium is stripped and heals where it is plated.
- A resistance that runs away stays, grows in both directions alike, and faster and faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.failures.falls import falls
from interlayer.failures.temperature import explained, half_temperatures
from interlayer.failures.trace import BoolArray, Trace, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import FloatArray, IntArray

FAILED: Final = 1.8
"""|V|/|I| over that of the sound cell that must be reached ..."""
STEEP: Final = 3.0
"""End over beginning of a half-cycle beyond which it is no arc."""
BEGUN: Final = 1.3
"""... and from which on it has begun."""
CLIMBS: Final = 3
"""Half-cycles in a row that lie higher and higher, from which on a rise belongs to neither direction."""
_ROWS: Final = 4
"""Rows of a half-cycle that shows how it rises."""
AT_ONCE: Final = 1.15
"""Beginning of the half-cycle that rises most over that of a sound one, up to which one half-cycle makes the rise."""
_CLEAR: Final = 8.0
_RISES: Final = 1.2
"""End over beginning of a half-cycle that rises within itself."""
_MORE_THAN_AN_ARC: Final = 2.6
"""End over middle of a half-cycle: a parabola upon a constant reaches 2.5."""
_FEWEST_SLICES: Final = 6
_STEEPENS: Final = 3.0
"""Standard deviations of a row by which |V|/|I| must climb before its last slice for that to be no stray one."""
EARLY: Final = 0.06
LATE: Final = 0.94


@dataclass(frozen=True)
class Heights:
    """|V|/|I| of each half-cycle, also of those with a row or two, over that of the sound cell.

    Attributes
    ----------
    half : array of int (n,)
        Galvanostatic half-cycles in the order of time.
    early, level, late, top : array (n,)
        First slices, middle, last slices, greatest of two neighbouring slices, ohm.
    sound : array (n,)
        Least level so far in the same direction: |V|/|I| of a sound cell does not rise with the current.
    sound_late : array (n,)
        Least of the ends of half-cycles so far in the same direction, this one's level at least.
    rows : array of int (n,)
    """

    half: IntArray
    early: FloatArray
    level: FloatArray
    late: FloatArray
    top: FloatArray
    sound: FloatArray
    sound_late: FloatArray
    rows: IntArray


def heights(analysis: Analysis) -> Heights:
    """Compute the heights of all half-cycles."""
    t = analysis.get(trace)
    h = t.halves
    good = np.flatnonzero(h.galvanostatic & h.orderly) if not t.reason else np.zeros(0, np.int64)
    n = good.size
    early, level, late, top = (np.full(n, np.nan) for _ in range(4))
    place = np.full(len(h), -1, dtype=np.int64)
    place[good] = np.arange(n)
    low = sorted((f.half, f.time_s) for f in analysis.get(falls))
    if n and t.ohm.size:
        begin = np.flatnonzero(np.concatenate([[True], np.diff(t.owner) != 0]))
        end = np.append(begin[1:], t.owner.size)
        if low:
            # of the half-cycle in which a short begins only what was before counts
            mine = np.flatnonzero(t.owner[begin] == low[0][0])
            before = t.time_s < low[0][1]
            for k in mine.tolist():
                end[k] = max(int(begin[k] + before[begin[k] : end[k]].sum()), begin[k] + 1)
        who = place[t.owner[begin]]
        ok = who >= 0
        begin, end, who = begin[ok], end[ok], who[ok]
        level[who] = t.level_ohm[good[who]]
        for k in np.flatnonzero(t.owner[begin] == (low[0][0] if low else -1)).tolist():
            level[who[k]] = float(np.median(t.ohm[begin[k] : end[k]]))
        number = end - begin
        # a few slices at each end, one where there are few
        width = np.maximum((number * EARLY).astype(np.int64), 1)
        total = np.concatenate([[0.0], np.cumsum(t.ohm)])
        early[who] = (total[begin + width] - total[begin]) / width
        late[who] = np.fmax((total[end] - total[end - width]) / width, _very_end(t, begin, end))
        top[who] = _top(t, begin, end)
    sign = -1.0 if t.inverted else 1.0
    for k in np.flatnonzero(np.isnan(level)).tolist()[:5000]:
        rows = slice(int(h.first[good[k]]), int(h.stop[good[k]]))
        ohm = sign * h.voltage_V[rows] / h.current_A[good[k]]
        ohm = ohm[np.isfinite(ohm)]
        if ohm.size:
            early[k] = late[k] = level[k] = top[k] = float(np.max(ohm))
    direction = h.direction[good]
    sound, sound_late = _least_so_far(level, direction), _least_so_far(late, direction)
    if low:
        # what a short has lowered is no measure of a sound cell
        _frozen(sound, good, direction, low[0][0] + 1)
        _frozen(sound_late, good, direction, low[0][0] + 1)
    return Heights(
        good, early, level, late, top, sound, np.fmax(sound_late, sound), h.stop[good] - h.first[good]
    )


def _very_end(t: Trace, begin: IntArray, end: IntArray) -> FloatArray:
    """|V|/|I| that the last slices reach: median of three, or the last where it climbs faster and faster up to it."""
    a, b, c, d = (t.ohm[np.maximum(end - k, begin)] for k in (1, 2, 3, 4))
    middle = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    clear = _STEEPENS * t.row_noise_ohm[t.owner[begin]]
    steepens = (a - b > b - c) & (b - c > c - d) & (c - d > 0) & (b - c > clear)
    return np.where(end - begin >= _FEWEST_SLICES, np.where(steepens, a, middle), -np.inf)


def _top(t: Trace, begin: IntArray, end: IntArray) -> FloatArray:
    pair = np.minimum(t.ohm, np.append(t.ohm[1:], t.ohm[-1]))
    pair[end - 1] = t.ohm[end - 1]
    lone = np.maximum.reduceat(t.ohm, begin)
    paired = np.maximum.reduceat(pair, begin)
    return np.where(end - begin > 3, paired, lone)


def _least_so_far(value: FloatArray, direction: IntArray) -> FloatArray:
    """Least of the values before, and of this one, in the same direction; medians of three, one low value is noise."""
    out = np.full(value.size, np.nan)
    for d in (1, -1):
        mine = np.flatnonzero((direction == d) & np.isfinite(value))
        if not mine.size:
            continue
        v = value[mine]
        calm = v.copy()
        if v.size >= 3:
            calm[1:-1] = np.maximum(
                np.minimum(v[:-2], v[1:-1]), np.minimum(np.maximum(v[:-2], v[1:-1]), v[2:])
            )
        calm = np.where(calm > 0, calm, np.inf)
        before = np.minimum.accumulate(calm)
        out[mine] = np.minimum(before, v)
        out[mine[1:]] = np.minimum(before[:-1], np.where(v[1:] > 0, v[1:], np.inf))
        out[~np.isfinite(out)] = np.nan
    return out


def _frozen(value: FloatArray, half: IntArray, direction: IntArray, since: int) -> None:
    """Keep the value of the last half-cycle before `since` in the same direction, else in the other, in place."""
    for d in (1, -1):
        after = (direction == d) & (half >= since)
        before = np.flatnonzero((direction == d) & (half < since) & np.isfinite(value))
        other = np.flatnonzero((half < since) & np.isfinite(value))
        if before.size or other.size:
            value[after] = value[before[-1] if before.size else other[-1]]


@dataclass(frozen=True)
class Laws:
    """Residuals (rms of ln) of three laws fitted to a rise within one half-cycle; the least says which it follows.

    exponential: A (exp(t/tau) - 1); hyperbola: A w t/(1 - w t), lost area; Sand: B ln((1 + x)/(1 - x)) with
    x = sqrt(t/tau). Each upon a constant.
    """

    exponential: float
    hyperbola: float
    sand: float


def laws(elapsed: FloatArray, ohm: FloatArray, sound: FloatArray, base: float) -> Laws:
    """Fit the laws to |V|/|I| less that of a sound half-cycle against the time since the switch; `base` scales both."""
    end = float(elapsed[-1])
    y, x = (ohm - sound) / base, elapsed / end
    weight = 1.0 / np.maximum(ohm / base, 0.2)
    grid = np.geomspace(0.03, 5.0, 60)
    exponential = np.expm1(np.minimum(x[None, :] / grid[:, None], 300.0)) / np.expm1(
        np.minimum(1.0 / grid[:, None], 300.0)
    )
    share = 1.0 - np.geomspace(1e-4, 0.9, 60)
    hyperbola = x[None, :] * share[:, None] / (1.0 - x[None, :] * share[:, None])
    root = np.sqrt(x[None, :] * share[:, None])
    sand = np.log((1.0 + root) / (1.0 - root))
    return Laws(*(_residual(f, y, weight) for f in (exponential, hyperbola, sand)))


def _residual(shapes: FloatArray, y: FloatArray, weight: FloatArray) -> float:
    """Least rms residual of y = a + b f over the rows f of `shapes`, b >= 0, weighted."""
    w2 = weight**2
    sw, sy = w2.sum(), (w2 * y).sum()
    sf = shapes @ w2
    sff, sfy = (shapes**2) @ w2, shapes @ (w2 * y)
    bottom = np.maximum(sff * sw - sf**2, 1e-300)
    b = np.maximum((sfy * sw - sf * sy) / bottom, 0.0)
    a = (sy - b * sf) / sw
    left = (y[None, :] - a[:, None] - b[:, None] * shapes) * weight[None, :]
    return float(np.sqrt(np.min((left**2).mean(axis=1))))


@dataclass(frozen=True)
class Rise:
    """A rise that no sound cell shows.

    Attributes
    ----------
    entry : int
        Entry of `Heights` in which it first reached `FAILED`.
    half : int
        Half-cycle in which it began.
    time_s : float
    factor : float
        Greatest |V|/|I| over that of the sound cell.
    within : bool
        Whether it grows within a half-cycle by more than from half-cycle to half-cycle.
    kept : float or None
        Share of the rise (in ln) that is still there at the beginning of the next half-cycle: median over the
        reversals; None if there is none.
    reversals : int
    healed : float
        Median share of the rise by which |V|/|I| falls again within the next half-cycle, 0 or more.
    faster : float
        Growth rate over the last part of the rise to that before it began.
    laws : Laws or None
        Of the half-cycle that rises most.
    both : bool
        Whether it is seen in both directions.
    returned : bool
        Whether it came back by itself.
    steepest : float
        Greatest end over beginning of a half-cycle with five slices or more; infinite if there is none.
    diverges : bool
        Whether a half-cycle ends higher over its middle than any arc.
    climbs : int
        Half-cycles in a row, whatever their direction, that lie higher and higher, up to the highest.
    before : float
        |V|/|I| at the beginning of the half-cycle that rises most, over that of a sound one.
    heals : float
        Share of what had risen by then that comes back within half-cycles of the other direction, upper quartile.
    failed : array of int
        Entries of `Heights` that rise so far.
    """

    entry: int
    half: int
    time_s: float
    factor: float
    within: bool
    kept: float | None
    reversals: int
    healed: float
    faster: float
    laws: Laws | None
    both: bool
    returned: bool
    steepest: float
    diverges: bool
    climbs: int
    before: float
    heals: float
    failed: IntArray

    @property
    def only_grows(self) -> bool:
        """Whether no reversal heals it and every half-cycle adds to it: nothing that depends on the direction."""
        kept = self.kept is not None and self.kept > 0.85
        grown = self.climbs >= CLIMBS and kept and self.before > AT_ONCE
        return grown and self.healed < 0.05 and self.heals < 0.05 and not self.returned

    @property
    def at_once(self) -> bool:
        """Whether one half-cycle makes all of it, and it stays at the reversal."""
        kept = self.kept is not None and self.kept > 0.85
        return self.within and kept and self.before < AT_ONCE and self.steepest > FAILED

    @property
    def is_arc(self) -> bool:
        """Whether it is no more than an arc within half-cycles that has grown over the cell's life."""
        return self.within and not self.diverges and self.steepest < STEEP


def rise(analysis: Analysis) -> Rise | None:
    """Find the first rise beyond `FAILED`, None if there is none."""
    t, z = analysis.get(trace), analysis.get(heights)
    if not z.half.size:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(z.sound_late > 0, z.late / z.sound_late, np.nan)
        low = [f.half for f in analysis.get(falls)]
        diverging = _diverges(z) & (z.half < min(low, default=len(t.halves)))
        own = np.where(z.level > 0, z.late / z.level, np.nan)
    # a shape that is there from the first is a rise only if it diverges
    factor = np.where(diverging, np.fmax(factor, np.fmax(own, FAILED)), factor)
    factor = factor * np.exp(-_cooled(analysis, z))
    # the noise of a voltage near nothing is no rise
    clear = (
        z.late - np.fmin(z.sound_late, np.fmax(z.level, 0.0))
        > _CLEAR * np.nan_to_num(t.row_noise_ohm)[z.half]
    )
    failed = np.flatnonzero((factor >= FAILED) & clear)
    if not failed.size:
        return None
    return _described(t, z, factor, failed, min(low, default=len(t.halves)))


def _cooled(analysis: Analysis, z: Heights) -> FloatArray:
    """Ln of what cooling since the warmest half-cycle so far may have added to a resistance, shape (n,)."""
    warm = half_temperatures(analysis)[z.half]
    if not np.isfinite(warm).any():
        return np.zeros(z.half.size)
    warmest = np.fmax.accumulate(np.where(np.isfinite(warm), warm, -np.inf))
    return np.array(
        [explained(a, b) if b < a else 0.0 for a, b in zip(warmest.tolist(), warm.tolist(), strict=True)]
    )


def _diverges(z: Heights) -> BoolArray:
    """Half-cycles whose end lies far above their middle, from the first on: more than an arc, or from near nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        end, begin = z.late / z.level, z.early / z.level
        out: BoolArray = (z.level > 0) & ((end > _MORE_THAN_AN_ARC) | ((end > 1.6) & (begin < 0.4)))
    return out & (z.rows >= 4)


def _described(t: Trace, z: Heights, factor: FloatArray, failed: IntArray, first_fall: int) -> Rise:
    h = t.halves
    entry = int(failed[0])
    direction = h.direction[z.half]
    diverges = _diverges(z)
    shape = {d: sound_shape(z, direction, d, entry) for d in (1, -1)}
    kept: list[tuple[float, float]] = []
    healed: list[tuple[float, float]] = []
    risen: list[tuple[float, float]] = []
    for n in failed.tolist()[:200]:
        early_ref, late_ref, ref = shape[int(direction[n])]
        if not z.late[n] > 0:
            continue
        diverging = bool(diverges[n]) or (ref < 0 and z.level[n] > 0 and z.late[n] / z.level[n] > 1.6)
        if not (diverging or late_ref > 0):
            continue
        end = float(np.log(z.late[n] / late_ref)) if late_ref > 0 else 0.0
        if diverging:
            end = float(np.log(z.late[n] / z.level[n]))
        if end < np.log(1.3):
            continue
        base = z.level[n] if diverging else early_ref
        begun = float(np.log(max(z.early[n] / base, 1e-3))) if base > 0 else 0.0
        if z.rows[n] >= _ROWS:
            # of a half-cycle that is cut at its beginning nobody knows how it rises
            risen.append((end - max(begun, 0.0), end))
        m = n + 1
        if m >= z.half.size or (direction[m] == direction[n] and not _rested(t, z, n)):
            continue
        early_m, _, ref_m = shape[int(direction[m])]
        base = float(z.level[m]) if diverging or not early_m > 0 else early_m
        if not base > 0:
            kept.append((-1.0, end))
            continue
        kept.append((max(float(np.log(max(z.early[m] / base, 1e-3))) / end, -1.0), end))
        turn = _turns(t, int(z.half[n]), int(z.half[m]), ref, ref_m)
        if turn is not None and direction[m] != direction[n]:
            # what heals ends below where it began
            turn = min(turn, sinks(t, int(z.half[m])))
            healed.append((turn / end, end))
    found = _law_of_the_greatest(t, z, failed, shape, direction)
    half, time = _began(t, z, factor, entry)
    return Rise(
        entry,
        half,
        time,
        float(np.nanmax(factor[failed])),
        bool(risen and max(x for x, _ in risen) > 0.5 * np.log(FAILED) and _steepest(t, z, failed) > _RISES),
        _of_greatest(kept) if kept else None,
        len(kept),
        _of_greatest(healed) if healed else 0.0,
        _faster(t, z, first_fall),
        found,
        len(set(direction[failed].tolist())) == 2,
        _returned(z, factor, failed, first_fall),
        _steepest(t, z, failed),
        bool(diverges[failed].any()),
        _climbs(z, factor, failed),
        _before_the_steepest(z, failed, shape, direction, first_fall),
        _heals(t, z, factor, failed, shape, direction),
        failed,
    )


def _steepest(t: Trace, z: Heights, failed: IntArray) -> float:
    some = failed[np.bincount(t.owner, minlength=len(t.halves))[z.half[failed]] >= 5]
    some = some[(z.early[some] > 0) & (z.late[some] > 0)]
    return float(np.max(z.late[some] / z.early[some])) if some.size else float("inf")


def _law_of_the_greatest(
    t: Trace, z: Heights, failed: IntArray, shape: dict[int, tuple[float, float, int]], direction: IntArray
) -> Laws | None:
    """Laws fitted to the half-cycle that rises most within itself, less what a sound one shows at the same time."""
    slices = np.bincount(t.owner, minlength=len(t.halves))[z.half[failed]]
    some = failed[slices >= 5]
    if not some.size:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        within = z.late[some] / np.fmin(z.early[some], z.level[some])
    n = int(some[np.argmax(np.where(within > 0, within, np.inf))])
    mine = np.flatnonzero(t.owner == z.half[n])
    start = t.halves.start_s
    elapsed, ohm = t.time_s[mine] - start[z.half[n]], t.ohm[mine]
    ref = shape[int(direction[n])][2]
    sound = np.zeros(ohm.size)
    there = np.flatnonzero(t.owner == ref) if ref >= 0 else np.zeros(0, dtype=np.int64)
    if there.size >= 3:
        sound = np.interp(elapsed, t.time_s[there] - start[ref], t.ohm[there])
    good = elapsed > 0
    if good.sum() < 5:
        return None
    base = float(z.sound[n]) if z.sound[n] > 0 else float(np.median(np.abs(ohm)))
    return laws(elapsed[good], ohm[good], sound[good], max(base, 1e-12))


def sound_shape(z: Heights, direction: IntArray, d: int, entry: int) -> tuple[float, float, int]:
    """Early and late |V|/|I| of the lowest sound half-cycle in a direction before `entry`, and its number, or -1."""
    mine = np.flatnonzero((direction[:entry] == d) & (z.late[:entry] > 0) & (z.early[:entry] > 0))
    if not mine.size:
        other = np.flatnonzero((direction == d) & (z.late > 0))
        if not other.size:
            return float("nan"), float("nan"), -1
        k = int(other[0])
        low = float(np.fmin(z.early[k], z.level[k])) if min(z.early[k], z.level[k]) > 0 else float(z.late[k])
        return low, low, -1
    k = int(mine[np.argmin(z.late[mine])])
    return float(z.early[k]), float(z.late[k]), int(z.half[k])


def _rested(t: Trace, z: Heights, n: int) -> bool:
    """Whether a pause follows a half-cycle."""
    one, other = int(z.half[n]), int(z.half[n + 1])
    return bool(t.halves.start_s[other] - t.halves.end_s[one] > 0.02 * t.halves.duration_s[one])


def _of_greatest(pairs: list[tuple[float, float]]) -> float:
    """Median of the values whose sizes are in the upper quarter."""
    value, size = np.array(pairs).T
    return float(np.median(value[size >= np.quantile(size, 0.75)]))


def _returned(z: Heights, factor: FloatArray, failed: IntArray, first_fall: int) -> bool:
    """Whether |V|/|I| is back near that of the sound cell some half-cycles later, and not by way of the reversals.

    Half-cycles from the first fall on do not count: a short brings nothing back.
    """
    top = int(failed[np.nanargmax(factor[failed])])
    later = np.arange(top + 3, z.half.size)
    later = later[(z.level[later] > 0) & (z.sound[later] > 0) & (z.half[later] < first_fall)]
    if later.size < 3:
        return False
    level = np.log(z.level[later] / z.sound[later])
    return bool(np.min(level) < 0.35 * np.log(max(factor[top], 1.0)))


def _turns(t: Trace, one: int, other: int, ref_one: int, ref_other: int) -> float | None:
    """Fall of ln |V|/|I| over the first third of a half-cycle if it rose over the last third of the one before.

    Both against the shape of a sound half-cycle in the same direction. 0 if it did not: what turns at the reversal
    belongs to the direction of the current, a change of temperature does not. None if there are too few slices.
    """
    before, after = np.flatnonzero(t.owner == one), np.flatnonzero(t.owner == other)
    if before.size < 6 or after.size < 6:
        return None
    y, x = against_shape(t, before, ref_one), against_shape(t, after, ref_other)
    width = max(y.size // 10, 1)
    up = float(np.median(y[-width:]) - np.median(y[-y.size // 3 :][:width]))
    width = max(x.size // 10, 1)
    down = float(np.median(x[:width]) - np.median(x[x.size // 3 :][:width]))
    return down if up > 0.0 and down > 0.0 and up > 0.2 * down else 0.0


def _before_the_steepest(
    z: Heights,
    failed: IntArray,
    shape: dict[int, tuple[float, float, int]],
    direction: IntArray,
    first_fall: int,
) -> float:
    some = failed[(z.rows[failed] >= _ROWS) & (z.early[failed] > 0) & (z.late[failed] > 0)]
    if not some.size:
        return float("nan")
    n = int(some[np.argmax(z.late[some] / z.early[some])])
    if z.half[n] >= first_fall:
        return float("nan")  # what rises after a fall may come back from it
    early = shape[int(direction[n])][0]
    return float(z.early[n] / early) if early > 0 else float("nan")


def _heals(
    t: Trace,
    z: Heights,
    factor: FloatArray,
    failed: IntArray,
    shape: dict[int, tuple[float, float, int]],
    direction: IntArray,
) -> float:
    """Share of a rise that half-cycles after a reversal take back, from where it began up to the highest."""
    top = int(failed[np.nanargmax(factor[failed])])
    some = np.flatnonzero(factor[: top + 1] >= 1.15)
    some = some[(some > 0) & (z.rows[some] >= 6)][-40:]
    found: list[float] = []
    for m in some.tolist():
        early = shape[int(direction[m])][0]
        if direction[m] == direction[m - 1] or not (early > 0 and z.early[m] > 1.1 * early):
            continue
        # less what a sound half-cycle in this direction does by itself
        ref = shape[int(direction[m])][2]
        healing = sinks(t, int(z.half[m])) - (sinks(t, ref) if ref >= 0 else 0.0)
        noise = float(np.nan_to_num(t.noise_ohm[z.half[m]])) / float(z.early[m])
        if np.isfinite(healing):
            found.append((healing if healing > 5.0 * noise else 0.0) / float(np.log(z.early[m] / early)))
    return float(np.quantile(found, 0.75)) if len(found) >= 2 else 0.0


def sinks(t: Trace, half: int) -> float:
    """Fall of ln |V|/|I| from the beginning of a half-cycle to its least value, medians of three slices."""
    ohm = t.ohm[t.owner == half]
    if ohm.size < 6:
        return float("inf")
    calm = np.median(np.stack([ohm[:-2], ohm[1:-1], ohm[2:]]), axis=0)
    least = float(np.min(calm))
    return float(np.log(max(float(calm[0]), 1e-300) / least)) if least > 0 else float("inf")


def _climbs(z: Heights, factor: FloatArray, failed: IntArray) -> int:
    """Half-cycles one after the other, up to the highest, each of whose levels lies above that before."""
    top = int(failed[np.nanargmax(factor[failed])])
    level = z.level[: top + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        up = level[1:] > 1.02 * level[:-1]
    still = np.flatnonzero(~up)
    return int(up.size - (still[-1] + 1)) if still.size else int(up.size)


def against_shape(t: Trace, mine: IntArray, ref: int) -> FloatArray:
    """Ln of a half-cycle's slices over those of another at the same share; of its own alone if that is -1."""
    y = np.log(np.maximum(t.ohm[mine], 1e-300))
    there = np.flatnonzero(t.owner == ref) if ref >= 0 else np.zeros(0, dtype=np.int64)
    if there.size < 3:
        return y
    return y - np.log(np.maximum(np.interp(t.share[mine], t.share[there], t.ohm[there]), 1e-300))


def _began(t: Trace, z: Heights, factor: FloatArray, entry: int) -> tuple[int, float]:
    """First moment, going back from the failed half-cycle, at which |V|/|I| is above `BEGUN` times the sound one."""
    reached = np.flatnonzero(factor[: entry + 1] >= BEGUN)
    # begun counts from where it no longer came back down for more than a few half-cycles
    gaps = np.flatnonzero(np.diff(reached) > 6)
    n = int(reached[gaps[-1] + 1]) if gaps.size else int(reached[0])
    half = int(z.half[n])
    mine = np.flatnonzero(t.owner == half)
    base = float(z.sound_late[n]) if np.isfinite(z.sound_late[n]) else float(z.level[n])
    if mine.size:
        if half == int(z.half[0]) or (z.late[n] / max(float(z.early[n]), 1e-300)) >= BEGUN:
            base = min(base, float(np.min(t.ohm[mine]))) if half == int(z.half[0]) else base
        above = t.ohm[mine] >= BEGUN * base
        if above.any():
            g = int(mine[np.argmax(above)])
            return half, float(t.time_s[g])
    return half, float(t.halves.start_s[half])


def _faster(t: Trace, z: Heights, first_fall: int) -> float:
    """Growth rate of the level over the last third of the rise to that over the first, from its least value on.

    1 for linear growth, less for the square root of time and for what settles; infinite if it did not grow at first.
    """
    before = z.half < first_fall
    good = np.flatnonzero((z.level > 0) & before)
    if good.size < 6:
        return float("inf")
    level, time = z.level[good], t.halves.start_s[z.half[good]]
    least, most = int(np.argmin(level)), int(np.argmax(level))
    if most - least < 3:
        return float("inf") if most > least else 0.0
    y, x = level[least : most + 1], time[least : most + 1]
    edge = x[0] + (x[-1] - x[0]) * np.array([1.0 / 3.0, 2.0 / 3.0])
    a, b = np.interp(edge, x, y)
    first, last = a - y[0], y[-1] - b
    if last < 0.8 * (b - a):
        return float(last / max(b - a, 1e-300))
    return float(last / first) if first > 0.0 else float("inf")
