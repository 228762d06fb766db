"""A current ramp until the cell fails: voltage above, current density below, one column a cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer import units
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.figures.common import (
    PUBLISHED,
    Published,
    column,
    current_density,
    event_lines,
    hours,
    labelled,
    slots_of,
)


def critical_current(
    records: Sequence[Record],
    *,
    published: Sequence[Published] = (),
    slots: dict[str, int] | None = None,
    id: str = "critical-current",
    title: str = "Critical current density",
    caption: str = "",
) -> Figure:
    """Draw voltage and current density of current ramps against time.

    Parameters
    ----------
    records : sequence of Record
        At most three a row. Without an area the current is drawn in mA.
    published : sequence of Published
        y is a current density in A/m2, x is not used: a horizontal line across the lower panel of the record
        whose label is `cell` (of all, if empty). With bound '>=' the step was passed, without it failed.
    """
    named = labelled(records)
    colours = slots_of([label for label, _ in named], slots)
    time, volts = Axis("Time", "h"), Axis("Voltage", "mV")
    pairs: list[tuple[Panel, Panel]] = []
    for label, record in named:
        t, v = hours(record), column(record, s.VOLTAGE)
        above = (
            []
            if t is None or v is None
            else [Series(label, t, v / units.factor("mV"), "line", colours[label])]
        )
        density, current = current_density(record), column(record, s.CURRENT)
        unit, flow = ("mA/cm2", density) if density is not None else ("mA", current)
        below = (
            []
            if t is None or flow is None
            else [Series(label, t, np.abs(flow) / units.factor(unit), "steps", colours[label])]
        )
        name = "|Current density|" if density is not None else "|Current|"
        marks = _published_lines(published, label) if unit == "mA/cm2" else ()
        pairs.append(
            (
                Panel(
                    time,
                    volts,
                    tuple(above),
                    event_lines(record, sides=False, most=3),
                    label,
                    empty="no voltage",
                ),
                Panel(time, Axis(name, unit), tuple(below), marks, height=0.8, empty="no current"),
            )
        )
    columns = max(min(len(pairs), 3), 1)
    panels: list[Panel] = []
    for start in range(0, len(pairs), columns):
        row = pairs[start : start + columns]
        blank = [Panel(time, volts, empty=" ")] * (columns - len(row))
        panels += [p for p, _ in row] + blank + [p for _, p in row] + blank
    if not panels:
        panels = [Panel(time, volts)]
    return Figure(id, title, caption, tuple(panels), columns, share_x=len(pairs) <= 3)


def _published_lines(published: Sequence[Published], label: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    for point in published:
        if point.cell in ("", label):
            what = "passed" if point.bound == ">=" else "failed"
            value = point.y / units.factor("mA/cm2")
            lines.append(Line(value, f"{PUBLISHED}: {what} {value:.3g}", "horizontal"))
    return tuple(lines)
