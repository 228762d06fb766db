"""Run-away: a resistance that grows faster and faster, in both directions alike, and never comes back."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from interlayer.failures.failure import Failure, rise_text
from interlayer.failures.rises import Rise, rise
from interlayer.metrics.analysis import Analysis

ACCELERATES: Final = 2.0
"""Growth rate over the last third of a rise to that over the first, from which on it is no growth of a sound cell:
linear growth has 1, the square root of time less."""
LEAST: Final = 2.8
"""Times the sound cell: less is benign."""
BEYOND_GROWTH: Final = 6.0
"""Times the sound cell, beyond which a resistance that only grows has run away, whatever a limit does to its course."""


def runaway(analysis: Analysis) -> Failure | None:
    """Find a run-away; its weight says how well the record fits it."""
    one = analysis.get(rise)
    if one is None:
        return None
    weight, why = _fits(one)
    return Failure("runaway", one.time_s, one.half, weight, f"{rise_text(analysis, one)}; {why}")


def _fits(one: Rise) -> tuple[float, str]:
    if one.returned:
        return -3.0, "it comes back by itself"
    if one.factor < LEAST:
        return -3.0, "no more than a growth that a sound cell may show"
    # of a single half-cycle nobody can tell that both directions are alike
    weight = 0.0 if one.reversals else -1.5
    why = "it grows faster and faster" if one.faster >= ACCELERATES else "it does not grow faster and faster"
    if one.faster < ACCELERATES and not (one.only_grows and one.factor > BEYOND_GROWTH):
        return -3.0, why
    weight += float(np.clip(2.0 * np.log(max(one.faster, 1e-3) / ACCELERATES), 0.0, 1.5))
    if 3.0 < one.steepest < math.inf:
        # a growth that feeds itself ends in a finite time
        weight -= 0.5 if one.only_grows else 2.5
        why += f", but {one.steepest:.3g} times within one half-cycle"
    if one.kept is not None:
        weight += float(np.clip(6.0 * (one.kept - 0.55), -4.0, 2.0))
        weight += 1.0 if max(one.healed, one.heals) < 0.05 else -2.0
        if one.at_once:
            weight -= 4.0
            why += ", but one half-cycle made all of it"
        why += f", and {max(one.kept, 0.0):.0%} of it stays at the reversal"
    if one.laws is not None:
        best = min(one.laws.exponential, one.laws.hyperbola, one.laws.sand)
        weight += 1.5 * float(np.clip(np.log2(2.0 * best / max(one.laws.exponential, 1e-12)), -1.0, 1.0))
    return weight, why
