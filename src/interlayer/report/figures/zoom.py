"""A moment of a verdict at full resolution: the half-cycles around it, and the drop from near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.verdict import Moment
from interlayer.metrics.halves import Halves, halves
from interlayer.record import schema as s
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Line, Panel, Series, Width
from interlayer.report.figures.cell_voltage import voltage_unit
from interlayer.report.figures.common import FloatArray, column, slots_of
from interlayer.report.figures.joins import span_text
from interlayer.report.labels import number

MOST_ROWS: Final = 20_000
"""Rows of a window; a longer one is cut around the moment rather than thinned."""
NEAR: Final = "from near"
_NEAR: Final = 0.04
"""Half-width of the near view, as a share of the half-cycle."""
_FEWEST_NEAR: Final = 12
"""Rows on each side of the moment in the near view, at least."""
_CALM: Final = 0.2
"""Relative span of a current up to which it counts as constant in a window."""
_MARKED: Final = 400
"""Rows up to which each has a marker."""


@dataclass(frozen=True)
class _Window:
    """Rows of the record, stop excluded, and whether it was cut to the most rows."""

    first: int
    stop: int
    cut: bool = False


def zoom(
    moments: Sequence[tuple[DrawnCell, Moment]],
    *,
    most_rows: int = MOST_ROWS,
    slots: dict[str, int] | None = None,
    width: Width = "174mm",
    id: str = "zoom",
    title: str = "",
    caption: str = "",
) -> Figure:
    """Draw voltage and current around moments, every row of the window.

    One moment is drawn twice: with the half-cycles before and after, and from near. Several stand in columns of
    two panels, without the near view.

    Parameters
    ----------
    moments : sequence of (cell, moment)
        At most three a row.
    most_rows : int
        Rows of a window.
    """
    colours = slots_of([cell.label for cell, _ in moments], slots)
    single = len(moments) == 1
    columns: list[tuple[Panel, Panel]] = []
    said: list[str] = []
    for cell, moment in moments:
        time = cell.record.array(s.TIME)
        wide, near = windows(cell, moment, most_rows)
        note = f"{moment.name} at {number(moment.time_s / 3600.0, 5)} h"
        if moment.half_cycle is not None:
            note += f", half-cycle {moment.half_cycle}"
        if wide.cut:
            note += f"; the {most_rows} rows around it"
        said.append(f"{cell.label}: {note}" if not single else note[0].upper() + note[1:])
        head = f"{cell.label}: {moment.name}" if single else cell.label
        # The head says which cell it is; a legend would only repeat it.
        name = "" if single else cell.label
        columns.append(_pair(cell, moment, time, wide, head, name, colours[cell.label]))
        if single:
            columns.append(_pair(cell, moment, time, near, NEAR, name, colours[cell.label]))
    per_row = 1 if width == "84mm" else min(max(len(columns), 1), 3)
    panels: list[Panel] = []
    for start in range(0, len(columns), per_row):
        row = columns[start : start + per_row]
        blank = [Panel(Axis("Time", "h"), Axis("Voltage", "mV"), empty=" ")] * (per_row - len(row))
        panels += [a for a, _ in row] + blank + [b for _, b in row] + blank
    if not panels:
        panels = [Panel(Axis("Time", "h"), Axis("Voltage", "mV"), empty="nothing happened in this record")]
    if not caption:
        caption = ". ".join(said) + ("." if said else "")
    if not title:
        title = f"Zoom, {moments[0][0].label}" if single else "Zooms"
    return Figure(id, title, caption, tuple(panels), per_row, width, share_x=True, whole=True)


def windows(cell: DrawnCell, moment: Moment, most_rows: int = MOST_ROWS) -> tuple[_Window, _Window]:
    """Return the rows of the half-cycles around a moment, and those close to it."""
    h = cell.analysis.get(halves)
    time = cell.record.array(s.TIME)
    place = int(np.searchsorted(time, moment.time_s))
    k = _half_at(h, moment)
    if k is None:
        reach = 0.05 * float(np.nanmax(time) - np.nanmin(time)) if time.size else 0.0
        first, stop = np.searchsorted(time, [moment.time_s - reach, moment.time_s + reach]).tolist()
        span = reach
    else:
        first = int(h.first[max(k - 1, 0)])
        stop = int(h.stop[min(k + 1, len(h) - 1)])
        span = float(h.duration_s[k])
    wide = _cut(first, stop, place, most_rows)
    reach = max(_NEAR * span, 1e-9)
    low, high = np.searchsorted(time, [moment.time_s - reach, moment.time_s + reach]).tolist()
    low, high = min(low, place - _FEWEST_NEAR), max(high, place + _FEWEST_NEAR)
    near = _cut(max(low, wide.first), min(high, wide.stop), place, most_rows)
    return wide, near


def _half_at(h: Halves, moment: Moment) -> int | None:
    if not len(h):
        return None
    if moment.half_cycle is not None and 0 <= moment.half_cycle < len(h):
        return moment.half_cycle
    return int(np.clip(np.searchsorted(h.start_s, moment.time_s, side="right") - 1, 0, len(h) - 1))


def _cut(first: int, stop: int, place: int, most: int) -> _Window:
    if stop - first <= most:
        return _Window(first, stop)
    low = min(max(place - most // 2, first), stop - most)
    return _Window(low, low + most, cut=True)


def _pair(
    cell: DrawnCell, moment: Moment, time: FloatArray, rows: _Window, head: str, name: str, slot: int
) -> tuple[Panel, Panel]:
    """Voltage above, current below; a short window counts minutes or seconds from the moment."""
    seen = slice(rows.first, rows.stop)
    t = time[seen] - moment.time_s
    length = float(np.nanmax(t) - np.nanmin(t)) if np.isfinite(t).any() else 0.0
    if head == NEAR:
        unit = "s" if length < 300.0 else "min" if length < 18_000.0 else "h"
        x = Axis("Time from the moment", unit)
        shown, at = t / units.factor(unit), 0.0
        head = f"{head}: {span_text(length)}"
    else:
        x = Axis("Time", "h")
        shown, at = time[seen] / units.factor("h"), moment.time_s / units.factor("h")
    if shown.size and np.isfinite(shown).any():
        low, high = min(float(np.nanmin(shown)), at), max(float(np.nanmax(shown)), at)
        margin = 0.02 * (high - low) or 1.0
        # Room for the mark's text beside it, also where the record begins or ends with the moment.
        low, high = min(low - margin, at - 4 * margin), max(high + margin, at + 4 * margin)
        x = Axis(x.label, x.unit, range=(low, high))
    style = "linepoints" if shown.size <= _MARKED else "line"
    unit = voltage_unit([cell])
    volts, flow, flow_name, flow_unit = _columns(cell, unit)
    mark = (Line(at, moment.name),)
    above = Panel(
        x, Axis("Voltage", unit), _series(name, shown, volts, seen, style, slot), mark, head,
        empty="no voltage",
    )  # fmt: skip
    flow_axis = Axis(flow_name, flow_unit, range=_calm(None if flow is None else flow[seen]))
    below = Panel(
        x,
        flow_axis,
        _series(name, shown, flow, seen, style, slot),
        (Line(at),),
        height=0.55,
        empty="no current",
    )
    return above, below


def _calm(flow: FloatArray | None) -> tuple[float, float] | None:
    """Ends of the axis of a current that is constant but for noise, which would fill the axis otherwise."""
    finite = np.empty(0) if flow is None else flow[np.isfinite(flow)]
    if not finite.size:
        return None
    low, high = float(finite.min()), float(finite.max())
    size = max(abs(low), abs(high))
    if size == 0.0 or high - low > _CALM * size:
        return None
    middle = 0.5 * (low + high)
    return middle - _CALM * size, middle + _CALM * size


def _columns(cell: DrawnCell, unit: str) -> tuple[FloatArray | None, FloatArray | None, str, str]:
    volts, current = column(cell.record, s.VOLTAGE), column(cell.record, s.CURRENT)
    volts = None if volts is None else volts / units.factor(unit)
    area = cell.record.area_m2
    if current is not None and area:
        return volts, current / area / units.factor("mA/cm2"), "Current density", "mA/cm2"
    return volts, None if current is None else current / units.factor("mA"), "Current", "mA"


def _series(
    label: str, shown: FloatArray, values: FloatArray | None, seen: slice, style: str, slot: int
) -> tuple[Series, ...]:
    if values is None:
        return ()
    return (Series(label, shown, values[seen], "linepoints" if style == "linepoints" else "line", slot),)
