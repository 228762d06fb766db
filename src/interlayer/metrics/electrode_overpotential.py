"""Overpotential of plating and of stripping apart: only a reference electrode can tell them."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import by_half_cycle, without
from interlayer.metrics.halves import FloatArray, halves, median_by
from interlayer.metrics.overpotential import PLATEAU, overpotentials
from interlayer.record import Record

WORKING: Final = ("Ewe / V", "<Ewe> / V", "Working Electrode Voltage / V")
"""Columns of the working electrode's potential against the reference electrode."""
COUNTER: Final = ("Ece / V", "<Ece> / V", "Counter Electrode Voltage / V")
NO_REFERENCE: Final = (
    "no reference electrode: the cell's voltage is the sum of plating on one side and stripping on the other "
    f"(columns {WORKING[0]} and {COUNTER[0]} would tell)"
)


def plating_overpotential(analysis: Analysis) -> tuple[Metric, ...]:
    """|E| of the electrode that is plated against the reference in each half-cycle, mV."""
    return _each(analysis, "plating_overpotential", plated=True)


def stripping_overpotential(analysis: Analysis) -> tuple[Metric, ...]:
    """|E| of the electrode that is stripped against the reference in each half-cycle, mV."""
    return _each(analysis, "stripping_overpotential", plated=False)


def _column(record: Record, names: tuple[str, ...]) -> FloatArray | None:
    name = next((x for x in names if x in record.columns), None)
    return None if name is None else record.array(name)


def _each(analysis: Analysis, name: str, *, plated: bool) -> tuple[Metric, ...]:
    record, h, o = analysis.record, analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        return without(name, "mV", o.reason)
    working, counter = _column(record, WORKING), _column(record, COUNTER)
    if working is None and counter is None:
        return without(name, "mV", NO_REFERENCE)
    if working is None:
        assert counter is not None
        working = counter + h.voltage_V
    if counter is None:
        if np.nanmax(np.abs(working - h.voltage_V), initial=0.0) < 1e-9:
            return without(name, "mV", NO_REFERENCE)  # the one column is the cell's voltage itself
        counter = working - h.voltage_V
    owner, row = h.rows()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.round((h.time_s[row] - h.start_s[owner]) / h.duration_s[owner], 6)
    inside = (share >= PLATEAU[0]) & (share <= PLATEAU[1]) & h.orderly[owner]
    owner, row = owner[inside], row[inside]
    # positive current strips the working electrode and plates the counter electrode
    of_working = (h.direction[owner] > 0) != plated
    # a stripped electrode lies above the reference, a plated one below; what has the other sign is not hidden
    potential = np.where(of_working, working[row], counter[row]) * (-1.0 if plated else 1.0)
    value, number = median_by(owner, potential, len(h))
    said = [
        (
            f"of the {'working' if (d > 0) != plated else 'counter'} electrode against the reference",
            f"{n} samples",
        )
        for d, n in zip(h.direction.tolist(), number.tolist(), strict=True)
    ]
    return by_half_cycle(h, name, "mV", value / units.factor("mV"), said)
