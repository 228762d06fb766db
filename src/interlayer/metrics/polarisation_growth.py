"""Growth of a full cell's polarisation: gap of each cycle less that of a named reference cycle at the same current."""

from __future__ import annotations

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.cycles import current_text, find_cycles
from interlayer.metrics.levels import is_same
from interlayer.metrics.polarisation_gap import polarisation_gap

NAME, UNIT = "polarisation_growth", "mV"


def polarisation_growth(analysis: Analysis) -> tuple[Metric, ...]:
    """Polarisation gap less that of the first cycle with the same currents, mV."""
    gaps = [m for m in analysis.get(polarisation_gap) if m.value is not None]
    found = analysis.get(find_cycles)
    if not gaps:
        reason = found.reason or "; ".join(analysis.get(polarisation_gap)[0].evidence)
        return without(NAME, UNIT, reason)
    cycles = {c.number: c for c in found.cycles}
    references: list[tuple[float, float, Metric]] = []
    out: list[Metric] = []
    for one in gaps:
        cycle = cycles[one.cycle or 0]
        assert cycle.charge is not None
        assert cycle.discharge is not None
        into, back = cycle.charge.current_A, cycle.discharge.current_A
        base = next((m for a, b, m in references if is_same(a, into) and is_same(b, back)), None)
        if base is None:
            references.append((into, back, one))
            continue
        value = (one.value or 0.0) - (base.value or 0.0)
        evidence = (
            f"cycle {one.cycle}: {one.value:.4g} mV, reference is cycle {base.cycle} with {base.value:.4g} mV",
            f"discharged at {current_text(analysis.record, back)}",
        )
        out.append(Metric(NAME, value, UNIT, None, one.half_cycle, one.time_s, None, evidence, one.cycle))
    return tuple(out) or without(NAME, UNIT, "no current is used in two cycles")
