"""Capacity of each charge and discharge of a full cell, and per gram of active material."""

from __future__ import annotations

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cell_kind import active_mass_kg
from interlayer.metrics.cycles import Cycle, Passage, current_text, find_cycles
from interlayer.record import Record

NO_MASS = "the active mass is not known: give a cell with [cathode] and active_mass or loading"
BACKWARDS = "time runs backwards inside this half of the cycle"
NO_WAY = {1: "the record has no charge", -1: "the record has no discharge"}


def charge_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Charge passed by each charge, mAh."""
    return per_cycle(analysis, "charge_capacity", "mAh", +1, 1.0)


def discharge_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Charge passed by each discharge, mAh."""
    return per_cycle(analysis, "discharge_capacity", "mAh", -1, 1.0)


def specific_charge_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Charge passed by each charge over the active mass, mAh/g."""
    return per_cycle(analysis, "specific_charge_capacity", "mAh/g", +1, active_mass_kg(analysis.record))


def specific_discharge_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Charge passed by each discharge over the active mass, mAh/g."""
    return per_cycle(analysis, "specific_discharge_capacity", "mAh/g", -1, active_mass_kg(analysis.record))


def per_cycle(
    analysis: Analysis, name: str, unit: str, direction: int, amount: float | None
) -> tuple[Metric, ...]:
    """Charge passed by each charge (+1) or discharge (-1) over an amount in SI units: 1, a mass or an area."""
    found = analysis.get(find_cycles)
    there = [(c, way) for c in found.cycles if (way := c.way(direction)) is not None]
    reason = found.reason or ("" if there else NO_WAY[direction]) or ("" if amount else NO_MASS)
    if reason or amount is None:
        return (Metric(name, None, unit, evidence=(reason,)),)
    scale = 1.0 / (amount * units.factor(unit))
    return tuple(
        _metric(analysis.record, name, unit, cycle, way, scale, found.evidence) for cycle, way in there
    )


def _metric(
    record: Record, name: str, unit: str, cycle: Cycle, way: Passage, scale: float, known: tuple[str, ...]
) -> Metric:
    if not way.orderly:
        return Metric(name, None, unit, None, way.half_cycle, way.start_s, None, (BACKWARDS,), cycle.number)
    evidence = [f"cycle {cycle.number}, integral of the current", current_text(record, way.current_A)]
    if way.counted_C is not None:
        evidence.append(f"the instrument counted {way.counted_C * scale:.5g} {unit}")
    if not cycle.number:
        evidence.append("before the first charge")
    if way.cut:
        evidence.append("the record ends in it")
    elif not way.at_cutoff:
        evidence.append(f"ended at {way.end_V:.3g} V, before the cut-off voltage")
    bound = ">=" if way.cut else None
    value = way.charge_C * scale
    return Metric(
        name, value, unit, None, way.half_cycle, way.start_s, bound, (*evidence, *known), cycle.number
    )
