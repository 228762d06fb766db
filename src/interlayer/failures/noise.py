"""Noise of the voltage under current: a filament that flickers, or a contact that does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.failures.trace import trace
from interlayer.metrics.analysis import Analysis

RISES: Final = 3.0
"""Factor by which the noise in V must grow to be named."""


@dataclass(frozen=True)
class Noise:
    """Noise of single rows before and after a half-cycle.

    Attributes
    ----------
    before_V, after_V : float or None
    grows : bool
    detail : str
    """

    before_V: float | None
    after_V: float | None
    grows: bool
    detail: str


def noise_around(analysis: Analysis, half: int) -> Noise:
    """Compare the noise of the half-cycles before and after one."""
    t = analysis.get(trace)
    volts = t.row_noise_ohm * np.abs(t.halves.current_A)
    seen = np.unique(t.owner)
    before, after = volts[seen[seen < half]][-12:], volts[seen[seen > half]][:12]
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if before.size < 2 or after.size < 2:
        return Noise(None, None, False, "noise: too few half-cycles on one side to compare")
    one, two = float(np.median(before)), float(np.median(after))
    grows = two > RISES * max(one, 1e-6)
    verb = "grows" if grows else "does not grow"
    return Noise(
        one, two, grows, f"noise of the voltage {verb}: {1e3 * one:.3g} mV before, {1e3 * two:.3g} mV after"
    )
