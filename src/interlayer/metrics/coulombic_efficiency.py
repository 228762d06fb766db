"""Coulombic efficiency of a full cell: discharge over the charge before it; of a negative electrode the reverse."""

from __future__ import annotations

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cycle_capacity import BACKWARDS
from interlayer.metrics.cycles import Cycle, find_cycles

NAME = "coulombic_efficiency"
NO_CYCLE = "no discharge follows a charge"


def coulombic_efficiency(analysis: Analysis) -> tuple[Metric, ...]:
    """Discharge capacity over charge capacity of the same cycle, %; of a negative electrode charge over discharge.

    It says what the current says: charge that leaks through a short or reacts in the electrolyte counts on the
    charge's side, and a cycle that does not start from the state it ends in shows that too.
    """
    found = analysis.get(find_cycles)
    whole = [c for c in found.cycles if c.charge is not None and c.discharge is not None]
    reason = found.reason or ("" if whole else NO_CYCLE)
    if reason:
        return (Metric(NAME, None, "%", evidence=(reason,)),)
    return tuple(_metric(c, found.delivers, found.evidence) for c in whole)


def _metric(cycle: Cycle, delivers: int, known: tuple[str, ...]) -> Metric:
    into, back = cycle.way(-delivers), cycle.way(delivers)
    if into is None or back is None:
        raise AssertionError("only whole cycles come here")
    put, got = ("charge", "discharge") if delivers < 0 else ("discharge", "charge")
    k, start = back.half_cycle, back.start_s
    why = ""
    if not (into.orderly and back.orderly):
        why = BACKWARDS
    elif back.cut:
        why = f"the record ends in this {got}"
    if why:
        return Metric(NAME, None, "%", None, k, start, None, (why,), cycle.number)
    mAh = 1.0 / units.factor("mAh")
    evidence = [
        f"cycle {cycle.number}: {back.charge_C * mAh:.5g} mAh {got}d after "
        f"{into.charge_C * mAh:.5g} mAh {put}d"
    ]
    if into.counted_C is not None and back.counted_C is not None:
        share = 100.0 * back.counted_C / into.counted_C
        evidence.append(f"by the instrument's counters {share:.2f} %")
    evidence += [
        f"the {name} ended at {way.end_V:.3g} V, before the cut-off voltage"
        for name, way in ((put, into), (got, back))
        if not way.at_cutoff
    ]
    value = 100.0 * back.charge_C / into.charge_C
    return Metric(NAME, value, "%", None, k, start, None, (*evidence, *known), cycle.number)
