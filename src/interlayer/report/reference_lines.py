"""Texts of reference lines: joined where lines stand close, and put where they cover the least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Axis, Line, Panel
from interlayer.report.ranges import Span

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, right, low, high as shares of the panel."""

_MARGIN: Final = 0.01


@dataclass(frozen=True)
class Seat:
    """A line and the place of its text: on its left or right side (or end), at the top or bottom (or above, below)."""

    line: Line
    left: bool
    high: bool


def joined_lines(panel: Panel, span: Span, room: float) -> list[Line]:
    """Return the lines of a panel; vertical ones closer than `room` (share of the width) share one text.

    The text stands at the first of them; the others keep their line. Lines outside the x axis are left out.
    """
    kept: list[Line] = []
    leader = -1
    for line in sorted(panel.lines, key=lambda one: (one.direction, one.at)):
        if line.direction == "horizontal":
            kept.append(line)
            continue
        place = float(_shares(np.array([line.at]), panel.x, span)[0])
        if not 0 <= place <= 1:
            continue
        if line.text and leader >= 0 and place - _share(kept[leader].at, panel.x, span) < room:
            texts = kept[leader].text.split("; ")
            joined = "; ".join(texts if line.text in texts else [*texts, line.text])
            kept[leader] = replace(kept[leader], text=joined)
            kept.append(replace(line, text=""))
            continue
        kept.append(line)
        if line.text:
            leader = len(kept) - 1
    return kept


def seats(panel: Panel, spans: tuple[Span, Span], letter_wide: float, letter_tall: float) -> list[Seat]:
    """Return the lines of a panel with the places of their texts.

    Each text takes, of its four places, the one that covers least of the curves, of other lines and of texts
    already placed.

    Parameters
    ----------
    panel : Panel
        Its series should be thinned.
    spans : (span, span)
        Ends of the x and the y axis.
    letter_wide, letter_tall : float
        Size of a letter of upright text as shares of the panel's width and height.
    """
    lines = joined_lines(panel, spans[0], 1.6 * letter_tall * _side_ratio(letter_wide, letter_tall))
    curves = [
        (_shares(s.x, panel.x, spans[0]), _shares(s.y, panel.y, spans[1]))
        for s in panel.series
        if not s.is_empty
    ]
    taken: list[Box] = []
    found: list[Seat] = []
    for line in lines:
        if not line.text:
            found.append(Seat(line, left=True, high=True))
            continue
        places = [
            (left, high, _text_box(line, panel, spans, left, high, letter_wide, letter_tall))
            for high in (True, False)
            for left in (True, False)
        ]
        left, high, box = min(places, key=lambda p: _cost(p[2], line, lines, curves, taken, panel, spans))
        taken.append(box)
        found.append(Seat(line, left, high))
    return found


def _side_ratio(letter_wide: float, letter_tall: float) -> float:
    """Width over height shares of a square: a letter is about 0.6 as wide as tall."""
    return letter_wide / 0.6 / letter_tall


def _text_box(
    line: Line, panel: Panel, spans: tuple[Span, Span], left: bool, high: bool, wide: float, tall: float
) -> Box:
    count = len(line.text)
    if line.direction == "horizontal":
        at = _share(line.at, panel.y, spans[1])
        x0 = _MARGIN if left else 1 - _MARGIN - count * wide
        return x0, x0 + count * wide, (at if high else at - 1.3 * tall), (at + 1.3 * tall if high else at)
    at = _share(line.at, panel.x, spans[0])
    across = 1.3 * tall * _side_ratio(wide, tall)
    along = min(count * wide / _side_ratio(wide, tall), 1 - 2 * _MARGIN)
    low = 1 - _MARGIN - along if high else _MARGIN
    return (at - across if left else at), (at if left else at + across), low, low + along


def _cost(
    box: Box,
    line: Line,
    lines: Sequence[Line],
    curves: Sequence[tuple[FloatArray, FloatArray]],
    taken: Sequence[Box],
    panel: Panel,
    spans: tuple[Span, Span],
) -> float:
    left, right, low, high = box
    cost = 20.0 * (max(-left, 0.0) + max(right - 1.0, 0.0) + max(-low, 0.0) + max(high - 1.0, 0.0))
    for x, y in curves:
        inside = y[(x >= left) & (x <= right) & np.isfinite(y)]
        if inside.size:
            cost += max(min(high, float(inside.max())) - max(low, float(inside.min())), 0.0) + 0.05 * bool(
                np.any((inside >= low) & (inside <= high))
            )
    for other in lines:
        if other is line or other.direction != line.direction:
            continue
        if line.direction == "vertical":
            cost += 0.3 * (left < _share(other.at, panel.x, spans[0]) < right)
        else:
            cost += 0.3 * (low < _share(other.at, panel.y, spans[1]) < high)
    for a, b, c, d in taken:
        cost += 2.0 * (min(right, b) > max(left, a) and min(high, d) > max(low, c))
    return cost


def _share(value: float, axis: Axis, span: Span) -> float:
    return float(_shares(np.array([value]), axis, span)[0])


def _shares(values: FloatArray, axis: Axis, span: Span) -> FloatArray:
    """Places along an axis: 0 at its lower end, 1 at its upper."""
    low, high = span
    if axis.scale == "log":
        positive = np.where(values > 0, values, np.nan)
        return np.log10(positive / low) / math.log10(high / low)
    return (values - low) / (high - low)
