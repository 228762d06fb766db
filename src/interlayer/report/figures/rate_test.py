"""A step-current test: voltage against time, and overpotential against current density."""

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


def rate_test(
    records: Sequence[Record],
    plateaus: Sequence[Trace] = (),
    *,
    published: Sequence[Published] = (),
    slots: dict[str, int] | None = None,
    id: str = "rate-test",
    title: str = "Rate test",
    caption: str = "",
) -> Figure:
    """Draw a step-current test.

    Parameters
    ----------
    records : sequence of Record
        Voltage against time, left.
    plateaus : sequence of Trace
        x is a current density in A/m2, y the plateau overpotential in V; right.
    published : sequence of Published
        In the same units as `plateaus`.
    """
    named = labelled(records)
    colours = slots_of([*(label for label, _ in named), *(trace.label for trace in plateaus)], slots)
    left = [
        Series(label, t, v / units.factor("mV"), "line", colours[label])
        for label, record in named
        if (t := hours(record)) is not None and (v := column(record, s.VOLTAGE)) is not None
    ]
    right = [trace_series(trace, "mA/cm2", "mV", colours[trace.label]) for trace in plateaus]
    right += published_series(published, "mA/cm2", "mV", colours)
    panels = [Panel(Axis("Time", "h"), Axis("Voltage", "mV"), tuple(left), empty="no voltage")]
    if right:
        panels.append(
            Panel(Axis("Current density", "mA/cm2"), Axis("Plateau overpotential", "mV"), tuple(right))
        )
    return Figure(id, title, caption, tuple(panels), len(panels))
