"""Voltage against capacity of the charges and discharges of a full cell, as arrays for figures and tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.cell_kind import active_mass_kg
from interlayer.metrics.cycles import curve_of, find_cycles
from interlayer.metrics.halves import FloatArray, halves
from interlayer.record import Record


@dataclass(frozen=True)
class VoltageCurve:
    """One charge or discharge.

    Attributes
    ----------
    cycle : int
    direction : int
        +1 charge, -1 discharge.
    current_A : float
    capacity : array (n,)
        Passed since it began, in `unit`.
    voltage_V : array (n,)
    unit : str
        'mAh/g', or 'mAh' where the active mass is not known.
    """

    cycle: int
    direction: int
    current_A: float
    capacity: FloatArray
    voltage_V: FloatArray
    unit: str


def voltage_curves(record: Record, cycles: Iterable[int] | None = None) -> tuple[VoltageCurve, ...]:
    """Return the curves of the cycles asked for, or of all, in the order of time; none if it is no full cell."""
    wanted = None if cycles is None else set(cycles)
    mass = active_mass_kg(record)
    unit = "mAh" if mass is None else "mAh/g"
    scale = 1.0 / ((1.0 if mass is None else mass) * units.factor(unit))
    analysis = Analysis(record)
    h = analysis.get(halves)
    found: list[VoltageCurve] = []
    for cycle in analysis.get(find_cycles).cycles:
        if wanted is not None and cycle.number not in wanted:
            continue
        ways = [x for x in (cycle.charge, cycle.discharge) if x is not None and x.orderly]
        for way in sorted(ways, key=lambda x: x.start_s):
            passed, volt = curve_of(h, way)
            found.append(VoltageCurve(cycle.number, way.direction, way.current_A, passed * scale, volt, unit))
    return tuple(found)
