"""Rate (step-current) test: overpotential at each current level, and how much of it comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.halves import halves
from interlayer.metrics.levels import is_same, levels
from interlayer.metrics.overpotential import overpotentials
from interlayer.record import Record

NOT_REPEATED = "no current level is repeated, or its first occurrence shows no voltage"


@dataclass(frozen=True)
class RateRow:
    """One current level of a rate test.

    Attributes
    ----------
    current_A : float
        Absolute current.
    current_density_A_m2 : float or None
        None without an area.
    first_half_cycle, half_cycles : int
        Number of its first half-cycle and how many it has.
    start_s : float
    charge_C : float
        Median |charge| of a half-cycle.
    mean_V : float
        Mean plateau overpotential of its half-cycles.
    last_cycle_V : float
        Mean plateau overpotential of its last two half-cycles.
    recovery : float or None
        `last_cycle_V` divided by that of the first level with the same current; None for a first occurrence, and
        where that shows no voltage at all (a short).
    """

    current_A: float
    current_density_A_m2: float | None
    first_half_cycle: int
    half_cycles: int
    start_s: float
    charge_C: float
    mean_V: float
    last_cycle_V: float
    recovery: float | None


def rate_rows(analysis: Analysis) -> tuple[RateRow, ...]:
    """Return one row a current level, in the order of time."""
    h, o = analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        return ()
    area = analysis.record.area_m2
    rows: list[RateRow] = []
    for level in analysis.get(levels):
        volts = o.plateau_V[level.first : level.stop]
        volts = volts[np.isfinite(volts)]
        if not volts.size:
            continue
        last = float(np.mean(volts[-2:]))
        earlier = next((r for r in rows if is_same(r.current_A, level.current_A)), None)
        rows.append(
            RateRow(
                current_A=level.current_A,
                current_density_A_m2=None if area is None else level.current_A / area,
                first_half_cycle=level.first,
                half_cycles=level.count,
                start_s=float(h.start_s[level.first]),
                charge_C=float(np.median(np.abs(h.charge_C[level.first : level.stop]))),
                mean_V=float(np.mean(volts)),
                last_cycle_V=last,
                recovery=None
                if earlier is None or earlier.last_cycle_V == 0.0
                else last / earlier.last_cycle_V,
            )
        )
    return tuple(rows)


def rate_table(record: Record) -> tuple[RateRow, ...]:
    """Return the overpotential at each current level of a record, with the recovery at repeated levels."""
    return rate_rows(Analysis(record))


def rate_overpotential(analysis: Analysis) -> tuple[Metric, ...]:
    """Mean plateau overpotential of the last cycle at each level of a rate test, mV."""
    name, unit = "rate_overpotential", "mV"
    rows, why = _rows(analysis)
    if why:
        return (Metric(name, None, unit, evidence=(why,)),)
    scale = 1.0 / units.factor(unit)
    return tuple(
        Metric(
            name,
            r.last_cycle_V * scale,
            unit,
            half_cycle=r.first_half_cycle,
            time_s=r.start_s,
            evidence=(_level(r), f"mean of all {r.half_cycles} half-cycles {r.mean_V * scale:.4g} mV"),
        )
        for r in rows
    )


def rate_recovery(analysis: Analysis) -> tuple[Metric, ...]:
    """Overpotential at a repeated level divided by that at its first occurrence."""
    name = "rate_recovery"
    rows, why = _rows(analysis)
    back = [r for r in rows if r.recovery is not None]
    if why or not back:
        return (
            Metric(
                name,
                None,
                "1",
                evidence=(why or "no current level is repeated, or its first occurrence shows no voltage",),
            ),
        )
    return tuple(
        Metric(
            name,
            r.recovery,
            "1",
            half_cycle=r.first_half_cycle,
            time_s=r.start_s,
            evidence=(_level(r), f"{r.last_cycle_V / units.factor('mV'):.4g} mV"),
        )
        for r in back
    )


def _rows(analysis: Analysis) -> tuple[tuple[RateRow, ...], str]:
    """Return the rows, and why they are no rate test if they are none."""
    rows = analysis.get(rate_rows)
    reason = analysis.get(overpotentials).reason
    if reason:
        return (), reason
    if len(rows) < 2:
        return (), "no rate test: the current has one level"
    return rows, ""


def _level(row: RateRow) -> str:
    text = f"{row.current_A / units.factor('mA'):.4g} mA"
    if row.current_density_A_m2 is not None:
        text += f" = {row.current_density_A_m2 / units.factor('mA/cm2'):.4g} mA/cm2"
    return text
