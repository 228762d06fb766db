"""Overpotential of each half-cycle, one curve a direction of the current: growth, asymmetry, collapse."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.metrics.halves import halves
from interlayer.metrics.overpotential import overpotentials
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Line, Panel, Series, Width
from interlayer.report.figures.scales import log_if_wide

FORWARD, BACKWARD = "current > 0", "current < 0"
_MOST_MARKED: Final = 60


def direction_overpotential(
    cell: DrawnCell,
    *,
    failed_half_cycle: int | None = None,
    width: Width = "174mm",
    id: str = "overpotential",
    title: str = "Overpotential of each half-cycle",
    caption: str = "",
) -> Figure:
    """Draw the plateau overpotential of a symmetric cell against the number of the half-cycle.

    Parameters
    ----------
    cell : DrawnCell
        Another than a symmetric one gives an empty panel that says why.
    failed_half_cycle : int, optional
        Where the verdict places a failure: marked.
    """
    h, o = cell.analysis.get(halves), cell.analysis.get(overpotentials)
    number = np.arange(len(h), dtype=np.float64)
    series: list[Series] = []
    for name, sign, slot in ((FORWARD, 1, 0), (BACKWARD, -1, 1)):
        chosen = (h.direction == sign) & np.isfinite(o.plateau_V)
        if o.reason or not chosen.any():
            continue
        volts = o.plateau_V[chosen] / units.factor("mV")
        style = "linepoints" if chosen.sum() <= _MOST_MARKED else "line"
        series.append(Series(name, number[chosen], volts, style, slot, dashed=sign < 0))
    lines = () if failed_half_cycle is None else (Line(float(failed_half_cycle), "verdict"),)
    y = log_if_wide(Axis("Plateau overpotential", "mV"), series)
    panel = Panel(
        Axis("Half-cycle"), y, tuple(series), lines if series else (), empty=o.reason or "no plateau"
    )
    return Figure(id, title, caption, (panel,), 1, width)
