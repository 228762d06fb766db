"""DC resistance of the whole cell: |V|/|I| of each half-cycle, and times the area."""

from __future__ import annotations

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.halves import FloatArray, halves
from interlayer.metrics.overpotential import overpotentials
from interlayer.record import Record

NO_AREA = 'no area: give --cell or --area "0.785 cm2"'
_NOT_CONSTANT = "the current is not constant in this half-cycle"


def resistance_of_halves(analysis: Analysis) -> FloatArray:
    """Plateau |V|/|I| in ohm of each half-cycle, NaN where the current is not constant, shape (h,)."""
    h, o = analysis.get(halves), analysis.get(overpotentials)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(h.galvanostatic, o.plateau_V / np.abs(h.current_A), np.nan)


def dc_resistance(analysis: Analysis) -> tuple[Metric, ...]:
    """Plateau |V|/|I| of each half-cycle, ohm."""
    return _each(analysis, "dc_resistance", "ohm", 1.0)


def dc_asr(analysis: Analysis) -> tuple[Metric, ...]:
    """Plateau |V| A/|I| of each half-cycle, ohm cm2 of the whole cell."""
    area = analysis.record.area_m2
    if area is None:
        return (Metric("dc_asr", None, "ohm cm2", evidence=(NO_AREA,)),)
    return _each(analysis, "dc_asr", "ohm cm2", area)


def _each(analysis: Analysis, name: str, unit: str, factor: float) -> tuple[Metric, ...]:
    h, o = analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        return (Metric(name, None, unit, evidence=(o.reason,)),)
    scale = factor / units.factor(unit)
    value = (analysis.get(resistance_of_halves) * scale).tolist()
    with np.errstate(invalid="ignore", divide="ignore"):
        error = (o.plateau_stderr_V / np.abs(h.current_A) * scale).tolist()
    start = h.start_s.tolist()
    volt = (o.plateau_V / units.factor("mV")).tolist()
    current = (np.abs(h.current_A) / units.factor("mA")).tolist()
    out: list[Metric] = []
    for k in range(len(h)):
        if value[k] != value[k]:
            why = _NOT_CONSTANT if not h.galvanostatic[k] else "no plateau in this half-cycle"
            out.append(Metric(name, None, unit, half_cycle=k, time_s=start[k], evidence=(why,)))
            continue
        evidence = (f"plateau {volt[k]:.4g} mV at {current[k]:.4g} mA",)
        sigma = None if error[k] != error[k] else error[k]
        out.append(Metric(name, value[k], unit, sigma, k, start[k], evidence=evidence))
    return tuple(out)


def asr(record: Record) -> tuple[Metric, ...]:
    """Return the DC area-specific resistance of every half-cycle in ohm cm2 (whole cell, ohmic drop included).

    Without an area the one metric returned is null and says how to give it.
    """
    return dc_asr(Analysis(record))
