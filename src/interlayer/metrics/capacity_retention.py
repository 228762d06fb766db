"""Capacity retention of a full cell: each discharge over that of a named reference cycle."""

from __future__ import annotations

from interlayer import units
from interlayer.errors import InputError
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cycle_capacity import NO_WAY
from interlayer.metrics.cycles import Cycle, Passage, current_text, find_cycles
from interlayer.metrics.levels import is_same
from interlayer.record import Record

NAME = "capacity_retention"
NO_REFERENCE = "no discharge that follows a charge reaches its cut-off voltage: nothing to refer to"


def capacity_retention(analysis: Analysis) -> tuple[Metric, ...]:
    """Discharge capacity over that of the first complete discharge, %.

    Complete is a discharge that follows a charge, is not cut by the record's end and reaches the cut-off.
    """
    found = analysis.get(find_cycles)
    reference = next((c for c in found.cycles if c.number and _is_complete(c.way(found.delivers))), None)
    why = found.reason
    if not why and not any(c.way(found.delivers) for c in found.cycles):
        why = NO_WAY[found.delivers]
    if why or reference is None:
        return (Metric(NAME, None, "%", evidence=(why or NO_REFERENCE,)),)
    return _against(
        analysis, reference, f"the first complete {'discharge' if found.delivers < 0 else 'charge'}"
    )


def retention(record: Record, reference_cycle: int | None = None) -> tuple[Metric, ...]:
    """Return the capacity retention of every cycle in %.

    Parameters
    ----------
    record : Record
        Of a full cell; else the one metric returned is null and says why.
    reference_cycle : int, optional
        Number of the cycle, from 1, whose discharge is 100 %; the first complete one if not given.

    Raises
    ------
    InputError
        If the record has no discharge in that cycle.
    """
    analysis = Analysis(record)
    found = analysis.get(find_cycles)
    if reference_cycle is None or found.reason:
        return capacity_retention(analysis)
    for cycle in found.cycles:
        way = cycle.way(found.delivers)
        if cycle.number == reference_cycle > 0 and way is not None and not way.cut:
            return _against(analysis, cycle, "as asked for")
    known = [c.number for c in found.cycles if c.way(found.delivers) is not None and c.number]
    there = f"cycles {known[0]} to {known[-1]} have one" if known else "there is none"
    raise InputError(
        f"cycle {reference_cycle} has no whole discharge to refer to", where=record.label, advice=there
    )


def _is_complete(way: Passage | None) -> bool:
    return way is not None and way.at_cutoff and way.orderly and not way.cut


def _against(analysis: Analysis, reference: Cycle, chosen: str) -> tuple[Metric, ...]:
    found = analysis.get(find_cycles)
    base = reference.way(found.delivers)
    if base is None:
        raise AssertionError("a reference has a discharge")
    mAh = 1.0 / units.factor("mAh")
    record = analysis.record
    head = f"reference is cycle {reference.number}, {chosen}: {base.charge_C * mAh:.5g} mAh"
    out: list[Metric] = []
    for cycle in found.cycles:
        way = cycle.way(found.delivers)
        # What is discharged before the first charge says how the cell was left, not how it faded.
        if way is None or not way.orderly or way.cut or not cycle.number:
            continue
        evidence = [f"cycle {cycle.number}: {way.charge_C * mAh:.5g} mAh", head]
        if not is_same(way.current_A, base.current_A):
            evidence.append(
                f"at another current, {current_text(record, way.current_A)} against "
                f"{current_text(record, base.current_A)}: not fade alone"
            )
        value = 100.0 * way.charge_C / base.charge_C
        out.append(
            Metric(NAME, value, "%", None, way.half_cycle, way.start_s, None, tuple(evidence), cycle.number)
        )
    return tuple(out)
