"""Charge passed: per area of each half-cycle, and of all together over the life (CAC)."""

from __future__ import annotations

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import by_half_cycle, without
from interlayer.metrics.dc_asr import NO_AREA
from interlayer.metrics.half_cycles import cycles_leapt
from interlayer.metrics.halves import halves
from interlayer.metrics.short import find_short

UNIT = "mAh/cm2"


def areal_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """|charge| over area of each half-cycle, mAh/cm2."""
    name, h, area = "areal_capacity", analysis.get(halves), analysis.record.area_m2
    if h.reason or area is None:
        return without(name, UNIT, h.reason or NO_AREA)
    value = np.abs(h.charge_C) / area / units.factor(UNIT)
    hours = (h.duration_s / units.factor("h")).tolist()
    said = [(f"integral of the current over {x:.4g} h",) for x in hours]
    value = np.where(h.orderly, value, np.nan)
    return by_half_cycle(h, name, UNIT, value, said, missing="time runs backwards inside this half-cycle")


def cumulative_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Sum of |charge| over area of all half-cycles up to a short, or to the record's end, mAh/cm2."""
    name, h, area = "cumulative_capacity", analysis.get(halves), analysis.record.area_m2
    if h.reason or area is None:
        return without(name, UNIT, h.reason or NO_AREA)
    if not h.orderly.all():
        return without(name, UNIT, "time runs backwards inside a half-cycle")
    short = analysis.get(find_short)
    size = np.abs(h.charge_C)
    k, bound = short.half_cycle, None if short.half_cycle is not None else ">="
    if k is None:
        total, until = float(size.sum()), f"to the record's end, {h.end_s[-1] / units.factor('h'):.4g} h"
    else:
        moment = h.end_s[k] if short.time_s is None else short.time_s
        part = min(max((moment - h.start_s[k]) / h.duration_s[k], 0.0), 1.0)
        total = float(size[:k].sum() + part * size[k])
        until = f"up to the short in half-cycle {k}, {moment / units.factor('h'):.4g} h"
    evidence = [f"sum of |charge| over {len(h)} half-cycles, both directions, {until}"]
    if leapt := cycles_leapt(analysis.record):
        evidence.append(f"{leapt} cycles that were leapt over are not counted")
        bound = ">="
    return (Metric(name, total / area / units.factor(UNIT), UNIT, bound=bound, evidence=tuple(evidence)),)
