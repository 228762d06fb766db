"""Resistances of a cell along a series of spectra, each with its error; one panel a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.figures.scales import log_if_wide

FloatArray = NDArray[np.float64]


def resistance_trend(
    x: FloatArray,
    x_axis: tuple[str, str],
    groups: Sequence[tuple[str, str, Mapping[str, tuple[FloatArray, FloatArray]]]],
    *,
    lines: Sequence[Line] = (),
    curves: Sequence[Series] = (),
    id: str = "resistances",
    title: str = "Resistances",
    caption: str = "",
) -> Figure:
    """Draw values with errors against time, cycle or temperature.

    Parameters
    ----------
    x : array (n,)
        In the unit of `x_axis`, a pair of label and unit.
    groups : sequence of (axis label, unit, {name: (values, errors)})
        One panel each; errors that are not finite are not drawn.
    lines : sequence of Line
        In every panel.
    curves : sequence of Series
        Further curves of the last panel.
    """
    panels: list[Panel] = []
    for number, (label, unit, members) in enumerate(groups):
        series: list[Series] = []
        for slot, (name, (value, error)) in enumerate(members.items()):
            if not np.isfinite(value).any():
                continue
            width = np.where(np.isfinite(error), error, 0.0)
            series.append(Series(name, x, value, "linepoints", slot, value - width, value + width))
        if number == len(groups) - 1:
            series += list(curves)
        y = log_if_wide(Axis(label, unit), series)
        panels.append(
            Panel(Axis(*x_axis), y, tuple(series), tuple(lines), empty="not given by these spectra")
        )
    return Figure(
        id, title, caption, tuple(panels), min(len(panels), 2), "174mm" if len(panels) > 1 else "84mm"
    )
