"""A metric of each half-cycle against the number of the half-cycle."""

from __future__ import annotations

from collections.abc import Sequence

from interlayer.report.figure import Axis, Figure, Panel
from interlayer.report.figures.common import Trace, slots_of, trace_series


def half_cycles(
    quantities: Sequence[tuple[Axis, Sequence[Trace]]],
    *,
    slots: dict[str, int] | None = None,
    id: str = "half-cycles",
    title: str = "Overpotential and resistance of each half-cycle",
    caption: str = "",
) -> Figure:
    """Draw quantities of half-cycles below each other.

    Parameters
    ----------
    quantities : sequence of (Axis, traces)
        One panel each: its y axis with the unit to print, and traces whose x is the number of the half-cycle
        and whose y is in SI.
    """
    panels: list[Panel] = []
    for axis, traces in quantities:
        colours = slots_of([trace.label for trace in traces], slots)
        series = tuple(
            trace_series(t, "1", axis.unit, colours[t.label], "linepoints" if _count(t) <= 60 else "line")
            for t in traces
        )
        empty = "no half-cycles in this record"
        panels.append(Panel(Axis("Half-cycle"), axis, series, empty=empty, height=0.8))
    return Figure(id, title, caption, tuple(panels), min(len(panels), 2))


def _count(trace: Trace) -> int:
    return len(list(trace.x)) if isinstance(trace.x, (list, tuple)) else getattr(trace.x, "size", 0)
