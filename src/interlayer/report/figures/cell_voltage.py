"""Voltage of several cells against time, over each other or below each other, joins and gaps marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from interlayer import units
from interlayer.record import schema as s
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Panel, Series, Width
from interlayer.report.figures.common import FloatArray, column, hours, slots_of
from interlayer.report.figures.joins import join_lines, parted

MOST_OVERLAID: Final = 3
"""Cells drawn over each other if nothing else is asked for; more are drawn below each other."""
MOST_STACKED: Final = {"84mm": 12, "174mm": 12, "slide": 6}
"""Panels below each other, on a slide in two columns, that stay legible; more cells are drawn over each other."""


def cell_voltage(
    cells: Sequence[DrawnCell],
    *,
    stacked: bool | None = None,
    slots: dict[str, int] | None = None,
    width: Width = "174mm",
    id: str = "voltage",
    title: str = "Voltage against time",
    caption: str = "",
) -> Figure:
    """Draw voltage against time.

    Parameters
    ----------
    cells : sequence of DrawnCell
        Those without voltage are left out.
    stacked : bool, optional
        One panel a cell; left out, from four cells on, as long as the panels stay legible (`MOST_STACKED`). More
        cells than that have one panel a group.
    slots : dict, optional
        Palette slot of each label.
    """
    known = [cell for cell in cells if _has_voltage(cell)]
    colours = slots_of([cell.label for cell in cells], slots)
    if stacked is None and MOST_OVERLAID < len(known) <= MOST_STACKED[width]:
        stacked = True
    y_unit = voltage_unit(known)
    curves = {id_: _curve(cell, y_unit) for id_, cell in enumerate(known)}
    ends = [float(np.nanmax(x)) for x, _ in curves.values() if np.isfinite(x).any()]
    y = Axis("Voltage", y_unit)
    if not known:
        return Figure(id, title, caption, (Panel(Axis("Time", "h"), y, empty="no voltage"),), 1, width)
    if stacked and len(known) > 1:
        x = Axis("Time", "h", range=(0.0, 1.02 * max(ends, default=1.0)))
        panels = tuple(
            Panel(
                x, y, (Series(cell.label, *curves[place], "line", colours[cell.label]),),
                join_lines([cell]), cell.label, height=0.62,
            )
            for place, cell in enumerate(known)
        )  # fmt: skip
        columns = 2 if width == "slide" and len(panels) > 2 else 1
        return Figure(id, title, caption, panels, columns, width, share_x=True)
    if stacked is None and len(known) > MOST_OVERLAID and len({cell.group for cell in known}) > 1:
        return _by_group(known, curves, y, width, id=id, title=title, caption=caption)
    order = sorted(curves, key=lambda place: -_size(curves[place][1]))
    series = tuple(
        Series(known[p].label, *curves[p], "line", colours[known[p].label]) for p in order
    )  # the widest curve lies behind the others
    panel = Panel(
        Axis("Time", "h"), y, series, join_lines(known), known[0].label if len(known) == 1 else ""
    )  # fmt: skip
    return Figure(id, title, caption, (panel,), 1, width)


def _by_group(
    cells: Sequence[DrawnCell],
    curves: dict[int, tuple[FloatArray, FloatArray]],
    y: Axis,
    width: Width,
    *,
    id: str,
    title: str,
    caption: str,
) -> Figure:
    """One panel a group, its cells over each other, joins unmarked; colours count within the panel."""
    names = list(dict.fromkeys(cell.group for cell in cells))
    if width == "slide":  # no room for panels: the colour is the group
        order = sorted(curves, key=lambda place: -_size(curves[place][1]))
        together = tuple(
            Series(cells[p].group or "no group", *curves[p], "line", names.index(cells[p].group))
            for p in order
        )
        return Figure(id, title, caption, (Panel(Axis("Time", "h"), y, together),), 1, width)
    panels: list[Panel] = []
    for name in names:
        places = [place for place, cell in enumerate(cells) if cell.group == name]
        series = tuple(
            Series(cells[place].label, *curves[place], "line", slot) for slot, place in enumerate(places)
        )
        head = name or "no group"
        panels.append(Panel(Axis("Time", "h"), y, series, title=head, height=0.8))
    return Figure(id, title, caption, tuple(panels), 1 if width == "84mm" else 2, width)


def voltage_unit(cells: Sequence[DrawnCell]) -> str:
    """Return 'V' where the typical voltage goes beyond one volt, else 'mV'."""
    for cell in cells:
        voltage = column(cell.record, s.VOLTAGE)
        if voltage is not None and np.isfinite(voltage).any() and float(np.nanmedian(np.abs(voltage))) > 1.0:
            return "V"
    return "mV"


def _has_voltage(cell: DrawnCell) -> bool:
    return hours(cell.record) is not None and column(cell.record, s.VOLTAGE) is not None


def _curve(cell: DrawnCell, unit: str) -> tuple[FloatArray, FloatArray]:
    time, voltage = hours(cell.record), column(cell.record, s.VOLTAGE)
    if time is None or voltage is None:
        return np.empty(0), np.empty(0)
    return parted(time, voltage / units.factor(unit), cell)


def _size(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.quantile(np.abs(finite), 0.95)) if finite.size else 0.0
