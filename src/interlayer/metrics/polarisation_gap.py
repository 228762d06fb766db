"""Polarisation gap of a full cell: charge voltage minus discharge voltage in the middle of a cycle."""

from __future__ import annotations

import math

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.coulombic_efficiency import NO_CYCLE
from interlayer.metrics.cycle_capacity import BACKWARDS
from interlayer.metrics.cycles import Cycle, current_text, find_cycles
from interlayer.record import Record

NAME, UNIT = "polarisation_gap", "mV"


def polarisation_gap(analysis: Analysis) -> tuple[Metric, ...]:
    """Voltage of the charge minus that of the discharge, each where half of its own charge has passed, mV.

    It holds the resistance of both directions, the slope of the open-circuit voltage where the halves differ, and
    hysteresis of the cathode.
    """
    found = analysis.get(find_cycles)
    whole = [c for c in found.cycles if c.charge is not None and c.discharge is not None]
    reason = found.reason or ("" if whole else NO_CYCLE)
    if reason:
        return (Metric(NAME, None, UNIT, evidence=(reason,)),)
    return tuple(_metric(analysis.record, c) for c in whole)


def _metric(record: Record, cycle: Cycle) -> Metric:
    charge, discharge = cycle.charge, cycle.discharge
    if charge is None or discharge is None:
        raise AssertionError("only whole cycles come here")
    k, start = discharge.half_cycle, discharge.start_s
    why = ""
    if not (charge.orderly and discharge.orderly):
        why = BACKWARDS
    elif discharge.cut:
        why = "the record ends in this discharge"
    elif not (math.isfinite(charge.mid_V) and math.isfinite(discharge.mid_V)):
        why = "the record has no voltage there"
    if why:
        return Metric(NAME, None, UNIT, None, k, start, None, (why,), cycle.number)
    evidence = (
        f"cycle {cycle.number}: {charge.mid_V:.4g} V charging at {current_text(record, charge.current_A)}, "
        f"{discharge.mid_V:.4g} V discharging at {current_text(record, discharge.current_A)}",
        "each where half of its own charge has passed",
    )
    value = (charge.mid_V - discharge.mid_V) / units.factor(UNIT)
    return Metric(NAME, value, UNIT, None, k, start, None, evidence, cycle.number)
