"""Capacity retention of full cells against the number of the cycle, and their coulombic efficiency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from interlayer.metrics.capacity_retention import capacity_retention
from interlayer.metrics.coulombic_efficiency import coulombic_efficiency
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Line, Panel, Style, Width
from interlayer.report.figures.common import Trace, slots_of, trace_of, trace_series

_MOST_MARKED: Final = 60


def retention(
    cells: Sequence[DrawnCell],
    *,
    slots: dict[str, int] | None = None,
    width: Width = "174mm",
    id: str = "retention",
    title: str = "Capacity retention",
    caption: str = "",
) -> Figure:
    """Draw the capacity retention of cells, 100 % being the reference cycle that the caption names.

    Cells that are no full cells are left out; the caption says why.
    """
    colours = slots_of([cell.label for cell in cells], slots)
    kept: list[Trace] = []
    efficiency: list[Trace] = []
    said: list[str] = []
    for cell in cells:
        metrics = cell.analysis.get(capacity_retention)
        trace = trace_of(cell.label, metrics, "capacity_retention", "cycle")
        if not np.size(trace.x):
            said.append(f"{cell.label} is not drawn: {'; '.join(metrics[0].evidence)}")
            continue
        kept.append(trace)
        reference = next((t for m in metrics for t in m.evidence if t.startswith("reference")), "")
        said.append(f"{cell.label}: {reference}")
        found = cell.analysis.get(coulombic_efficiency)
        efficiency.append(trace_of(cell.label, found, "coulombic_efficiency", "cycle"))
    last = max((float(np.max(np.asarray(t.x))) for t in kept), default=1.0)
    x = Axis("Cycle", range=(min(0.5, 1 - 0.02 * last), last + max(0.02 * last, 0.5)))
    panels = [
        Panel(
            x, Axis("Capacity retention", "%"),
            tuple(trace_series(t, "1", "%", colours[t.label], _style(t)) for t in kept),
            (Line(100.0, "", "horizontal"),) if kept else (), empty="no full cell with a reference cycle",
        )
    ]  # fmt: skip
    if any(np.size(t.x) for t in efficiency):
        series = tuple(
            trace_series(t, "1", "%", colours[t.label], _style(t)) for t in efficiency if np.size(t.x)
        )
        panels.append(Panel(x, Axis("Coulombic efficiency", "%"), series, height=0.7))
    text = caption or ". ".join(said) + ("." if said else "")
    return Figure(id, title, text, tuple(panels), 1, width, share_x=True)


def _style(trace: Trace) -> Style:
    return "linepoints" if np.size(trace.x) <= _MOST_MARKED else "line"
