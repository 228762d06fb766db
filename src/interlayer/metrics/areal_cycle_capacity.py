"""Capacity of each charge and discharge of a full cell per area."""

from __future__ import annotations

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.cycle_capacity import per_cycle
from interlayer.metrics.dc_asr import NO_AREA

UNIT = "mAh/cm2"


def areal_charge_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Charge passed by each charge over the area, mAh/cm2."""
    return _each(analysis, "areal_charge_capacity", +1)


def areal_discharge_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Charge passed by each discharge over the area, mAh/cm2."""
    return _each(analysis, "areal_discharge_capacity", -1)


def _each(analysis: Analysis, name: str, direction: int) -> tuple[Metric, ...]:
    area = analysis.record.area_m2
    if area is None:
        return without(name, UNIT, NO_AREA)
    return per_cycle(analysis, name, UNIT, direction, area)
