"""The few numbers by which cells are compared: one of each a cell, however long its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.verdict import Verdict
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.capacity_retention import capacity_retention
from interlayer.metrics.cell_resistances import r_int
from interlayer.metrics.coulombic_efficiency import coulombic_efficiency
from interlayer.metrics.critical_current import find_critical_current
from interlayer.metrics.cycle_capacity import discharge_capacity, specific_discharge_capacity
from interlayer.metrics.halves import FloatArray, halves
from interlayer.metrics.levels import is_same
from interlayer.metrics.overpotential import overpotentials

TIME_TO_FAILURE: Final = "time to failure"
HOURS: Final = "hours under test"
CURRENT_DENSITY: Final = "current density"
CRITICAL_CURRENT_DENSITY: Final = "critical current density"
LAST_R_INT: Final = "last R_int"
FIRST_R_INT: Final = "first R_int"


@dataclass(frozen=True)
class Quantity:
    """One number of one cell, fit to stand beside those of other cells.

    Attributes
    ----------
    name : str
        The same for all cells; what was measured under another condition has another name.
    value : float
    unit : str
    bound : str or None
        '>=' if the truth is at least this (censored), '<=' if at most.
    interval : tuple of float or None
        Lower and upper end where the number is an interval (last passed, first failed].
    uncertainty : float or None
        One standard deviation.
    detail : str
        How it was taken.
    """

    name: str
    value: float
    unit: str
    bound: str | None = None
    interval: tuple[float, float] | None = None
    uncertainty: float | None = None
    detail: str = ""


def headline(analysis: Analysis, verdict: Verdict, hours: float | None) -> tuple[Quantity, ...]:
    """Return the numbers by which this cell is compared, as many as its record bears.

    Parameters
    ----------
    analysis : Analysis
    verdict : Verdict
        After a person's overrule, if there is one.
    hours : float or None
        Hours under test.
    """
    found: list[Quantity] = []
    if hours is not None:
        found.append(Quantity(HOURS, hours, "h", detail="sum of the times in which something was measured"))
    found += _life(verdict)
    found += _overpotential(analysis)
    found += _interface(analysis)
    found += _critical_current(analysis)
    found += _full_cell(analysis)
    return tuple(found)


def _life(verdict: Verdict) -> list[Quantity]:
    hour = units.factor("h")
    if verdict.short in ("soft", "hard", "recovering") or verdict.failure not in ("none", "unknown"):
        if verdict.time_s is None:
            return []
        what = verdict.failure if verdict.short in ("none", "unknown") else f"{verdict.short} short"
        return [
            Quantity(TIME_TO_FAILURE, verdict.time_s / hour, "h", detail=f"{what.replace('_', ' ')} began")
        ]
    if verdict.short == "none" and verdict.judged_until_s is not None:
        return [
            Quantity(
                TIME_TO_FAILURE, verdict.judged_until_s / hour, "h", ">=", detail="no failure until then"
            )
        ]
    return []


def _overpotential(analysis: Analysis) -> list[Quantity]:
    """Plateau at the current at which most time was spent: over life and in the last ten half-cycles."""
    h, o = analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        return []
    usable = np.isfinite(o.plateau_V) & h.galvanostatic
    if not usable.any():
        return []
    level = _main_level(np.abs(h.current_A[usable]), h.duration_s[usable])
    chosen = usable & np.array([is_same(x, level) for x in np.abs(h.current_A).tolist()])
    plateau = o.plateau_V[chosen] / units.factor("mV")
    at = _current_text(analysis, level)
    last = plateau[-10:]
    area = analysis.record.area_m2
    density = (
        []
        if area is None
        else [
            Quantity(
                CURRENT_DENSITY,
                level / area / units.factor("mA/cm2"),
                "mA/cm2",
                detail="at which most time was spent",
            )
        ]
    )
    return [
        *density,
        Quantity(
            f"overpotential at {at}",
            float(np.median(plateau)),
            "mV",
            detail=f"median plateau of {plateau.size} half-cycles",
        ),
        Quantity(
            f"last overpotential at {at}",
            float(np.median(last)),
            "mV",
            detail=f"median plateau of the last {last.size} of them",
        ),
    ]


def _main_level(current_A: FloatArray, duration_s: FloatArray) -> float:
    """Absolute current at which most time was spent, levels told apart by 2 %."""
    order = np.argsort(current_A)
    size, time = current_A[order], duration_s[order]
    start = np.concatenate([[0], np.flatnonzero(size[1:] > 1.02 * size[:-1]) + 1])
    spent = np.add.reduceat(time, start)
    stop = np.append(start[1:], size.size)
    best = int(np.argmax(spent))
    return float(np.median(size[start[best] : stop[best]]))


def _current_text(analysis: Analysis, current_A: float) -> str:
    area = analysis.record.area_m2
    if area is None:
        return f"{current_A / units.factor('mA'):.3g} mA"
    return f"{current_A / area / units.factor('mA/cm2'):.3g} mA/cm2"


def _interface(analysis: Analysis) -> list[Quantity]:
    known = [m for m in analysis.get(r_int) if m.value is not None]
    if not known:
        return []
    # A spectrum without a place in the cell's life is neither its first nor its last.
    known = [m for m in known if m.time_s is not None] or known
    hour = units.factor("h")
    ends = [(FIRST_R_INT, known[0])] + ([(LAST_R_INT, known[-1])] if len(known) > 1 else [])
    return [
        Quantity(
            name,
            m.value or 0.0,
            "ohm",
            uncertainty=m.uncertainty,
            detail="no time known" if m.time_s is None else f"at {m.time_s / hour:.4g} h",
        )
        for name, m in ends
    ]


def _critical_current(analysis: Analysis) -> list[Quantity]:
    found = analysis.get(find_critical_current)
    if found.reason:
        return []
    area = analysis.record.area_m2
    unit = "mA" if area is None else "mA/cm2"
    scale = 1.0 if area is None else 1.0 / area
    passed, failed = found.last_passed_A, found.first_failed_A
    name = "critical current" if area is None else CRITICAL_CURRENT_DENSITY
    if failed is None:
        if passed is None:
            return []
        value = passed * scale / units.factor(unit)
        return [Quantity(name, value, unit, ">=", detail="no short up to the last level")]
    low = 0.0 if passed is None else passed * scale / units.factor(unit)
    high = failed * scale / units.factor(unit)
    return [
        Quantity(name, high, unit, None, (low, high), detail="first failed level; interval (passed, failed]")
    ]


def _full_cell(analysis: Analysis) -> list[Quantity]:
    out: list[Quantity] = []
    capacity = [m for m in analysis.get(specific_discharge_capacity) if m.value is not None]
    capacity = capacity or [m for m in analysis.get(discharge_capacity) if m.value is not None]
    capacity = [m for m in capacity if m.cycle]
    if capacity:
        first, last = capacity[0], capacity[-1]
        out.append(
            Quantity(
                "first discharge capacity", first.value or 0.0, first.unit, detail=f"cycle {first.cycle}"
            )
        )
        if last is not first:
            out.append(
                Quantity(
                    "last discharge capacity", last.value or 0.0, last.unit, detail=f"cycle {last.cycle}"
                )
            )
    kept = [m for m in analysis.get(capacity_retention) if m.value is not None]
    if len(kept) > 1:
        out.append(Quantity("retention", kept[-1].value or 0.0, "%", detail=f"cycle {kept[-1].cycle}"))
    efficiency = [m.value for m in analysis.get(coulombic_efficiency) if m.value is not None]
    if len(efficiency) > 2:
        middle = float(np.median(efficiency[1:]))
        out.append(
            Quantity("coulombic efficiency", middle, "%", detail=f"median of cycles 2 to {len(efficiency)}")
        )
    return out
