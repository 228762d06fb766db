"""Cells compared by group: every cell a point, the median as a mark, an error bar only from three cells on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from interlayer.errors import InputError
from interlayer.report.figure import Axis, Bound, Figure, Panel, Series, Width
from interlayer.report.figures.scales import log_if_wide
from interlayer.report.ranges import panel_ranges

FEWEST_FOR_BAR: Final = 3
"""Cells of a group from which on it has an error bar."""
MOST_ON_SLIDE: Final = 2
_SPREAD: Final = 0.22
_MEDIAN: Final = 0.3
_BAR: Final = 0.36
_ARROW: Final = 0.14
"""Room for an arrow, as a share of the axis."""
MEDIAN, DEVIATION, CELL, LEAST, MOST = "median", "mean ± sd", "cell", "cell, at least", "cell, at most"


@dataclass(frozen=True)
class GroupPoint:
    """One cell's number.

    Attributes
    ----------
    group, label : str
        Of the cell.
    value : float
        In the unit of its quantity.
    low, high : float or None
        Its own error, or the ends of an interval; None if there is none.
    bound : {'>=', '<='} or None
        Censored: the truth lies above, or below.
    """

    group: str
    label: str
    value: float
    low: float | None = None
    high: float | None = None
    bound: Bound | None = None


@dataclass(frozen=True)
class GroupMark:
    """What stands for a group; None where it is not given."""

    median: float | None
    mean: float | None = None
    sd: float | None = None


@dataclass(frozen=True)
class GroupQuantity:
    """One quantity of all cells.

    Attributes
    ----------
    name, unit : str
    points : tuple of GroupPoint
        In the order of the groups.
    marks : mapping of group to GroupMark, or None
        None: computed here from the points.
    """

    name: str
    unit: str
    points: tuple[GroupPoint, ...]
    marks: Mapping[str, GroupMark] | None = None


def groups(
    quantities: Sequence[GroupQuantity],
    *,
    width: Width = "174mm",
    id: str = "groups",
    title: str = "Groups",
    caption: str = "",
) -> Figure:
    """Draw quantities of cells by group, one panel a quantity.

    The order of the groups is that of the first points. A median stands only where it is determined although some
    values are censored; a mean and standard deviation only of three uncensored cells or more.

    Raises
    ------
    InputError
        If these are too many for a slide.
    """
    names = list(dict.fromkeys(point.group for q in quantities for point in q.points))
    if width == "slide" and len(quantities) > MOST_ON_SLIDE:
        raise InputError(
            f"a slide holds {MOST_ON_SLIDE} quantities that can be read, these are {len(quantities)}",
            where=title,
            advice="choose among " + ", ".join(f"'{q.name}'" for q in quantities),
        )
    panels = tuple(_panel(q, names) for q in quantities)
    if not panels:
        panels = (Panel(Axis(""), Axis("Value"), empty="no numbers to compare"),)
    columns = 1 if width == "84mm" else min(len(panels), 2 if len(names) > 4 or len(panels) == 4 else 3)
    if not caption:
        caption = f"Each point is a cell. Mean and standard deviation only from {FEWEST_FOR_BAR} cells on."
    return Figure(id, title, caption, panels, columns, width, share_x=True)


def determined_median(values: Sequence[float], bounds: Sequence[str | None]) -> float | None:
    """Return the median of values of which some are censored, or None where their truth could change it.

    It stands if no lower bound lies below it and no upper bound above it: wherever the truth of these lies beyond
    their bounds, as many values remain on each side.
    """
    if not values:
        return None
    middle = float(np.median(values))
    size = len(values)
    beside = {"<=": -1, None: 0, ">=": 1}
    order = sorted(range(size), key=lambda k: (values[k], beside[bounds[k]]))
    central = {order[(size - 1) // 2], order[size // 2]}
    for k, (value, bound) in enumerate(zip(values, bounds, strict=True)):
        if bound is None:
            continue
        beyond = value >= middle if bound == ">=" else value <= middle
        if k in central or not beyond:
            return None
    return middle


def mark_of(points: Sequence[GroupPoint]) -> GroupMark:
    """Return median, mean and standard deviation of points, each only where it is determined and allowed."""
    values, bounds = [p.value for p in points], [p.bound for p in points]
    median = determined_median(values, bounds)
    if any(bounds) or len(values) < FEWEST_FOR_BAR:
        return GroupMark(median)
    return GroupMark(median, float(np.mean(values)), float(np.std(values, ddof=1)))


def _panel(quantity: GroupQuantity, names: list[str]) -> Panel:
    x = Axis(
        "", range=(-0.6, len(names) - 0.4),
        names=tuple((float(place), name or "no group") for place, name in enumerate(names)),
    )  # fmt: skip
    points: dict[tuple[int, Bound | None], list[tuple[float, GroupPoint]]] = {}
    medians: list[tuple[float, float]] = []
    bars: list[tuple[float, float, float]] = []
    for place, name in enumerate(names):
        members = [p for p in quantity.points if p.group == name and math.isfinite(p.value)]
        for offset, point in zip(_offsets(len(members)), members, strict=True):
            points.setdefault((place, point.bound), []).append((place + offset, point))
        marks = quantity.marks or {}
        mark = mark_of(members) if quantity.marks is None else marks.get(name)
        if mark is None:
            continue
        if len(members) > 1 and mark.median is not None and math.isfinite(mark.median):
            medians.append((place, mark.median))
        if len(members) >= FEWEST_FOR_BAR and mark.mean is not None and mark.sd is not None:
            bars.append((place + _BAR, mark.mean, mark.sd))
    series = [_points(rows, bound) for (_, bound), rows in points.items()]
    if medians:
        at = np.array([[p - _MEDIAN, p + _MEDIAN, p + _MEDIAN] for p, _ in medians]).ravel()
        level = np.array([[m, m, math.nan] for _, m in medians]).ravel()
        series.append(Series(MEDIAN, at, level, "line", 6, heavy=True))
    if bars:
        at, mean, sd = np.array(bars).T
        series.append(Series(DEVIATION, at, mean, "points", 4, mean - sd, mean + sd))
    y = log_if_wide(Axis(quantity.name, quantity.unit), series)
    if y.scale == "log" and any(m - d <= 0 for _, m, d in bars):
        y = replace(y, scale="linear")
    y = replace(y, range=_with_room(y, series))
    return Panel(x, y, tuple(series), empty="no cell has this number")


def _with_room(axis: Axis, series: Sequence[Series]) -> tuple[float, float] | None:
    """Ends of the axis with room for the arrows of censored values."""
    bounds = {one.bound for one in series}
    if not bounds - {None}:
        return None
    low, high = panel_ranges(Panel(Axis(""), axis, tuple(series)))[1]
    if axis.scale == "log":
        reach = (high / low) ** _ARROW
        return (low / reach if "<=" in bounds else low), (high * reach if ">=" in bounds else high)
    reach = _ARROW * (high - low)
    return (low - reach if "<=" in bounds else low), (high + reach if ">=" in bounds else high)


def _offsets(count: int) -> list[float]:
    """Places beside each other around the middle of a group, in the order of the cells."""
    if count == 1:
        return [0.0]
    reach = min(_SPREAD, 0.07 * (count - 1))
    return np.linspace(-reach, reach, count).tolist()


def _points(rows: list[tuple[float, GroupPoint]], bound: Bound | None) -> Series:
    found = [point for _, point in rows]
    low = high = None
    if any(p.low is not None or p.high is not None for p in found):
        low = np.array([p.value if p.low is None else p.low for p in found])
        high = np.array([p.value if p.high is None else p.high for p in found])
    return Series(
        {">=": LEAST, "<=": MOST, None: CELL}[bound],
        np.array([at for at, _ in rows]),
        np.array([p.value for p in found]),
        "points",
        0,
        low,
        high,
        bound=bound,
        hollow=bound is not None,
        texts=tuple(p.label for p in found),
    )
