"""Cell voltage against time: the whole life, and a few cycles of it at the start, on the way and at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer import units
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.report.figure import Axis, Figure, Panel, Series
from interlayer.report.figures.common import (
    FloatArray,
    Published,
    column,
    event_lines,
    half_cycle_starts,
    hours,
    labelled,
    published_series,
    slots_of,
)
from interlayer.report.figures.pauses import parted_at_pauses
from interlayer.report.labels import number

Window = tuple[float, float]


def voltage_time(
    records: Sequence[Record],
    *,
    published: Sequence[Published] = (),
    windows_h: Sequence[Window] | None = None,
    cycles: int = 4,
    slots: dict[str, int] | None = None,
    id: str = "voltage-time",
    title: str = "Voltage against time",
    caption: str = "",
) -> Figure:
    """Draw voltage against time over the whole life, with zooms of a few cycles.

    Parameters
    ----------
    records : sequence of Record
        Drawn over each other; those without voltage are left out.
    published : sequence of Published
        x is a time in s, y a voltage in V; drawn over the whole life.
    windows_h : sequence of (float, float), optional
        Zooms, in hours; default: `cycles` cycles at the start, in the middle and at the end. None are drawn if
        the current never turns. An empty sequence means no zooms.
    cycles : int
        Cycles in a zoom.
    slots : dict, optional
        Palette slot of each label.
    """
    named = labelled(records)
    colours = slots_of([label for label, _ in named], slots)
    x, y = Axis("Time", "h"), Axis("Voltage", _voltage_unit(records))
    traces = [
        (label, *parted_at_pauses(record, time, voltage / units.factor(y.unit)))
        for label, record in named
        if (time := hours(record)) is not None and (voltage := column(record, s.VOLTAGE)) is not None
    ]
    traces.sort(key=lambda trace: -_size(trace[2]))
    whole = [Series(label, time, volt, "line", colours[label]) for label, time, volt in traces]
    whole += published_series(published, x.unit, y.unit, colours)
    lines = event_lines(records[0]) if len(records) == 1 else ()
    if windows_h is None:
        windows_h = zoom_windows(records, cycles) if traces else []
    columns = max(min(len(windows_h), 3), 1)
    panels = [Panel(x, y, tuple(whole), lines, "whole life" if windows_h else "", span=columns)]
    for start, end in windows_h:
        series = [
            Series(label, time[inside], volt[inside], "line", colours[label])
            for label, time, volt in traces
            if (inside := (time >= start) & (time <= end)).any()
        ]
        panels.append(
            Panel(Axis("Time", "h", range=(start, end)), y, tuple(series), title=_window_title(start, end))
        )
    return Figure(id, title, caption, tuple(panels), columns)


def zoom_windows(records: Sequence[Record], cycles: int = 4) -> list[Window]:
    """Return up to three windows in hours: first, middle and last cycles of the record that lives longest.

    If another record ends before the middle, the middle window shows its last cycles instead.
    """
    lives = sorted((half_cycle_starts(record) for record in records), key=lambda starts: starts[-1:].sum())
    lives = [starts for starts in lives if starts.size > 4 * cycles]
    if not lives:
        return []
    longest, shortest = lives[-1], lives[0]
    windows = [_window(longest, 0, cycles)]
    if shortest[-1] < 0.6 * longest[-1]:
        windows.append(_window(shortest, shortest.size - 1 - 2 * cycles, cycles))
    elif longest.size > 12 * cycles:
        windows.append(_window(longest, longest.size // 2, cycles))
    windows.append(_window(longest, longest.size - 1 - 2 * cycles, cycles))
    return windows


def _window(starts: FloatArray, first: int, cycles: int) -> Window:
    last = min(first + 2 * cycles, starts.size - 1)
    hour = units.factor("h")
    return float(starts[first]) / hour, float(starts[last]) / hour


def _window_title(start: float, end: float) -> str:
    digits = 4 if end < 1000 else 5
    return f"{number(start, digits)} to {number(end, digits)} h"


def _voltage_unit(records: Sequence[Record]) -> str:
    """Millivolts for symmetric cells, volts where the voltage goes beyond two."""
    for record in records:
        voltage = column(record, s.VOLTAGE)
        if voltage is not None and np.isfinite(voltage).any() and float(np.nanmedian(np.abs(voltage))) > 1.0:
            return "V"
    return "mV"


def _size(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.quantile(np.abs(finite), 0.95)) if finite.size else 0.0
