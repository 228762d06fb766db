"""What a rise of |V|/|I| does, as numbers: how far, how it goes on across reversals, interrupts and half-cycles.

Each measure answers one question of physics, has no unit and is bounded, and is 0 where the record does not tell.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.contact_loss import recurring_loss, sudden_loss
from interlayer.failures.electrolyte import has_salt
from interlayer.failures.rises import Heights, Rise, against_shape, heights, rise, sinks, sound_shape
from interlayer.failures.steps import downward, upward
from interlayer.failures.trace import Trace, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import IntArray

MEASURES: Final = (
    "size",
    "beyond growth",
    "within",
    "made up",
    "kept",
    "kept known",
    "ohmic",
    "ohmic known",
    "goes on",
    "heals",
    "climbs",
    "faster",
    "law of lost area",
    "law of growth",
    "begun before",
    "salt",
    "no salt",
    "steepest",
    "diverges",
    "returned",
    "number of jumps",
    "greatest jump",
    "jump",
    "lost and regained",
    "refill",
    "ends early",
    "from the first",
    "one direction",
)
_MOST: Final = 200
_THIRD: Final = 3
_BENIGN: Final = float(np.log(3.0))
"""Ln of the growth that a sound cell may show."""
_NO_CLIMB: Final = 0.03


def measures(analysis: Analysis) -> dict[str, float] | None:
    """Return the measures of a record's rise by name, in the order of `MEASURES`; None if nothing rises."""
    one = analysis.get(rise)
    if one is None:
        return None
    t, z = analysis.get(trace), analysis.get(heights)
    direction = t.halves.direction[z.half]
    shape = {d: sound_shape(z, direction, d, one.entry) for d in (1, -1)}
    size = float(np.log(max(one.factor, 1.0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        ends = np.log(z.late[one.failed] / np.fmin(z.sound_late[one.failed], z.level[one.failed]))
    great = one.failed[np.argsort(-np.nan_to_num(ends), kind="stable")][: max(1, one.failed.size // 4)][
        :_MOST
    ]
    ohmic = _ohmic(t, z, great, direction, shape)
    kept = one.kept
    jumps = np.array([np.log1p(x.change) for x in analysis.get(upward) if x.change > 0])
    before = float(t.halves.end_s[z.half[great[0]]])
    stay = sum(x.time_s <= before for x in analysis.get(upward)) - sum(
        x.time_s <= before for x in analysis.get(downward)
    )
    salt = analysis.get(has_salt)
    lost, grown = _laws(one)
    number = max(int(np.nanargmax(np.where(np.isin(np.arange(z.half.size), one.failed), z.late, -np.inf))), 1)
    return {
        "size": _clip(size, 0.0, _BENIGN),
        "beyond growth": _clip(size - _BENIGN, 0.0, 1.0),
        "within": _clip(_within(z, great, direction, shape), -0.5, 3.0),
        "made up": _made_up(t, z, one, direction, shape, size),
        "kept": 0.0 if kept is None else _clip(kept - 0.5, -1.0, 0.7),
        "kept known": float(kept is not None),
        "ohmic": 0.0 if np.isnan(ohmic) else _clip(ohmic - 0.5, -0.7, 0.7),
        "ohmic known": float(np.isfinite(ohmic)),
        "goes on": _goes_on(t, z, great, direction, shape),
        "heals": _clip(max(one.healed, one.heals), 0.0, 0.5),
        "climbs": float(np.log1p(one.climbs)) * min(1.0, 2.0 * one.climbs / number),
        "faster": _clip(float(np.log(max(one.faster, 1e-3))), -1.5, 3.0),
        "law of lost area": lost,
        "law of growth": grown,
        "begun before": _clip(float(np.log(one.before)) if one.before > 0 else 0.0, -0.5, 1.5),
        "salt": float(salt is True),
        "no salt": float(salt is False),
        "steepest": _clip(float(np.log(one.steepest)), 0.0, 2.5) if np.isfinite(one.steepest) else 0.0,
        "diverges": float(one.diverges),
        "returned": float(one.returned),
        "number of jumps": _clip(float(np.log1p(max(stay, 0))), 0.0, 3.0),
        "greatest jump": _clip(float(jumps.max(initial=0.0)) / max(size, 0.3), 0.0, 1.0),
        "jump": float(sudden_loss(analysis) is not None),
        "lost and regained": float(recurring_loss(analysis) is not None),
        "refill": _refill(t, z, one, direction, shape),
        "ends early": _ends_early(t, z, great),
        "from the first": _from_the_first(z, t, int(great[0])),
        "one direction": float(len(set(direction.tolist())) == 1),
    }


def _clip(value: float, low: float, high: float) -> float:
    return float(min(max(value, low), high))


def _laws(one: Rise) -> tuple[float, float]:
    """How much better than Sand's law the loss of area, and the exponential, fit the half-cycle that rises most."""
    if one.laws is None:
        return 0.0, 0.0
    sand = np.log(max(one.laws.sand, 1e-9))
    area, growth = (
        _clip(float(sand - np.log(max(x, 1e-9))), -1.5, 1.5)
        for x in (one.laws.hyperbola, one.laws.exponential)
    )
    return area, growth


def _within(
    z: Heights, some: IntArray, direction: IntArray, shape: dict[int, tuple[float, float, int]]
) -> float:
    """Greatest rise within a half-cycle (ln), less that of a sound one."""
    found: list[float] = []
    for n in some.tolist():
        early_ref, late_ref, ref = shape[int(direction[n])]
        if not (z.early[n] > 0 and z.late[n] > 0) or z.rows[n] < 4:
            continue
        usual = float(np.log(late_ref / early_ref)) if ref >= 0 else 0.0
        found.append(float(np.log(z.late[n] / z.early[n])) - max(usual, 0.0))
    return max(found, default=0.0)


def _made_up(
    t: Trace,
    z: Heights,
    one: Rise,
    direction: IntArray,
    shape: dict[int, tuple[float, float, int]],
    size: float,
) -> float:
    """Ln of all rises within half-cycles, up to the highest, over what they amount to: 0 where nothing comes back."""
    begin = int(np.flatnonzero(z.half >= one.half)[0])
    top = int(one.failed[np.nanargmax(np.nan_to_num(z.late[one.failed]))])
    some = np.arange(begin, max(top, begin) + 1)
    some = some[(z.rows[some] >= 4) & (z.early[some] > 0) & (z.late[some] > 0)]
    if not some.size:
        return 0.0
    usual = np.zeros(some.size)
    for d in (1, -1):
        early, late, ref = shape[d]
        if ref >= 0 and early > 0 and late > 0:
            usual[direction[some] == d] = max(float(np.log(late / early)), 0.0)
    noise = 3.0 * np.nan_to_num(t.noise_ohm[z.half[some]]) / z.early[some]
    climbs = np.log(z.late[some] / z.early[some]) - usual - noise - _NO_CLIMB
    return _clip(float(np.log(max(float(np.maximum(climbs, 0.0).sum()), 1e-9) / max(size, 0.3))), -1.5, 2.5)


def _ohmic(
    t: Trace, z: Heights, some: IntArray, direction: IntArray, shape: dict[int, tuple[float, float, int]]
) -> float:
    """Share of a rise that a change of the current takes with it at once: all of a resistance, none of what relaxes.

    (dV/dI at the end of a half-cycle less that of a sound one)/(V/I less that of a sound one); median, NaN if unknown.
    """
    found: list[float] = []
    references: dict[int, float] = {}
    for n in some.tolist():
        late_ref, ref = shape[int(direction[n])][1:]
        jump = _jump_ohm(t, int(z.half[n]))
        if ref >= 0 and ref not in references:
            references[ref] = _jump_ohm(t, ref)
        base = references.get(ref, float("nan"))
        if not np.isfinite(base):
            base = float(np.fmin(z.early[n], z.sound[n]))
            late_ref = base
        rise_ohm = z.late[n] - late_ref
        if np.isfinite(jump) and rise_ohm > 0.3 * late_ref > 0:
            found.append((jump - base) / float(rise_ohm))
    return float(np.median(found)) if found else float("nan")


def _jump_ohm(t: Trace, half: int) -> float:
    """dV/dI where the current changes at the end of a half-cycle, NaN if the record does not show it."""
    h = t.halves
    last = int(h.stop[half]) - 1
    volt, current = h.voltage_V, h.row_current_A
    for after in (last + 1, last + 2):
        if after >= volt.size:
            break
        change = float(current[last] - current[after])
        if not abs(change) > 0.1 * abs(float(h.current_A[half])):
            continue
        ohm = float(volt[last] - volt[after]) / change * (-1.0 if t.inverted else 1.0)
        # a row written at the switch may still show the voltage from before it
        if abs(ohm) > 0.02 * abs(float(volt[last] / current[last])):
            return ohm
    return float("nan")


def _goes_on(
    t: Trace, z: Heights, some: IntArray, direction: IntArray, shape: dict[int, tuple[float, float, int]]
) -> float:
    """Pace of |V|/|I| (ln) in the first third after a reversal over that in the last third before it: -1 to 1.5.

    About 1 where the direction of the current does not matter; below 0 where the reversal heals.
    """
    found: list[float] = []
    for n in some.tolist():
        m = n + 1
        if m >= z.half.size or direction[m] == direction[n]:
            continue
        before = np.flatnonzero(t.owner == z.half[n])
        after = np.flatnonzero(t.owner == z.half[m])
        if before.size < 6 or after.size < 6:
            continue
        y = against_shape(t, before, shape[int(direction[n])][2])
        x = against_shape(t, after, shape[int(direction[m])][2])
        i, j = y.size // _THIRD, x.size // _THIRD
        up = float(np.median(y[-max(i // 2, 1) :]) - np.median(y[-i - max(i // 2, 1) : -i]))
        on = float(np.median(x[j : j + max(j // 2, 1)]) - np.median(x[: max(j // 2, 1)]))
        if up > 0.02:
            found.append(_clip(on / up, -1.0, 1.5))
    return float(np.median(found)) if found else 0.0


def _refill(
    t: Trace, z: Heights, one: Rise, direction: IntArray, shape: dict[int, tuple[float, float, int]]
) -> float:
    """Greatest fall of ln |V|/|I| from the begin of a risen half-cycle on, less a sound one's and noise: 0 to 1."""
    some = np.flatnonzero(direction[1:] != direction[:-1]) + 1
    top = int(one.failed[np.nanargmax(np.nan_to_num(z.late[one.failed]))])
    some = some[(some <= top + 1) & (some >= one.entry - 20) & (z.rows[some] >= 6)][-60:]
    usual = {d: sinks(t, ref[2]) if ref[2] >= 0 else 0.0 for d, ref in shape.items()}
    best = 0.0
    for m in some.tolist():
        early_ref = shape[int(direction[m])][0]
        if not (early_ref > 0 and z.early[m] > 1.15 * early_ref):
            continue
        noise = float(np.nan_to_num(t.noise_ohm[z.half[m]])) / float(z.early[m])
        fall = sinks(t, int(z.half[m])) - usual[int(direction[m])] - 5.0 * noise
        if np.isfinite(fall):
            best = max(best, fall)
    return _clip(best, 0.0, 1.0)


def _ends_early(t: Trace, z: Heights, some: IntArray) -> float:
    """Share of the half-cycles that rise most that end before others at the same current do."""
    duration, key = t.halves.duration_s, t.key
    longest: dict[int, float] = {}
    for k in set(key[z.half[some]].tolist()):
        longest[k] = float(np.max(duration[key == k]))
    return float(np.mean([duration[z.half[n]] < 0.93 * longest[int(key[z.half[n]])] for n in some.tolist()]))


def _from_the_first(z: Heights, t: Trace, top: int) -> float:
    """Rise within the first half-cycle with a direction and current over that of the highest one with them, 0 to 1."""
    mine = np.flatnonzero(t.key[z.half] == t.key[z.half[top]])
    mine = mine[(z.early[mine] > 0) & (z.late[mine] > 0)]
    if mine.size < 2 or not z.early[top] > 0:
        return 0.0
    own = float(np.log(z.late[top] / z.early[top]))
    first = float(np.log(z.late[mine[0]] / z.early[mine[0]]))
    return _clip(first / own, 0.0, 1.0) if own > 0.1 else 0.0
