"""Charge and discharge curves of a full cell: voltage against the capacity passed, for some of its cycles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from interlayer import units
from interlayer.metrics.cell_kind import active_mass_kg
from interlayer.metrics.cycles import Cycle, current_text, cycles
from interlayer.metrics.cycles import passage_curve as curve_of
from interlayer.metrics.rate_capability import capacity_table
from interlayer.record import Record
from interlayer.report.figure import Axis, Figure, Panel, Series

MOST_CURVES: Final = 5
"""Cycles drawn if none are asked for."""


def charge_curves(
    record: Record,
    numbers: Sequence[int] | None = None,
    *,
    id: str = "charge-curves",
    title: str = "Charge and discharge curves",
    caption: str = "",
) -> Figure:
    """Draw voltage against the capacity passed since the charge (dashed), or the discharge, began.

    Parameters
    ----------
    record : Record
        Of a full cell; another gives an empty panel that says so.
    numbers : sequence of int, optional
        Cycles; default: of a rate test the first cycle of each current, else the first, the last and some
        between them.
    """
    found = {c.number: c for c in cycles(record)}
    chosen = _chosen(record, found) if numbers is None else [n for n in numbers if n in found]
    mass = active_mass_kg(record)
    unit = "mAh" if mass is None else "mAh/g"
    scale = units.factor(unit) * (mass or 1.0)
    several_currents = len({round(x.current_A, 12) for x in capacity_table(record)}) > 1
    series: list[Series] = []
    for place, number in enumerate(chosen):
        cycle = found[number]
        name = _name(record, cycle, with_current=several_currents)
        ramp = place / max(len(chosen) - 1, 1)
        for way in (cycle.charge, cycle.discharge):
            if way is None:
                continue
            passed, voltage = curve_of(record, way)
            series.append(
                Series(name, passed / scale, voltage, "line", dashed=way.direction > 0, ramp=ramp)
            )  # fmt: skip
    panel = Panel(
        Axis("Specific capacity" if mass else "Capacity", unit), Axis("Voltage", "V"), tuple(series),
        empty="no cycles of a full cell in this record",
    )  # fmt: skip
    return Figure(id, title, caption or "Charge dashed, discharge drawn through.", (panel,))


def _chosen(record: Record, found: dict[int, Cycle]) -> list[int]:
    levels = capacity_table(record)
    if len(levels) > 1:
        return [x.first_cycle for x in levels[: MOST_CURVES + 1]]
    whole = [n for n, c in found.items() if n and c.discharge is not None] or list(found)
    places = np.unique(np.linspace(0, len(whole) - 1, min(MOST_CURVES, len(whole))).round().astype(int))
    return [whole[k] for k in places.tolist()] if whole else []


def _name(record: Record, cycle: Cycle, *, with_current: bool) -> str:
    way = cycle.discharge or cycle.charge
    if not with_current or way is None:
        return f"cycle {cycle.number}"
    return f"cycle {cycle.number}, {current_text(record, way.current_A).rpartition(' = ')[2]}"
