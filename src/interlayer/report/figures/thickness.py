"""What the thickness of the coating does: overpotential against thickness, and the voltage of each cell."""

from __future__ import annotations

from collections.abc import Sequence

from interlayer import units
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.report.figure import Axis, Figure, Panel, Series
from interlayer.report.figures.common import (
    Published,
    Trace,
    column,
    hours,
    labelled,
    published_series,
    slots_of,
    trace_series,
)


def thickness(
    overpotentials: Sequence[Trace],
    records: Sequence[Record] = (),
    *,
    published: Sequence[Published] = (),
    slots: dict[str, int] | None = None,
    id: str = "thickness",
    title: str = "Dependence on the thickness of the coating",
    caption: str = "",
) -> Figure:
    """Draw the overpotential against the thickness of the coating, and voltages against time beside it.

    Parameters
    ----------
    overpotentials : sequence of Trace
        x is the thickness in m, y the overpotential in V; one trace for each kind of overpotential (initial,
        maximum, plateau).
    records : sequence of Record
        The cells behind it; right.
    published : sequence of Published
        In the same units as `overpotentials`; `cell` is the label of a trace.
    """
    colours = slots_of([trace.label for trace in overpotentials], slots)
    left = [trace_series(trace, "um", "mV", colours[trace.label]) for trace in overpotentials]
    left += published_series(published, "um", "mV", colours)
    panels = [Panel(Axis("Thickness of the coating", "um"), Axis("Overpotential", "mV"), tuple(left))]
    shades = slots_of([label for label, _ in labelled(records)], slots)
    right = [
        Series(label, t, v / units.factor("mV"), "line", shades[label])
        for label, record in labelled(records)
        if (t := hours(record)) is not None and (v := column(record, s.VOLTAGE)) is not None
    ]
    right.sort(key=lambda one: -float(abs(one.y[one.y == one.y]).max(initial=0.0)))
    if records:
        panels.append(Panel(Axis("Time", "h"), Axis("Voltage", "mV"), tuple(right), empty="no voltage"))
    return Figure(id, title, caption, tuple(panels), len(panels))
