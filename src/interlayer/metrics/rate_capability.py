"""Rate capability of a full cell: mean discharge capacity at each current level, and how much comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cell_kind import active_mass_kg, one_c_A
from interlayer.metrics.cycle_capacity import NO_MASS
from interlayer.metrics.cycles import Passage, current_text, find_cycles
from interlayer.metrics.levels import is_same
from interlayer.record import Record

ONE_LEVEL = "no rate test: the discharges have one current level"
NOT_REPEATED = "no current level of the discharges is repeated"


@dataclass(frozen=True)
class CapacityLevel:
    """Consecutive cycles whose discharges have one current.

    Attributes
    ----------
    current_A : float
        Absolute current of the discharges.
    c_rate : float or None
        In multiples of 1C; None if the cell does not say what 1C is.
    first_cycle, last_cycle : int
    half_cycle : int
        Number of the half-cycle with which its first discharge begins.
    start_s : float
    capacities_C : tuple of float
        Of its discharges.
    recovery : float or None
        Mean capacity over that of the first level with the same current; None for a first occurrence.
    """

    current_A: float
    c_rate: float | None
    first_cycle: int
    last_cycle: int
    half_cycle: int
    start_s: float
    capacities_C: tuple[float, ...]
    recovery: float | None

    @property
    def mean_C(self) -> float:  # noqa: N802
        """Mean discharge capacity, C."""
        return float(np.mean(self.capacities_C))


def capacity_levels(analysis: Analysis) -> tuple[CapacityLevel, ...]:
    """Return the current levels of a record's discharges in the order of time; cut discharges are left out."""
    groups: list[list[tuple[int, Passage]]] = []
    cycles = analysis.get(find_cycles)
    for cycle in cycles.cycles:
        way = cycle.way(cycles.delivers)
        # What is discharged before the first charge says how the cell was left, not what it can do.
        if way is None or way.cut or not way.orderly or not cycle.number:
            continue
        if groups and is_same(groups[-1][0][1].current_A, way.current_A):
            groups[-1].append((cycle.number, way))
        else:
            groups.append([(cycle.number, way)])
    one_c = one_c_A(analysis.record)
    found: list[CapacityLevel] = []
    for group in groups:
        current = float(np.median([way.current_A for _, way in group]))
        capacities = tuple(way.charge_C for _, way in group)
        earlier = next((x for x in found if is_same(x.current_A, current)), None)
        number, first = group[0]
        found.append(
            CapacityLevel(
                current_A=current,
                c_rate=None if one_c is None else current / one_c,
                first_cycle=number,
                last_cycle=group[-1][0],
                half_cycle=first.half_cycle,
                start_s=first.start_s,
                capacities_C=capacities,
                recovery=None if earlier is None else float(np.mean(capacities)) / earlier.mean_C,
            )
        )
    return tuple(found)


def capacity_table(record: Record) -> tuple[CapacityLevel, ...]:
    """Return the mean discharge capacity at each current level of a full cell, with the recovery."""
    return capacity_levels(Analysis(record))


def rate_capability(analysis: Analysis) -> tuple[Metric, ...]:
    """Mean specific discharge capacity of each level of a rate test, mAh/g; the error is that of the mean."""
    name, unit = "rate_capability", "mAh/g"
    levels, why = _levels(analysis)
    mass = active_mass_kg(analysis.record)
    if why or mass is None:
        return (Metric(name, None, unit, evidence=(why or NO_MASS,)),)
    scale = 1.0 / (mass * units.factor(unit))
    out: list[Metric] = []
    for x in levels:
        count = len(x.capacities_C)
        error = float(np.std(x.capacities_C, ddof=1)) / count**0.5 * scale if count > 1 else None
        evidence = (*_head(analysis.record, x), f"last cycle {x.capacities_C[-1] * scale:.4g} {unit}")
        out.append(
            Metric(
                name, x.mean_C * scale, unit, error, x.half_cycle, x.start_s, None, evidence, x.first_cycle
            )
        )
    return tuple(out)


def rate_capability_recovery(analysis: Analysis) -> tuple[Metric, ...]:
    """Mean discharge capacity at a repeated level over that at its first occurrence, %."""
    name = "rate_capability_recovery"
    levels, why = _levels(analysis)
    back = [x for x in levels if x.recovery is not None]
    if why or not back:
        return (Metric(name, None, "%", evidence=(why or NOT_REPEATED,)),)
    return tuple(
        Metric(
            name,
            100.0 * (x.recovery or 0.0),
            "%",
            None,
            x.half_cycle,
            x.start_s,
            None,
            _head(analysis.record, x),
            x.first_cycle,
        )
        for x in back
    )


def _levels(analysis: Analysis) -> tuple[tuple[CapacityLevel, ...], str]:
    """Return the levels, and why they are no rate test if they are none."""
    found = analysis.get(find_cycles)
    if found.reason:
        return (), found.reason
    levels = analysis.get(capacity_levels)
    return (levels, "") if len(levels) > 1 else ((), ONE_LEVEL)


def _head(record: Record, x: CapacityLevel) -> tuple[str, ...]:
    count = len(x.capacities_C)
    cycles = f"cycle {x.first_cycle}" if count == 1 else f"cycles {x.first_cycle} to {x.last_cycle}"
    mean = x.mean_C / units.factor("mAh")
    return (f"{cycles}, discharged at {current_text(record, x.current_A)}", f"mean {mean:.4g} mAh")
