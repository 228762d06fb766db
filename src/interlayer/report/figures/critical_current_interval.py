"""A current ramp with its critical current density as an interval, and the areal capacity passed beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from interlayer import units
from interlayer.metrics.critical_current import CriticalCurrent, find_critical_current
from interlayer.metrics.halves import Halves, halves
from interlayer.record import schema as s
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Line, Panel, Series, Width
from interlayer.report.figures.common import FloatArray, column, hours, slots_of
from interlayer.report.figures.joins import join_lines, parted
from interlayer.report.labels import number, pretty_unit

INTERVAL = "last passed to first failed"


def critical_current_interval(
    cells: Sequence[DrawnCell],
    *,
    slots: dict[str, int] | None = None,
    width: Width = "174mm",
    id: str = "critical-current",
    title: str = "Critical current density",
    caption: str = "",
) -> Figure:
    """Draw ramps: voltage, current density with the interval, and cumulative areal capacity, one column a cell.

    Parameters
    ----------
    cells : sequence of DrawnCell
        At most three a row (one at 84 mm). Without an area the current is drawn in mA, the capacity in mAh. On a
        slide the capacity stands in the title of the current.
    """
    colours = slots_of([cell.label for cell in cells], slots)
    columns: list[tuple[Panel, ...]] = [_column(cell, colours[cell.label]) for cell in cells]
    if width == "slide":  # two rows are what the back of a room can read
        columns = [
            (v, replace(i, title=interval_text(c))) for c, (v, i, _) in zip(cells, columns, strict=True)
        ]
    per_row = 1 if width == "84mm" else max(min(len(columns), 3), 1)
    time = Axis("Time", "h")
    panels: list[Panel] = []
    for start in range(0, len(columns), per_row):
        row = columns[start : start + per_row]
        blank = [Panel(time, Axis("Voltage", "mV"), empty=" ")] * (per_row - len(row))
        for place in range(len(row[0])):
            panels += [*(panels_of[place] for panels_of in row), *blank]
    if not panels:
        panels = [Panel(time, Axis("Voltage", "mV"))]
    if not caption:
        caption = " ".join(f"{cell.label}: {interval_text(cell)}." for cell in cells)
    return Figure(id, title, caption, tuple(panels), per_row, width, share_x=True)


def interval_text(cell: DrawnCell) -> str:
    """Return the result of a ramp in words: '0.5 < CCD ≤ 0.6 mA cm⁻², 3.2 mAh cm⁻² passed'."""
    found = cell.analysis.get(find_critical_current)
    if found.reason:
        return found.reason
    low, high, unit, word = _values(found)
    if high is None and low is None:
        return "neither a passed nor a failed level"
    shown = pretty_unit(unit)
    if high is None:
        text = f"{word} ≥ {number(low, 3)} {shown}, no short"
    elif low is None:
        text = f"{word} ≤ {number(high, 3)} {shown}, the first level failed"
    else:
        text = f"{number(low, 3)} < {word} ≤ {number(high, 3)} {shown}"
    passed, passed_unit = _passed(found)
    return text if passed is None else f"{text}, {number(passed, 3)} {pretty_unit(passed_unit)} passed"


def _values(found: CriticalCurrent) -> tuple[float | None, float | None, str, str]:
    """Ends of the interval with unit and word."""
    if found.last_passed_A_m2 is not None or found.first_failed_A_m2 is not None:
        low, high, unit, word = found.last_passed_A_m2, found.first_failed_A_m2, "mA/cm2", "CCD"
    else:
        low, high, unit, word = found.last_passed_A, found.first_failed_A, "mA", "critical current"
    size = units.factor(unit)
    return None if low is None else low / size, None if high is None else high / size, unit, word


def _passed(found: CriticalCurrent) -> tuple[float | None, str]:
    if found.cumulative_areal_capacity_C_m2 is not None:
        return found.cumulative_areal_capacity_C_m2 / units.factor("mAh/cm2"), "mAh/cm2"
    if found.cumulative_charge_C is not None:
        return found.cumulative_charge_C / units.factor("mAh"), "mAh"
    return None, "mAh"


def _column(cell: DrawnCell, slot: int) -> tuple[Panel, Panel, Panel]:
    record, found = cell.record, cell.analysis.get(find_critical_current)
    time, volts, current = hours(record), column(record, s.VOLTAGE), column(record, s.CURRENT)
    finite = np.empty(0) if time is None else time[np.isfinite(time)]
    end = float(finite.max()) if finite.size else 1.0
    x = Axis("Time", "h", range=(-0.01 * end, 1.02 * end))
    short = found.short
    fell = () if short.time_s is None or short.kind in (None, "none") else (short.time_s / 3600.0,)
    marks = tuple(Line(at, f"{short.kind} short") for at in fell)
    above = (
        ()
        if time is None or volts is None
        else (Series(cell.label, *parted(time, volts / units.factor("mV"), cell), "line", slot),)
    )
    first = Panel(
        x, Axis("Voltage", "mV"), above, (*marks, *join_lines([cell], 3)), cell.label, empty="no voltage"
    )  # fmt: skip
    area = record.area_m2
    unit, size = ("mA/cm2", units.factor("mA/cm2") * area) if area else ("mA", units.factor("mA"))
    name = "|Current density|" if area else "|Current|"
    series: list[Series] = []
    if time is not None and current is not None:
        series.append(Series(cell.label, time, np.abs(current) / size, "steps", slot))
    lines = [Line(at) for at in fell]
    if not found.reason:
        band, levels = _interval(found, x.range or (0.0, end))
        series += band
        lines += levels
    second = Panel(x, Axis(name, unit), tuple(series), tuple(lines), height=0.85, empty="no current")
    return first, second, _capacity(cell, found, x, slot, fell)


def _interval(found: CriticalCurrent, ends: tuple[float, float]) -> tuple[list[Series], list[Line]]:
    low, high, unit, _ = _values(found)
    shown = pretty_unit(unit)
    t = np.array(ends)
    if low is not None and high is not None:
        low_end, high_end = np.full(2, low), np.full(2, high)
        band = Series(INTERVAL, t, high_end, "line", 4, low_end, high_end, dashed=True)
        return [band], [Line(high, f"CCD {number(low, 3)} to {number(high, 3)} {shown}", "horizontal")]
    if low is not None:
        return [], [Line(low, f"≥ {number(low, 3)} {shown}", "horizontal")]
    if high is not None:
        return [], [Line(high, f"≤ {number(high, 3)} {shown}, failed", "horizontal")]
    return [], []


def _capacity(cell: DrawnCell, found: CriticalCurrent, x: Axis, slot: int, fell: tuple[float, ...]) -> Panel:
    area = cell.record.area_m2
    unit = "mAh/cm2" if area else "mAh"
    axis = Axis("Cumulative areal capacity" if area else "Cumulative capacity", unit)
    h = cell.analysis.get(halves)
    if not len(h):
        return Panel(x, axis, height=0.7, empty="no half-cycles")
    at, passed = passed_charge(h)
    curve = Series(cell.label, at / 3600.0, passed / units.factor(unit) / (area or 1.0), "line", slot)
    lines = [Line(t) for t in fell]
    total, total_unit = _passed(found)
    if total is not None and not found.reason and total_unit == unit:
        sign = "≥ " if found.censored else ""
        lines.append(Line(total, f"{sign}{number(total, 3)} {pretty_unit(unit)}", "horizontal"))
    return Panel(x, axis, (curve,), tuple(lines), height=0.7)


def passed_charge(h: Halves) -> tuple[FloatArray, FloatArray]:
    """Return times in s and the sum of |charge| in C up to them, straight within a half-cycle."""
    size = np.abs(h.charge_C)
    total = np.cumsum(size)
    times = np.column_stack([h.start_s, h.end_s]).ravel()
    return times, np.column_stack([total - size, total]).ravel()
