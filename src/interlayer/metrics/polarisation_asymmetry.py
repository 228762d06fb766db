"""Asymmetry between current directions: |V| with positive against |V| with negative current at the same |I|."""

from __future__ import annotations

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import by_half_cycle, without
from interlayer.metrics.halves import SAME_LEVEL, Halves, IntArray, halves
from interlayer.metrics.overpotential import overpotentials

NAME = "polarisation_asymmetry"
NO_PAIR = "no two half-cycles of opposite direction and the same current follow each other"


def pairs(h: Halves) -> IntArray:
    """Return the first of each two half-cycles of one cycle: opposite directions, same |I|, shape (m,)."""
    if len(h) < 2:
        return np.zeros(0, dtype=np.int64)
    size = np.abs(h.current_A)
    alike = np.abs(np.diff(size)) <= SAME_LEVEL * np.maximum(size[1:], size[:-1])
    fits = alike & (h.direction[1:] != h.direction[:-1]) & h.galvanostatic[1:] & h.galvanostatic[:-1]
    # in a run of such neighbours every other one begins a cycle
    position = np.arange(fits.size)
    begins = fits & ~np.concatenate([[False], fits[:-1]])
    origin = np.maximum.accumulate(np.where(begins, position, 0))
    return np.flatnonzero(fits & ((position - origin) % 2 == 0)).astype(np.int64)


def polarisation_asymmetry(analysis: Analysis) -> tuple[Metric, ...]:
    """Difference of the plateau |V| of both directions over their mean, of each cycle, %.

    Positive if the working electrode strips at the larger voltage. 0 for a symmetric cell; an offset of the
    instrument, two unequal faces, or one that has lost contact show here.
    """
    h, o = analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        return without(NAME, "%", o.reason)
    first = pairs(h)
    if not first.size:
        return without(NAME, "%", NO_PAIR)
    second = first + 1
    plus = np.where(h.direction[first] > 0, first, second)
    minus = np.where(h.direction[first] > 0, second, first)
    volts, errors = o.plateau_V, o.plateau_stderr_V
    with np.errstate(invalid="ignore", divide="ignore"):
        total = volts[plus] + volts[minus]
        value = 200.0 * (volts[plus] - volts[minus]) / total
        # d/dV+ = 4 V-/(V+ + V-)^2, and the same with V+ for V-
        error = 400.0 * np.hypot(volts[minus] * errors[plus], volts[plus] * errors[minus]) / total**2
    milli = 1.0 / units.factor("mV")
    said = [
        (f"{a:.4g} mV with positive, {b:.4g} mV with negative current, half-cycles {k} and {k + 1}",)
        for a, b, k in zip(
            (volts[plus] * milli).tolist(), (volts[minus] * milli).tolist(), first.tolist(), strict=True
        )
    ]
    return by_half_cycle(h, NAME, "%", value, said, errors=error, which=first)
