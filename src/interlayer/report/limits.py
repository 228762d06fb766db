"""Ends of axes set by hand: what lies outside is left out, so that the rest keeps its full resolution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from interlayer.errors import InputError
from interlayer.report.figure import Axis, Figure, Panel, Series

Limits = tuple[float, float]


def limits_of(text: str, option: str) -> Limits:
    """Return the two ends in a text such as '0,100' or '-0.5:0.5'.

    Raises
    ------
    InputError
        If these are not two different finite numbers.
    """
    parts = text.replace(":", ",").replace(";", ",").split(",")
    try:
        low, high = (float(part.strip().replace("\u2212", "-")) for part in parts)
    except ValueError:
        low = high = float("nan")
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise InputError(
            f"'{text}' is no pair of rising numbers", where=option, advice=f"write {option}=0,100"
        )
    return low, high


def with_limits(figure: Figure, x: Limits | None = None, y: Limits | None = None) -> Figure:
    """Return a figure with other ends of the axes that its first panel has.

    Panels with another quantity or unit on an axis keep its ends. Both ends of x given, the ends of y that are not
    follow from what is left to see.

    Raises
    ------
    InputError
        If a limit is not above zero on a logarithmic axis, or the axis has names.
    """
    first = figure.panels[0]
    panels: list[Panel] = []
    for panel in figure.panels:
        if x is not None and _same(panel.x, first.x):
            _refuse(panel.x, x, "--xlim")
            series = tuple(_within(one, x) for one in panel.series)
            # What was set for all of the curve says nothing about the part that is left.
            panel = replace(panel, x=replace(panel.x, range=x), series=series, y=replace(panel.y, range=None))
        if y is not None and _same(panel.y, first.y):
            _refuse(panel.y, y, "--ylim")
            panel = replace(panel, y=replace(panel.y, range=y))
        panels.append(panel)
    return replace(figure, panels=tuple(panels))


def _same(one: Axis, other: Axis) -> bool:
    return (one.label, one.unit) == (other.label, other.unit)


def _refuse(axis: Axis, limits: Limits, option: str) -> None:
    if axis.names:
        raise InputError("this axis has names, no numbers", where=option, advice="leave it out")
    if axis.scale == "log" and limits[0] <= 0:
        raise InputError(
            f"the axis '{axis.text}' is logarithmic, {limits[0]:g} is not above zero",
            where=option,
            advice=f"write {option}={limits[1] / 1000:g},{limits[1]:g}",
        )


def _within(series: Series, limits: Limits) -> Series:
    """The part of a curve inside the limits, with one point more on each side of each part."""
    inside = (series.x >= limits[0]) & (series.x <= limits[1])
    keep = inside.copy()
    if series.style != "points":
        keep[1:] |= inside[:-1]
        keep[:-1] |= inside[1:]
        keep |= _spans(series, limits)
    rows = np.flatnonzero(keep)
    return replace(
        series,
        x=series.x[rows],
        y=series.y[rows],
        low=None if series.low is None else series.low[rows],
        high=None if series.high is None else series.high[rows],
        third=None if series.third is None else series.third[rows],
        texts=tuple(series.texts[row] for row in rows.tolist()) if series.texts else (),
    )


def _spans(series: Series, limits: Limits) -> np.ndarray:
    """Points before and after the limits whose line crosses all of the window."""
    keep = np.zeros(series.x.size, dtype=np.bool_)
    crossing = np.flatnonzero((series.x[:-1] < limits[0]) & (series.x[1:] > limits[1]))
    keep[crossing] = keep[crossing + 1] = True
    return keep
