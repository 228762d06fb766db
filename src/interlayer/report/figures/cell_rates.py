"""Rate tests of several cells: overpotential at each current of symmetric cells, capacity of full ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer import units
from interlayer.metrics.cell_kind import active_mass_kg
from interlayer.metrics.cycle_capacity import discharge_capacity, specific_discharge_capacity
from interlayer.metrics.rate import RateRow, rate_rows
from interlayer.metrics.rate_capability import capacity_levels
from interlayer.record import schema as s
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Note, Panel, Series, Width
from interlayer.report.figures.common import (
    FloatArray,
    column,
    hours,
    slots_of,
    trace_of,
    trace_series,
)
from interlayer.report.figures.joins import parted


def cell_rates(
    cells: Sequence[DrawnCell],
    *,
    slots: dict[str, int] | None = None,
    width: Width = "174mm",
    id: str = "rate",
    title: str = "",
    caption: str = "",
) -> Figure:
    """Draw what each current level asked of cells.

    Symmetric cells: voltage against time, and the plateau overpotential of the last cycle at each level, filled at
    a level's first occurrence, open where it is repeated. Full cells: discharge capacity of each cycle, the rates
    of the first cell written at its levels.
    Without an area, or a mass, of every cell the axes are in mA, or mAh.
    """
    colours = slots_of([cell.label for cell in cells], slots)
    levels = {cell.label: cell.analysis.get(rate_rows) for cell in cells}
    symmetric = [cell for cell in cells if levels[cell.label]]
    full = [cell for cell in cells if cell not in symmetric and cell.analysis.get(capacity_levels)]
    panels: list[Panel] = []
    if symmetric or not full:
        panels += _overpotentials(symmetric, levels, colours)
    if full:
        panels.append(_capacities(full, colours))
    title = title or ("Rate test" if symmetric or not full else "Discharge capacity of each cycle")
    left = [cell.label for cell in cells if cell not in symmetric and cell not in full]
    if left and not caption:
        caption = f"Not drawn, for lack of current levels: {', '.join(left)}."
    return Figure(id, title, caption, tuple(panels), 1 if width == "84mm" else len(panels), width)


def _overpotentials(
    cells: list[DrawnCell], levels: dict[str, tuple[RateRow, ...]], colours: dict[str, int]
) -> list[Panel]:
    curves: list[Series] = []
    for cell in cells:
        time, volts = hours(cell.record), column(cell.record, s.VOLTAGE)
        if time is not None and volts is not None:
            x, y = parted(time, volts / units.factor("mV"), cell)
            curves.append(Series(cell.label, x, y, "line", colours[cell.label]))
    areal = all(row.current_density_A_m2 is not None for cell in cells for row in levels[cell.label])
    unit = "mA/cm2" if areal else "mA"
    steps: list[Series] = []
    for cell in cells:
        rows = levels[cell.label]
        flow = np.array([r.current_density_A_m2 if areal else r.current_A for r in rows], dtype=np.float64)
        flow, volts = flow / units.factor(unit), _millivolts(rows)
        again = np.array([r.recovery is not None for r in rows])
        order = np.argsort(flow[~again], kind="stable")
        slot = colours[cell.label]
        steps.append(Series(cell.label, flow[~again][order], volts[~again][order], "linepoints", slot))
        if again.any():
            steps.append(Series("repeated level", flow[again], volts[again], "points", slot, hollow=True))
    name = "Current density" if areal else "Current"
    return [
        Panel(Axis("Time", "h"), Axis("Voltage", "mV"), tuple(curves), empty="no voltage"),
        Panel(Axis(name, unit), Axis("Plateau overpotential", "mV"), tuple(steps), empty="no current levels"),
    ]


def _millivolts(rows: Sequence[RateRow]) -> FloatArray:
    return np.array([row.last_cycle_V for row in rows], dtype=np.float64) / units.factor("mV")


def _capacities(cells: list[DrawnCell], colours: dict[str, int]) -> Panel:
    masses = {cell.label: active_mass_kg(cell.record) for cell in cells}
    specific = all(masses.values())
    unit = "mAh/g" if specific else "mAh"
    name = "specific_discharge_capacity" if specific else "discharge_capacity"
    compute = specific_discharge_capacity if specific else discharge_capacity
    # Cycle 0, a discharge before the first charge, says how the cell was left.
    traces = [
        trace_of(cell.label, [m for m in cell.analysis.get(compute) if m.cycle], name, "cycle")
        for cell in cells
    ]
    series = tuple(trace_series(t, "1", unit, colours[t.label]) for t in traces if np.size(t.x))
    notes: list[Note] = []
    for level in cells[0].analysis.get(capacity_levels):
        mass = masses[cells[0].label] if specific else None
        height = level.capacities_C[0] / units.factor(unit) / (mass or 1.0)
        rate = f"{level.c_rate:.3g}C" if level.c_rate else f"{level.current_A / units.factor('mA'):.3g} mA"
        notes.append(Note(level.first_cycle, height, rate))
    axis = Axis("Discharge capacity", unit)
    return Panel(Axis("Cycle"), axis, series, empty="no discharge", notes=tuple(notes))
