"""Whether an electrode stores lithium: voltage of one sign that rises with charge and falls with discharge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.half_voltages import half_voltages
from interlayer.metrics.halves import halves

LEAST_V = 0.02
"""Voltage above which the sign counts as kept, V; a symmetric cell's offset is less."""
LEAST_SWING_V = 0.06
"""Rise while the current is positive plus fall while it is negative that shows storage, V."""


@dataclass(frozen=True)
class Storage:
    """Whether the working electrode stores lithium, and how it is known."""

    found: bool
    evidence: str = ""


def storage(analysis: Analysis) -> Storage:
    """Decide from the data whether a record is of an electrode that stores lithium, such as graphite or silicon.

    Between two lithium electrodes the voltage changes its sign with the current. Against one that stores lithium it
    keeps its sign, rises while the current is positive and falls while it is negative.
    """
    h, v = analysis.get(halves), analysis.get(half_voltages)
    steady = h.galvanostatic & ~v.held & np.isfinite(v.median_V)
    ways = [(h.direction == d) & steady for d in (1, -1)]
    # a sweep of the voltage looks alike
    if not all(way.any() for way in ways) or 2.0 * h.duration_s[steady].sum() < h.duration_s.sum():
        return Storage(False)
    high, low = (float(np.median(v.median_V[way])) for way in ways)
    if high * low <= 0 or min(abs(high), abs(low)) < LEAST_V:
        return Storage(False)
    rise, fall = (float(np.median((v.last_V - v.first_V)[way])) for way in ways)
    if min(rise, -fall) <= 0.0 or rise - fall < LEAST_SWING_V:
        return Storage(False)
    text = (
        f"the voltage keeps its sign, rises by {rise:.3g} V while the current is positive (median {high:.3g} V) and "
        f"falls by {-fall:.3g} V while it is negative (median {low:.3g} V): an electrode stores charge"
    )
    return Storage(True, text)
