"""What the figures share: columns of a record in printed units, published points, traces of metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer import units
from interlayer.metrics.base import Metric
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.report.figure import Bound, Line, Series, Style

FloatArray = NDArray[np.float64]

OF_FILES = ("gap", "join")
"""Events of a record of several files, which say less of the cell than others do."""
PUBLISHED = "published"
"""Word in the legend beside open markers."""


@dataclass(frozen=True)
class Published:
    """A published point, in SI; each figure says what its x and y are.

    Attributes
    ----------
    x, y : float
        In SI.
    cell : str
        Label of the record or trace that it belongs to; it takes that colour.
    bound : {'>=', '<='} or None
        Published as "more than" or "less than".
    low, high : float or None
        Stated range, in SI.
    """

    x: float
    y: float
    cell: str = ""
    bound: Bound | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class Trace:
    """Numbers of one cell against something, in SI, usually metrics.

    Attributes
    ----------
    label : str
        As the record's.
    x, y : array, shape (n,)
        In SI; half-cycles and cycles as numbers.
    error : array, shape (n,), or None
        One standard deviation of y; not-a-number where unknown.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    error: ArrayLike | None = None


def trace_of(
    label: str, metrics: Iterable[Metric], name: str, against: Literal["time", "half_cycle", "cycle"] = "time"
) -> Trace:
    """Return the values of one metric as a trace in SI, in the order of time, half-cycle or cycle.

    Metrics without value, or without what they are drawn against, are left out.
    """
    rows: list[tuple[float, float, float]] = []
    factors: dict[str, float] = {}
    for metric in metrics:
        x = {"time": metric.time_s, "half_cycle": metric.half_cycle, "cycle": metric.cycle}[against]
        if metric.name != name or metric.value is None or x is None:
            continue
        to_si = factors.get(metric.unit) or factors.setdefault(metric.unit, units.factor(metric.unit))
        error = float("nan") if metric.uncertainty is None else metric.uncertainty * to_si
        rows.append((float(x), metric.value * to_si, error))
    rows.sort()
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    known = bool(np.isfinite(table[:, 2]).any())
    return Trace(label, table[:, 0], table[:, 1], table[:, 2] if known else None)


def trace_series(trace: Trace, x_unit: str, y_unit: str, slot: int, style: Style = "linepoints") -> Series:
    """Return a trace as a series in printed units, with error bars where errors are known."""
    x = np.asarray(trace.x, dtype=np.float64) / units.factor(x_unit)
    y = np.asarray(trace.y, dtype=np.float64) / units.factor(y_unit)
    low = high = None
    if trace.error is not None:
        error = np.nan_to_num(np.asarray(trace.error, dtype=np.float64) / units.factor(y_unit))
        low, high = y - error, y + error
    return Series(trace.label, x, y, style, slot, low, high)


def published_series(
    points: Sequence[Published], x_unit: str, y_unit: str, slots: dict[str, int]
) -> list[Series]:
    """Return published points as open markers, one series a cell and kind of bound."""
    groups: dict[tuple[str, Bound | None], list[Published]] = {}
    for point in points:
        groups.setdefault((point.cell, point.bound), []).append(point)
    found: list[Series] = []
    for (cell, bound), group in groups.items():
        group.sort(key=lambda point: point.x)
        y = np.array([p.y for p in group]) / units.factor(y_unit)
        low = high = None
        if any(p.low is not None or p.high is not None for p in group):
            low = np.array([p.y if p.low is None else p.low for p in group]) / units.factor(y_unit)
            high = np.array([p.y if p.high is None else p.high for p in group]) / units.factor(y_unit)
        sign = {">=": ", at least", "<=": ", at most", None: ""}[bound]
        name = ", ".join(part for part in (cell, PUBLISHED) if part) + sign
        x = np.array([p.x for p in group]) / units.factor(x_unit)
        found.append(
            Series(name, x, y, "points", slots.get(cell, len(slots)), low, high, bound=bound, hollow=True)
        )
    return found


def slots_of(labels: Iterable[str], given: dict[str, int] | None = None) -> dict[str, int]:
    """Return the palette slot of each label: those given, else in order of appearance."""
    found = dict(given or {})
    for label in labels:
        if label not in found:
            taken = set(found.values())
            found[label] = next(n for n in range(len(taken) + 1) if n not in taken)
    return found


def labelled(records: Sequence[Record]) -> list[tuple[str, Record]]:
    """Return records with a name each: their label, numbered where two are alike."""
    counts: dict[str, int] = {}
    found: list[tuple[str, Record]] = []
    for record in records:
        label = record.label or record.provenance.file_name or "unnamed cell"
        counts[label] = counts.get(label, 0) + 1
        found.append((label if counts[label] == 1 else f"{label} ({counts[label]})", record))
    return found


def column(record: Record, label: str) -> FloatArray | None:
    """Return one column of the cycling rows, or None if the record has nothing in it."""
    table = record.cycling
    if label not in table.columns or table[label].null_count() == len(table):
        return None
    return record.array(label)


def hours(record: Record) -> FloatArray | None:
    """Return the test time of the cycling rows in hours, or None."""
    time = column(record, s.TIME)
    return None if time is None else time / units.factor("h")


def current_density(record: Record) -> FloatArray | None:
    """Return the current density in A/m2, or None without current or area."""
    current = column(record, s.CURRENT)
    return None if current is None or not record.area_m2 else current / record.area_m2


def event_lines(record: Record, *, sides: bool = True, most: int = 6) -> tuple[Line, ...]:
    """Return the first events of a record as vertical lines at their time in hours; pauses and joins come last."""
    lines: list[Line] = []
    shown = sorted(record.events, key=lambda e: (e.name in OF_FILES, e.time_s))[:most]
    for event in sorted(shown, key=lambda e: e.time_s):
        side = f", side {event.side}" if event.side and sides else ""
        lines.append(Line(event.time_s / units.factor("h"), event.name.replace("_", " ") + side))
    return tuple(lines)


def length_unit(largest_m: float) -> str:
    """Return the unit in which a length of this size is written with few digits: 'nm', 'um' or 'mm'."""
    if largest_m < 0.5e-6:
        return "nm"
    return "um" if largest_m < 0.5e-3 else "mm"


def half_cycle_starts(record: Record) -> FloatArray:
    """Return the times in seconds at which the direction of the current turns, the first start included.

    Without a current the sign of the voltage is taken. Rests are skipped.
    """
    time = column(record, s.TIME)
    signal = column(record, s.CURRENT)
    if signal is None:
        signal = column(record, s.VOLTAGE)
    if time is None or signal is None:
        return np.empty(0)
    largest = np.nanmax(np.abs(signal), initial=0.0) if np.isfinite(signal).any() else 0.0
    flowing = np.abs(signal) > 1e-3 * largest
    time, sign = time[flowing], np.sign(signal[flowing])
    if not time.size:
        return np.empty(0)
    turns = np.flatnonzero(np.diff(sign)) + 1
    return np.concatenate([time[:1], time[turns]])
