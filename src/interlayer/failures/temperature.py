"""How much of a change in |V|/|I| the recorded temperature explains."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import FloatArray
from interlayer.record import schema as s

STEEPEST_EV: Final = 1.35
"""Activation energy up to which a resistance of a lithium cell may fall with temperature, eV: interfaces of polymer
cells come near it."""
LEAST_K: Final = 1.0
BOLTZMANN_EV: Final = 8.617333262e-5
_ZERO_C: Final = 273.15


def slice_temperatures(analysis: Analysis) -> FloatArray:
    """Temperature in degC at the first row of each slice, NaN where the record has none, shape (m,)."""
    t = analysis.get(trace)
    record = analysis.record
    if not t.ohm.size or s.TEMPERATURE not in record.columns:
        return np.full(t.ohm.size, np.nan)
    return record.array(s.TEMPERATURE)[t.row]


def explained(one_C: float, other_C: float) -> float:
    """Greatest |ln| of the ratio of a resistance at two temperatures; 0 if they are the same or one is unknown."""
    if not (np.isfinite(one_C) and np.isfinite(other_C)) or abs(one_C - other_C) < LEAST_K:
        return 0.0
    return abs(STEEPEST_EV / BOLTZMANN_EV * (1.0 / (one_C + _ZERO_C) - 1.0 / (other_C + _ZERO_C)))


def change_around(analysis: Analysis, at_s: float, within_s: float, sign: int) -> tuple[float, float]:
    """Temperatures in degC before and after a moment, NaN where unknown.

    `sign` 1: the lowest before and the highest after, -1: the other way round.
    """
    t, warm = analysis.get(trace), analysis.get(slice_temperatures)
    known = np.isfinite(warm)
    before = known & (t.time_s < at_s) & (t.time_s >= at_s - within_s)
    after = known & (t.time_s >= at_s) & (t.time_s <= at_s + within_s)
    if not (before.any() and after.any()):
        return float("nan"), float("nan")
    if sign > 0:
        return float(np.min(warm[before])), float(np.max(warm[after]))
    return float(np.max(warm[before])), float(np.min(warm[after]))


def half_temperatures(analysis: Analysis) -> FloatArray:
    """Temperature in degC of each half-cycle, NaN where unknown, shape (h,)."""
    t, warm = analysis.get(trace), analysis.get(slice_temperatures)
    out = np.full(len(t.halves), np.nan)
    good = np.isfinite(warm)
    out[t.owner[good]] = warm[good]
    return out
