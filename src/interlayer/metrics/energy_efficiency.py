"""Energy efficiency of a full cell: energy given back over energy put in."""

from __future__ import annotations

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.coulombic_efficiency import NO_CYCLE
from interlayer.metrics.cycle_capacity import BACKWARDS
from interlayer.metrics.cycles import Passage, find_cycles
from interlayer.metrics.halves import FloatArray, halves

NAME, UNIT = "energy_efficiency", "%"


def running_energy(analysis: Analysis) -> FloatArray:
    """Integral of V I over the rows, by the trapezoidal rule, J, shape (n,); blanks add nothing."""
    h = analysis.get(halves)
    power = np.nan_to_num(h.voltage_V * h.row_current_A)
    dt = np.maximum(np.nan_to_num(np.diff(h.time_s)), 0.0)
    return np.concatenate([[0.0], np.cumsum(0.5 * (power[1:] + power[:-1]) * dt)])


def energy_of(analysis: Analysis, way: Passage) -> float:
    """Energy that a passage takes up or gives, J, counted positive; NaN without voltage."""
    h, energy = analysis.get(halves), analysis.get(running_energy)
    volt = h.voltage_V[way.rows]
    known = volt[np.isfinite(volt)]
    if not known.size:
        return float("nan")
    inside = float(energy[way.rows.stop - 1] - energy[way.rows.start])
    # what flowed between the switch and the first row, at the first voltage
    before = max(float(h.time_s[way.rows.start]) - way.start_s, 0.0) * way.current_A * float(known[0])
    return inside * way.direction + before


def energy_efficiency(analysis: Analysis) -> tuple[Metric, ...]:
    """Energy of the discharge over that of the charge before it, %; of a negative electrode not defined."""
    found = analysis.get(find_cycles)
    whole = [c for c in found.cycles if c.charge is not None and c.discharge is not None]
    reason = found.reason or ("" if whole else NO_CYCLE)
    if not reason and found.delivers > 0:
        reason = "a negative electrode against lithium: its discharge gives energy, its charge takes it"
    if reason:
        return without(NAME, UNIT, reason)
    hour = units.factor("mWh")
    out: list[Metric] = []
    for cycle in whole:
        charge, discharge = cycle.charge, cycle.discharge
        assert charge is not None
        assert discharge is not None
        k, start = discharge.half_cycle, discharge.start_s
        put, got = energy_of(analysis, charge), energy_of(analysis, discharge)
        why = ""
        if not (charge.orderly and discharge.orderly):
            why = BACKWARDS
        elif discharge.cut:
            why = "the record ends in this discharge"
        elif not (np.isfinite(put) and np.isfinite(got) and put > 0):
            why = "the record has no voltage there"
        if why:
            out.append(Metric(NAME, None, UNIT, None, k, start, None, (why,), cycle.number))
            continue
        evidence = (f"cycle {cycle.number}: {got / hour:.5g} mWh of {put / hour:.5g} mWh", *found.evidence)
        out.append(Metric(NAME, 100.0 * got / put, UNIT, None, k, start, None, evidence, cycle.number))
    return tuple(out)
