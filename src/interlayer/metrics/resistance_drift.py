"""Drift of the DC resistance: slope of a straight line through |V|/|I| of the half-cycles at one current level.

    R(t) = R_direction + slope t

One slope for both directions, which may have their own offset. Least squares; the standard error counts that
neighbouring half-cycles deviate alike (correlation r of neighbours leaves n (1 - r)/(1 + r) independent ones).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.dc_asr import NO_AREA, resistance_of_halves
from interlayer.metrics.halves import SAME_LEVEL, BoolArray, FloatArray, halves
from interlayer.metrics.overpotential import overpotentials
from interlayer.metrics.short import find_short

LEAST: Final = 6
"""Half-cycles at one level below which no drift is given."""
PER_H: Final = 100.0


@dataclass(frozen=True)
class Drift:
    """Slope of the DC resistance.

    Attributes
    ----------
    slope_ohm_s, stderr_ohm_s : float or None
    half_cycles : int
        How many the line goes through.
    current_A : float
    from_s, to_s : float
    curved : bool
        Whether early and late halves have clearly different slopes: the mean slope is then no law.
    reason : str
        Why there is none, else empty.
    """

    slope_ohm_s: float | None
    stderr_ohm_s: float | None
    half_cycles: int = 0
    current_A: float = 0.0
    from_s: float = 0.0
    to_s: float = 0.0
    curved: bool = False
    reason: str = ""


def drift(analysis: Analysis) -> Drift:
    """Fit the drift at the level with the most half-cycles, up to a short."""
    h, o = analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        return Drift(None, None, reason=o.reason)
    ohm = analysis.get(resistance_of_halves)
    good = np.isfinite(ohm) & h.orderly
    short = analysis.get(find_short)
    if short.half_cycle is not None:
        good &= np.arange(len(h)) < short.half_cycle
    level = _commonest(np.abs(h.current_A), good)
    if level is None or int((good & level).sum()) < LEAST:
        return Drift(None, None, reason=f"fewer than {LEAST} half-cycles at one current before any short")
    use = np.flatnonzero(good & level)
    time = 0.5 * (h.start_s + h.end_s)[use]
    slope, error = _line(time, ohm[use], h.direction[use])
    curved = False
    if use.size >= 2 * LEAST:
        parts = [_line(time[part], ohm[use][part], h.direction[use][part]) for part in _two(use.size)]
        spread = float(np.hypot(parts[0][1], parts[1][1]))
        curved = abs(parts[0][0] - parts[1][0]) > 4.0 * spread
    current = float(np.median(np.abs(h.current_A[use])))
    return Drift(slope, error, use.size, current, float(h.start_s[use[0]]), float(h.end_s[use[-1]]), curved)


def _two(size: int) -> tuple[slice, slice]:
    return slice(0, size // 2), slice(size // 2, size)


def _commonest(size: FloatArray, good: BoolArray) -> BoolArray | None:
    """Half-cycles at the level that most of them have, shape (h,)."""
    known = np.sort(size[good])
    if not known.size:
        return None
    stop = np.searchsorted(known, known * (1.0 + SAME_LEVEL), side="right")
    at = int(np.argmax(stop - np.arange(known.size)))
    return (size >= known[at]) & (size <= known[at] * (1.0 + SAME_LEVEL))


def _line(time: FloatArray, ohm: FloatArray, direction: np.ndarray) -> tuple[float, float]:
    """Common slope of both directions and its standard error, in ohm/s."""
    ways = [direction == d for d in (1, -1) if (direction == d).any()]
    t, y = time.copy(), ohm.copy()
    for way in ways:
        t[way] -= t[way].mean()
        y[way] -= y[way].mean()
    spread = float((t**2).sum())
    if spread <= 0.0:
        return 0.0, float("inf")
    slope = float((t * y).sum()) / spread
    left = y - slope * t
    spare = max(t.size - len(ways) - 1, 1)
    power = float((left**2).sum())
    alike = float((left[1:] * left[:-1]).sum()) / power if power > 0 else 0.0
    r = min(max(alike, 0.0), 0.99)
    return slope, float(np.sqrt(power / spare / spread * (1.0 + r) / (1.0 - r)))


def dc_resistance_drift(analysis: Analysis) -> tuple[Metric, ...]:
    """Change of the DC resistance in 100 h, ohm."""
    return _metric(analysis, "dc_resistance_drift", "ohm", 1.0)


def dc_asr_drift(analysis: Analysis) -> tuple[Metric, ...]:
    """Change of the DC ASR in 100 h, ohm cm2."""
    area = analysis.record.area_m2
    if area is None:
        return without("dc_asr_drift", "ohm cm2", NO_AREA)
    return _metric(analysis, "dc_asr_drift", "ohm cm2", area)


def _metric(analysis: Analysis, name: str, unit: str, factor: float) -> tuple[Metric, ...]:
    found = analysis.get(drift)
    if found.slope_ohm_s is None or found.stderr_ohm_s is None:
        return without(name, unit, found.reason)
    hour = units.factor("h")
    scale = factor * PER_H * hour / units.factor(unit)
    evidence = [
        f"per {PER_H:g} h: line through {found.half_cycles} half-cycles at "
        f"{found.current_A / units.factor('mA'):.4g} mA, {found.from_s / hour:.4g} to {found.to_s / hour:.4g} h"
    ]
    if found.curved:
        evidence.append("early and late slopes differ: no straight line")
    length = found.to_s - found.from_s
    if length < PER_H * hour:
        evidence.append(f"extended from {length / hour:.3g} h")
    error = found.stderr_ohm_s * scale
    return (
        Metric(
            name,
            found.slope_ohm_s * scale,
            unit,
            error if np.isfinite(error) else None,
            evidence=tuple(evidence),
        ),
    )
