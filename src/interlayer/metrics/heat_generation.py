"""Heat of a cell with two lithium electrodes: all electric power, since nothing is stored."""

from __future__ import annotations

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.dc_asr import NO_AREA
from interlayer.metrics.halves import halves
from interlayer.metrics.overpotential import overpotentials

NAME, UNIT = "heat_generation", "mW/cm2"


def heat_generation(analysis: Analysis) -> tuple[Metric, ...]:
    """Mean of i (V - U) over each half-cycle, mW/cm2, U = 0 between two lithium electrodes.

    Time average by trapezia. The reversible heat of stripping on one side is that of plating on the other, with the
    opposite sign; a shunt's heat is in it.
    """
    area = analysis.record.area_m2
    reason = NO_AREA if area is None else analysis.get(overpotentials).reason
    if reason or area is None:
        return (Metric(NAME, None, UNIT, evidence=(reason or NO_AREA,)),)
    h = analysis.get(halves)
    owner, row = h.rows()
    power = h.voltage_V[row] * h.row_current_A[row] / area / units.factor(UNIT)
    good = np.isfinite(power) & np.isfinite(h.time_s[row])
    owner, power, time = owner[good], power[good], h.time_s[row][good]
    same = owner[1:] == owner[:-1]
    of, step = owner[1:][same], np.diff(time)[same]
    middle = 0.5 * (power[1:] + power[:-1])[same]
    span = np.bincount(of, weights=step, minlength=len(h))
    energy = np.bincount(of, weights=middle * step, minlength=len(h))
    joule = (energy * units.factor(UNIT) / units.factor("J/cm2")).tolist()
    mean = (energy / np.where(span > 0.0, span, 1.0)).tolist()
    start, known = h.start_s.tolist(), (span > 0.0).tolist()
    out: list[Metric] = []
    for k in range(len(h)):
        value = mean[k] if known[k] else None
        text = f"{joule[k]:.4g} J/cm2 in this half-cycle" if known[k] else "fewer than two samples"
        out.append(Metric(NAME, value, UNIT, half_cycle=k, time_s=start[k], evidence=(text,)))
    return tuple(out)
