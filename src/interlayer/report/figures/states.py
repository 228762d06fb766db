"""What goes on inside a simulated cell: every model state against time, both sides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.record import Record
from interlayer.report.figure import Axis, Figure, Panel, Series
from interlayer.report.figures.common import (
    FloatArray,
    column,
    half_cycle_starts,
    hours,
    labelled,
    length_unit,
    slots_of,
)
from interlayer.report.figures.scales import log_if_wide

_STATE: Final = re.compile(r"^(?P<title>.+?) (?P<side>[12]) / (?P<unit>.+)$")
_OF_ELECTROLYTE: Final = ("Salt Swing",)
"""States that an electrolyte may have as well, in a column without side."""
_ORDER: Final = (
    "Interphase Thickness", "Contact Fraction", "Crack Damage", "Conversion", "Layer Ageing",
    "Filament Length", "DC Polarisation",
)  # fmt: skip
_PRINTED: Final = {"V": "mV", "C/m2": "mAh/cm2", "A/m2": "mA/cm2", "ohm m2": "ohm cm2"}

IntArray = NDArray[np.int64]
_FEW_CYCLES: Final = 30
"""Fewer are drawn one by one."""
_MOST_STRETCHES: Final = 400
"""A stretch is one or more whole cycles."""

StateColumn = tuple[str, str, str]
"""Title, unit and side of a column; side '' for one that belongs to the whole cell."""


def states(
    records: Sequence[Record],
    *,
    only: Sequence[str] | None = None,
    slots: dict[str, int] | None = None,
    id: str = "states",
    title: str = "States inside the cell",
    caption: str = "",
) -> Figure:
    """Draw the model states of records against time, one panel a quantity.

    Columns are recognised by their name 'Title 1 / unit' with the side 1 or 2; the electrolyte's salt has none. Side 2
    is dashed; it is left out where it equals side 1 within a thousandth of its largest value. A state that is zero
    throughout in all records is left out. A state that swings with the half-cycles is drawn as its mean over whole
    cycles, with a band from its smallest to its largest value in them.

    Parameters
    ----------
    records : sequence of Record
        Records without such columns, as measured ones, are left out.
    only : sequence of str, optional
        Titles to draw, in this order; default all, the well-known ones first.
    """
    named = labelled(records)
    colours = slots_of([label for label, _ in named], slots)
    found: dict[str, str] = {}
    for _, record in named:
        for title_, unit, _ in state_columns(record):
            found.setdefault(title_, unit)
    wanted = list(only) if only is not None else sorted(found, key=_rank)
    panels = [
        panel
        for name in wanted
        if name in found and (panel := _panel(name, found[name], named, colours)) is not None
    ]
    if not panels:
        nothing = Panel(Axis("Time", "h"), Axis("State"), empty="no model states in this record")
        return Figure(id, title, caption, (nothing,), 1, "84mm")
    columns = min(len(panels), 3) if len(panels) != 4 else 2
    drawn = [series for panel in panels for series in panel.series]
    if not caption and any(series.dashed for series in drawn):
        caption = "Dashed: side 2, where it differs from side 1."
    if any(series.low is not None for series in drawn):
        caption += " Bands reach from the smallest to the largest value within whole cycles, lines are means."
    return Figure(id, title, caption, tuple(panels), columns)


def state_columns(record: Record) -> list[StateColumn]:
    """Return the model states of a record as (title, unit, side)."""
    found: list[StateColumn] = []
    for label in record.table.columns:
        match = _STATE.match(label)
        if match:
            found.append((match["title"], match["unit"], match["side"]))
            continue
        title, _, unit = label.partition(" / ")
        if title in _OF_ELECTROLYTE:
            found.append((title, unit, ""))
    return found


def _rank(title: str) -> tuple[int, str]:
    return (_ORDER.index(title) if title in _ORDER else len(_ORDER), title)


def _panel(
    title: str, unit: str, named: Sequence[tuple[str, Record]], colours: dict[str, int]
) -> Panel | None:
    curves: list[tuple[str, int, bool, FloatArray, FloatArray, FloatArray]] = []
    for label, record in named:
        time = hours(record)
        sides = [column(record, f"{title} {side} / {unit}") for side in (1, 2)]
        if time is None:
            continue
        cycles = half_cycle_starts(record)[::2] / units.factor("h")
        whole = column(record, f"{title} / {unit}") if title in _OF_ELECTROLYTE else None
        if whole is not None:
            curves.append((f"{label}, electrolyte", colours[label], False, time, whole, cycles))
        for side, values in enumerate(sides):
            if values is not None and not (side == 1 and _alike(sides[0], values)):
                curves.append((label, colours[label], side == 1, time, values, cycles))
    largest = max((_largest(values) for *_, values, _ in curves), default=0.0)
    if largest == 0.0:
        return None
    printed = length_unit(largest) if unit == "m" else _PRINTED.get(unit, unit)
    series = [
        _curve(
            label + (", side 2" if dashed else ""),
            *_steady(
                time, values if printed == unit else values * (units.factor(unit) / units.factor(printed))
            ),
            slot,
            cycles,
            dashed=dashed,
        )
        for label, slot, dashed, time, values, cycles in curves
    ]
    # A thickness spans decades between a bare and a coated cell; a fraction is always shown as it is.
    axis = Axis(title.capitalize() if not title.startswith("DC") else "DC polarisation", printed)
    axis = log_if_wide(axis, series, 100.0) if unit == "m" else axis
    return Panel(Axis("Time", "h"), axis, tuple(series), height=0.9)


def _curve(
    name: str, time: FloatArray, values: FloatArray, slot: int, cycles: FloatArray, *, dashed: bool
) -> Series:
    """A state as it is, or its mean and band over whole cycles if it swings with them."""
    plain = Series(name, time, values, "line", slot, dashed=dashed)
    if cycles.size < _FEW_CYCLES or time.size < 2 or np.any(np.diff(time) < 0):
        return plain
    edges = cycles[:: max(cycles.size // _MOST_STRETCHES, 1)]
    starts = np.unique(np.concatenate([[0], np.searchsorted(time, edges)]))
    starts = starts[starts < time.size]
    low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    last = np.append(starts[1:], time.size) - 1
    swing = np.median(high - low - np.abs(values[last] - values[starts]))
    if swing <= 0.02 * (values.max() - values.min()):
        return plain
    return Series(name, *_means(time, values, starts), "line", slot, low=low, high=high, dashed=dashed)


def _means(time: FloatArray, values: FloatArray, starts: IntArray) -> tuple[FloatArray, FloatArray]:
    """Middle and mean over time of each stretch of rows; each reaches to the first row of the next."""
    ends = np.append(starts[1:], time.size - 1)
    area = np.concatenate([[0.0], np.cumsum(np.diff(time) * (values[1:] + values[:-1]) / 2)])
    length = time[ends] - time[starts]
    plain = np.where(
        length > 0, (area[ends] - area[starts]) / np.where(length > 0, length, 1.0), values[starts]
    )
    return (time[starts] + time[ends]) / 2, plain


def _steady(time: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Drop rows without a value where the column is filled only now and then."""
    known = np.isfinite(values)
    return (time[known], values[known]) if known.any() else (time, values)


def _alike(first: FloatArray | None, second: FloatArray) -> bool:
    if first is None:
        return False
    largest = max(_largest(first), _largest(second))
    return bool(np.allclose(first, second, rtol=0.0, atol=1e-3 * largest, equal_nan=True))


def _largest(values: FloatArray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0
