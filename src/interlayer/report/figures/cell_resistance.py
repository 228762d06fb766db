"""R_int of several cells against time, with its errors; joins and gaps of their records marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from interlayer.metrics.cell_resistances import r_int
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Panel, Width
from interlayer.report.figures.common import Trace, trace_of
from interlayer.report.figures.interface_resistance import interface_resistance
from interlayer.report.figures.joins import join_lines
from interlayer.report.figures.scales import log_if_wide

QUANTITY = "Interface resistance of the cell"
MOST_TOGETHER: Final = 7
"""Cells in one panel: as many as there are colours."""


def cell_resistance(
    cells: Sequence[DrawnCell],
    *,
    slots: dict[str, int] | None = None,
    width: Width = "174mm",
    id: str = "r-int",
    title: str = "Interface resistance against time",
    caption: str = "",
) -> Figure:
    """Draw R_int of whole cells from fitted spectra, error bars one standard deviation.

    More cells than can be told apart have one panel a group. Spectra without a time, and those from which R_int
    cannot be had, are counted in the caption.
    """
    known: list[tuple[DrawnCell, Trace]] = []
    said: list[str] = []
    for cell in cells:
        found = cell.analysis.get(r_int)
        trace = trace_of(cell.label, found, "R_int")
        timeless = sum(m.value is not None and m.time_s is None for m in found)
        missing = [m for m in found if m.value is None]
        if timeless:
            said.append(f"{cell.label}: {timeless} without a time not drawn")
        if missing and cell.record.spectra:
            said.append(f"{cell.label}: {len(missing)} of {len(found)} spectra do not give R_int")
        if np.size(trace.x):
            known.append((cell, trace))
    head = "Error bars: one standard deviation of the fit; lines guide the eye"
    text = caption or "; ".join([head, *said]) + "."
    by_group: dict[str, list[tuple[DrawnCell, Trace]]] = {}
    for cell, trace in known:
        by_group.setdefault(cell.group, []).append((cell, trace))
    if len(known) > MOST_TOGETHER and len(by_group) > 1:
        return _by_group(by_group, width, id=id, title=title, caption=text)
    lines = join_lines([cell for cell, _ in known], 6)
    traces = [trace for _, trace in known]
    return interface_resistance(
        traces, lines=lines, width=width, slots=slots, quantity=QUANTITY, id=id, title=title, caption=text
    )


def _by_group(
    groups: dict[str, list[tuple[DrawnCell, Trace]]], width: Width, *, id: str, title: str, caption: str
) -> Figure:
    """One panel a group, joins unmarked; colours count within the panel."""
    if width == "slide":  # no room for panels: the colour is the group
        slots = {name: slot for slot, name in enumerate(groups)}
        made = [interface_resistance([t], quantity=QUANTITY) for g in groups.values() for _, t in g]
        owners = [name for name, members in groups.items() for _ in members]
        series = tuple(
            replace(one.panels[0].series[0], name=name or "no group", color=slots[name])
            for one, name in zip(made, owners, strict=True)
        )
        axis = log_if_wide(Axis(QUANTITY, "ohm"), series)
        return Figure(id, title, caption, (Panel(Axis("Time", "h"), axis, series),), 1, width)
    panels: list[Panel] = []
    for name, members in groups.items():
        made = interface_resistance([trace for _, trace in members], quantity=QUANTITY)
        panels.append(replace(made.panels[0], title=name or "no group", height=0.9))
    return Figure(id, title, caption, tuple(panels), 1 if width == "84mm" else 2, width)
