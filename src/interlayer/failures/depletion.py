"""Depletion: salt or lithium runs out within a half-cycle; |V| diverges and is back to normal on reversal."""

from __future__ import annotations

import numpy as np

from interlayer.failures.electrolyte import has_salt
from interlayer.failures.failure import Failure, rise_text
from interlayer.failures.rises import Rise, rise
from interlayer.metrics.analysis import Analysis


def depletion(analysis: Analysis) -> Failure | None:
    """Find a depletion; its weight says how well the record fits it."""
    one = analysis.get(rise)
    if one is None:
        return None
    weight, why = _fits(one)
    salt = analysis.get(has_salt)
    if salt is not None:
        weight += 1.5 if salt else -3.0
        why += (
            "; the electrolyte holds a salt" if salt else "; the electrolyte holds no salt that could run out"
        )
    return Failure("depletion", one.time_s, one.half, weight, f"{rise_text(analysis, one)}; {why}")


def _fits(one: Rise) -> tuple[float, str]:
    if not one.within:
        return -3.0, "not within half-cycles"
    if one.is_arc:
        return -2.0, "no more than an arc that has grown"
    weight, why = 1.0, "salt or lithium runs out"
    if one.kept is not None:
        weight += float(np.clip(8.0 * (0.4 - one.kept), -4.0, 4.0))
        why = f"at the reversal {max(one.kept, 0.0):.0%} of it stays: it belongs to the current, {why}"
    if one.laws is not None:
        best = min(one.laws.exponential, one.laws.hyperbola, one.laws.sand)
        weight += 1.5 * float(
            np.clip(np.log(2.0 * best / max(one.laws.sand, 1e-12)) / np.log(2.0), -1.0, 1.0)
        )
    return weight, why
