"""The life of a full cell: capacity and coulombic efficiency against the number of the cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from interlayer.report.figure import Axis, Figure, Panel, Series
from interlayer.report.figures.common import Published, Trace, published_series, slots_of, trace_series

_MOST_MARKED: Final = 60
"""Cycles up to which each has a marker."""


def cycle_life(
    discharge: Sequence[Trace],
    efficiency: Sequence[Trace] = (),
    *,
    charge: Sequence[Trace] = (),
    unit: str = "mAh/g",
    published: Sequence[Published] = (),
    slots: dict[str, int] | None = None,
    id: str = "cycle-life",
    title: str = "Capacity and coulombic efficiency of each cycle",
    caption: str = "",
) -> Figure:
    """Draw capacity against cycle, and below it the coulombic efficiency if there is any.

    Parameters
    ----------
    discharge, charge : sequence of Trace
        x is the number of the cycle, y a capacity in C/kg (or C, with `unit` 'mAh'). Charges are dashed.
    efficiency : sequence of Trace
        y as a fraction.
    published : sequence of Published
        x a number of a cycle, y a capacity in the same unit as `discharge`.
    """
    colours = slots_of([t.label for t in (*discharge, *charge, *efficiency)], slots)
    both = bool(charge)
    capacity = [_series(t, unit, colours, "discharge" if both else "") for t in discharge]
    capacity += [replace(_series(t, unit, colours, "charge"), dashed=True) for t in charge]
    capacity += published_series(published, "1", unit, colours)
    name = "Capacity" if both else "Discharge capacity"
    x = Axis("Cycle", range=_range([*discharge, *charge, *efficiency], published))
    panels = [Panel(x, Axis(name, unit), tuple(capacity), empty="no charge and no discharge")]
    if any(np.size(t.x) for t in efficiency):
        shown = tuple(_series(t, "%", colours, "") for t in efficiency if np.size(t.x))
        panels.append(Panel(x, Axis("Coulombic efficiency", "%"), shown, height=0.7))
    return Figure(id, title, caption, tuple(panels), 1, share_x=True)


def _range(traces: Sequence[Trace], published: Sequence[Published]) -> tuple[float, float] | None:
    """Return ends that hold for both panels: the labels stand below the lower one only."""
    numbers = np.concatenate([*(np.asarray(t.x, dtype=np.float64) for t in traces), [p.x for p in published]])
    if not numbers.size:
        return None
    low, high = float(numbers.min()), float(numbers.max())
    margin = max(0.02 * (high - low), 0.5)
    return low - margin, high + margin


def _series(trace: Trace, unit: str, colours: dict[str, int], way: str) -> Series:
    style = "linepoints" if np.size(trace.x) <= _MOST_MARKED else "line"
    series = trace_series(trace, "1", unit, colours[trace.label], style)
    return replace(series, name=", ".join(part for part in (trace.label, way) if part))
