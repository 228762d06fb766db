"""Short circuits, judged from voltage and current alone.

Two signs are looked for. Inside a half-cycle at constant current: a sudden fall of |V|/|I| that the trend
before it does not explain, that exceeds the noise and that does not come back. Between half-cycles: a
collapse of |V|/|I| against the half-cycles before, that stays. A relaxing voltage, steps between current
levels, a change of polarity and a slow decline are none of these: a passive cell's |V| does not fall when
|I| rises, nor |V|/|I| when |I| falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.dc_asr import resistance_of_halves
from interlayer.metrics.halves import FloatArray, Halves, IntArray, halves
from interlayer.metrics.overpotential import overpotentials
from interlayer.record import Record

SUDDEN_DROP = 0.10
"""Relative fall of |V|/|I| inside a half-cycle that counts, if sudden."""
COLLAPSE = 0.25
"""Relative fall between half-cycles that counts, if it stays."""
HARD_SHARE, HARD_OHM = 0.05, 5.0
"""A short is hard if less than this share of |V|/|I| remains, or less than so many ohm."""
BINS = 100
"""A half-cycle is looked at in at most so many time slices; 'sudden' means within three of them."""
_NOISE = 6.0
_BEFORE = 3
_FEWEST_SAMPLES = 6
_ALWAYS_SHORTED_OHM = 2.0
_MOST_CANDIDATES = 3000


@dataclass(frozen=True)
class Short:
    """Verdict on short circuits.

    Attributes
    ----------
    kind : 'none', 'soft', 'hard' or None
        None if the record cannot tell; `evidence` says why.
    time_s : float or None
        When it began; for 'none' the end of what was judged.
    half_cycle : int or None
        Number of the half-cycle in which it began.
    evidence : tuple of str
    """

    kind: str | None
    time_s: float | None
    half_cycle: int | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class _Slices:
    """Time slices of half-cycles, flat: mean |V|/|I| in ohm with its sign, half-cycle, first row."""

    ohm: FloatArray
    owner: IntArray
    row: IntArray
    first: IntArray
    last: IntArray


@dataclass(frozen=True)
class _Fall:
    """A fall of |V|/|I| that may be a short."""

    half: int
    time_s: float
    before_ohm: float
    after_ohm: float
    text: str


def find_short(analysis: Analysis) -> Short:
    """Judge a record."""
    h = analysis.get(halves)
    o = analysis.get(overpotentials)
    if o.reason:
        return Short(None, None, None, (o.reason,))
    resistance = analysis.get(resistance_of_halves)
    known = np.isfinite(resistance)
    if not known.any():
        return Short(None, None, None, ("no half-cycle with constant current and a plateau",))
    if float(np.nanmax(resistance)) < _ALWAYS_SHORTED_OHM:
        text = (
            f"|V|/|I| is {np.nanmedian(resistance):.2g} ohm from the first half-cycle on: "
            "voltage alone cannot tell a cell shorted from the start from one of low resistance"
        )
        return Short(None, None, None, (text,))
    inside = _inside(h, resistance)
    between = _between(h, resistance)
    falls = [f for f in (inside, between) if f is not None]
    if falls:
        # within one half-cycle the fall that was seen happening places it in time
        return _verdict(min(falls, key=lambda f: (f.half, f is not inside)), h, resistance)
    judged = int((known & (h.stop - h.first >= _FEWEST_SAMPLES)).sum())
    if not judged and known.sum() < 3:
        text = f"too few samples: {len(h)} half-cycles of at most {int((h.stop - h.first).max())} rows"
        return Short(None, None, None, (text,))
    end = float(h.end_s[-1])
    text = (
        f"no sudden fall of |V|/|I| by more than {SUDDEN_DROP:.0%} within a half-cycle and no collapse by more "
        f"than {COLLAPSE:.0%} between half-cycles in {len(h)} half-cycles up to {end / units.factor('h'):.4g} h"
    )
    return Short("none", end, None, (text,))


def _verdict(fall: _Fall, h: Halves, resistance: FloatArray) -> Short:
    remaining = fall.after_ohm
    evidence = [fall.text]
    following = _next_at_same_level(h, resistance, fall.half)
    if following is not None:
        later = float(resistance[following])
        if later < 0.9 * fall.before_ohm:
            remaining = min(remaining, later)
            evidence.append(f"half-cycle {following} at the same current: {later:.4g} ohm")
        else:
            evidence.append(f"half-cycle {following} at the same current is back at {later:.4g} ohm")
    share = remaining / fall.before_ohm
    hard = share < HARD_SHARE or (remaining < HARD_OHM and share < 0.5)
    kind = "hard" if hard else "soft"
    evidence.append(
        f"{kind}: {remaining:.3g} ohm of {fall.before_ohm:.4g} ohm remain ({share:.1%}; "
        f"hard below {HARD_SHARE:.0%} or {HARD_OHM:g} ohm)"
    )
    return Short(kind, fall.time_s, fall.half, tuple(evidence))


def _next_at_same_level(h: Halves, resistance: FloatArray, half: int) -> int | None:
    """Next half-cycle, of the following three, with the same |I| and a known resistance."""
    size = np.abs(h.current_A)
    for k in range(half + 1, min(half + 4, len(h))):
        if np.isfinite(resistance[k]) and abs(size[k] - size[half]) <= 0.02 * size[half]:
            return k
    return None


def _inside(h: Halves, resistance: FloatArray) -> _Fall | None:
    """First sudden fall within a half-cycle."""
    s = _slices(h)
    if not s.ohm.size:
        return None
    at = np.arange(s.ohm.size)
    position = at - s.first

    def back(k: int) -> FloatArray:
        return s.ohm[np.maximum(at - k, s.first)]

    def ahead(k: int) -> FloatArray:
        return s.ohm[np.minimum(at + k, s.last)]

    before = _median3(back(1), back(2), back(3))
    after = np.where(at == s.last, s.ohm, _median3(ahead(1), ahead(2), ahead(3)))
    # what the trend of the last steps would have brought anyway, generously
    steps = np.stack([back(k + 1) - back(k) for k in range(1, 6)])
    real = position[None, :] > np.arange(1, 6)[:, None]
    trend = np.maximum(_mean_where(steps, real), 0.0)
    excess = (before - after) - 6.0 * trend
    noise = _noise(s)[s.owner]
    with np.errstate(invalid="ignore"):
        found = (
            (position >= _BEFORE) & (excess > SUDDEN_DROP * before) & (excess > _NOISE * noise) & (before > 0)
        )
    for g in np.flatnonzero(found)[:_MOST_CANDIDATES].tolist():
        fall = _confirmed(h, resistance, s, g, float(before[g]))
        if fall is not None:
            return fall
    return None


def _confirmed(h: Halves, resistance: FloatArray, s: _Slices, g: int, before: float) -> _Fall | None:
    """Check that the fall at slice `g` lasts, and place it in time."""
    half, last = int(s.owner[g]), int(s.last[g])
    rest = s.ohm[g + 1 : last + 1] if g < last else s.ohm[g : g + 1]
    after = float(np.median(rest))
    drop = before - after
    if drop < SUDDEN_DROP * before:
        return None
    following = _next_at_same_level(h, resistance, half)
    if rest.size < _BEFORE:
        # too few samples left to see it last: the next half-cycle must show it
        if following is not None and resistance[following] > before - 0.5 * drop:
            return None
        if following is None and drop < 0.5 * before:
            return None
    time, row = _moment(h, s, g)
    volt = float(np.abs(h.voltage_V[row]))
    text = (
        f"half-cycle {half}: |V|/|I| falls from {before:.4g} to {after:.4g} ohm ({-drop / before:.1%}) near "
        f"{time / units.factor('h'):.5g} h at constant {abs(h.current_A[half]) / units.factor('mA'):.4g} mA "
        f"(|V| then {volt / units.factor('mV'):.4g} mV) and stays down to the end of the half-cycle"
    )
    return _Fall(half, time, before, after, text)


def _moment(h: Halves, s: _Slices, g: int) -> tuple[float, int]:
    """Time and row of the steepest fall near slice `g`."""
    half = int(s.owner[g])
    begin = int(s.row[g - 1])
    end = int(s.row[g + 4]) if g + 4 <= s.last[g] else int(h.stop[half])
    size = np.abs(h.voltage_V[begin:end])
    fall = np.diff(size)
    if not np.isfinite(fall).any():
        return float(h.time_s[begin]), begin
    row = begin + 1 + int(np.nanargmin(fall))
    return float(h.time_s[row]), row


def _slices(h: Halves) -> _Slices:
    """Cut galvanostatic half-cycles into time slices and average |V|/|I| in each."""
    owner, row = h.rows()
    rows = h.stop - h.first
    fit = (h.galvanostatic & h.orderly & (rows >= _BEFORE + 1))[owner]
    owner, row = owner[fit], row[fit]
    current = np.abs(h.row_current_A[row])
    mean = np.abs(h.current_A)[owner]
    with np.errstate(invalid="ignore"):
        current = np.where(np.abs(current - mean) < 0.2 * mean, current, mean)
    ohm = h.voltage_V[row] * h.direction[owner] / current
    good = np.isfinite(ohm)
    owner, row, ohm = owner[good], row[good], ohm[good]
    if not owner.size:
        empty = np.zeros(0, dtype=np.int64)
        return _Slices(np.zeros(0), empty, empty, empty, empty)
    # leads the wrong way round: |V| counts
    flip = np.ones(len(h))
    total = np.bincount(owner, weights=ohm, minlength=len(h))
    flip[total < 0] = -1.0
    ohm = ohm * flip[owner]
    share = (h.time_s[row] - h.start_s[owner]) / np.maximum(h.duration_s[owner], 1e-300)
    slot = np.where(
        rows[owner] > BINS, np.clip(share * BINS, 0, BINS - 1).astype(np.int64), row - h.first[owner]
    )
    edge = np.concatenate([[True], (owner[1:] != owner[:-1]) | (slot[1:] != slot[:-1])])
    begin = np.flatnonzero(edge)
    count = np.diff(np.append(begin, owner.size))
    mean_ohm = np.add.reduceat(ohm, begin) / count
    of = owner[begin]
    new = np.concatenate([[True], of[1:] != of[:-1]])
    first = np.flatnonzero(new)
    size = np.diff(np.append(first, of.size))
    return _Slices(mean_ohm, of, row[begin], np.repeat(first, size), np.repeat(first + size - 1, size))


def _noise(s: _Slices) -> FloatArray:
    """Scatter of the slices of each half-cycle (from second differences), indexed by half-cycle."""
    count = int(s.owner.max()) + 1
    if s.ohm.size < 3:
        return np.zeros(count)
    second = np.abs(s.ohm[2:] - 2 * s.ohm[1:-1] + s.ohm[:-2])
    owner = np.where(s.owner[2:] == s.owner[:-2], s.owner[2:], -1)
    inner = owner >= 0
    order = np.lexsort((second[inner], owner[inner]))
    ordered, member = second[inner][order], owner[inner][order]
    number = np.bincount(member, minlength=count)
    begin = np.cumsum(number) - number
    noise = np.zeros(count)
    some = number > 0
    noise[some] = ordered[begin[some] + number[some] // 2] / (0.6745 * np.sqrt(6.0))
    return noise


def _median3(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    return np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))


def _mean_where(values: FloatArray, use: np.ndarray) -> FloatArray:
    number = use.sum(axis=0)
    return np.where(number > 0, np.where(use, values, 0.0).sum(axis=0) / np.maximum(number, 1), 0.0)


def _between(h: Halves, resistance: FloatArray) -> _Fall | None:
    """First collapse of |V|/|I| against the half-cycles before, that stays."""
    known = np.flatnonzero(np.isfinite(resistance) & (resistance > 0))
    if known.size < 3:
        return None
    ohm, size = resistance[known], np.abs(h.current_A[known])
    expected = _lower_bound(ohm, size)
    change = np.abs(np.diff(np.log(ohm)))
    same = np.abs(np.diff(size)) <= 0.02 * size[1:]
    typical = float(np.median(change[same])) if same.any() else 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        depth = np.log(expected / ohm)
    previous = np.concatenate([[0.0, 0.0], np.where(same[:-1], change[:-1], 0.0)])
    limit = np.maximum(-np.log(1.0 - COLLAPSE), np.maximum(9.0 * typical, 3.0 * previous))
    found = np.flatnonzero((depth > limit) & (np.arange(known.size) >= 2))
    for k in found[:_MOST_CANDIDATES].tolist():
        later = [j for j in range(k + 1, min(k + 4, known.size)) if abs(size[j] - size[k]) <= 0.02 * size[k]]
        gone = expected[k] - ohm[k]
        if any(ohm[j] > expected[k] - 0.5 * gone for j in later):
            continue
        half = int(known[k])
        time = float(h.start_s[half])
        text = (
            f"half-cycle {half}: |V|/|I| is {ohm[k]:.4g} ohm where the half-cycles before let expect at least "
            f"{expected[k]:.4g} ohm ({ohm[k] / expected[k] - 1:.1%}) at {size[k] / units.factor('mA'):.4g} mA, "
            f"from {time / units.factor('h'):.5g} h on"
        )
        if later:
            text += f"; still {ohm[later[-1]]:.4g} ohm {later[-1] - k} half-cycles later"
        return _Fall(half, time, float(expected[k]), float(ohm[k]), text)
    return None


def _lower_bound(ohm: FloatArray, size: FloatArray) -> FloatArray:
    """Least |V|/|I| that a passive cell would show, from the four half-cycles before.

    |V| does not fall when |I| rises and |V|/|I| does not fall when |I| falls.
    """
    bound = np.full(ohm.size, np.inf)
    for back in range(1, 5):
        earlier, then = ohm[:-back], size[:-back]
        bound[back:] = np.minimum(bound[back:], earlier * np.minimum(1.0, then / size[back:]))
    bound[0] = np.nan
    return bound


def short(record: Record) -> Short:
    """Return whether, when and how a cell shorted, judged from voltage and current alone."""
    return find_short(Analysis(record))


def time_to_short(analysis: Analysis) -> tuple[Metric, ...]:
    """Time until the first short in h; '>=' the judged time if there was none."""
    verdict = analysis.get(find_short)
    name, hour = "time_to_short", units.factor("h")
    if verdict.kind is None or verdict.time_s is None:
        return (Metric(name, None, "h", evidence=verdict.evidence),)
    origin = _origin(analysis.get(halves))
    value = (verdict.time_s - origin) / hour
    bound = ">=" if verdict.kind == "none" else None
    evidence = (f"short: {verdict.kind}", *verdict.evidence)
    return (
        Metric(name, value, "h", None, verdict.half_cycle, verdict.time_s, bound=bound, evidence=evidence),
    )


def _origin(h: Halves) -> float:
    """Time of the record's first row."""
    finite = h.time_s[np.isfinite(h.time_s)]
    return float(finite[0]) if finite.size else 0.0
