"""Interface resistance of the cell against time, from fitted spectra."""

from __future__ import annotations

from collections.abc import Sequence

from interlayer.report.figure import Axis, Figure, Line, Panel, Width
from interlayer.report.figures.common import Published, Trace, published_series, slots_of, trace_series
from interlayer.report.figures.scales import log_if_wide


def interface_resistance(
    traces: Sequence[Trace],
    *,
    published: Sequence[Published] = (),
    slots: dict[str, int] | None = None,
    lines: Sequence[Line] = (),
    width: Width = "84mm",
    quantity: str = "Interface resistance",
    unit: str = "ohm",
    id: str = "interface-resistance",
    title: str = "Interface resistance against time",
    caption: str = "",
) -> Figure:
    """Draw the interface resistance R_int of whole cells against time, with its errors.

    Parameters
    ----------
    traces : sequence of Trace
        x is the time in s, y the resistance in ohm (or ohm m2 if `unit` is areal); see `trace_of`.
    published : sequence of Published
        In the same units.
    lines : sequence of Line
        At times in hours: joins and gaps of the records.
    width : str
    quantity, unit : str
        Of the y axis; the axis is logarithmic if the values span more than a factor of twenty.
    """
    colours = slots_of([trace.label for trace in traces], slots)
    series = [trace_series(trace, "h", unit, colours[trace.label]) for trace in traces]
    series += published_series(published, "h", unit, colours)
    y = log_if_wide(Axis(quantity, unit), series)
    empty = "no fitted spectra"
    panel = Panel(Axis("Time", "h"), y, tuple(series), tuple(lines), empty=empty)
    return Figure(id, title, caption, (panel,), 1, width)
