"""Texts of reference lines: joined where lines stand close, and put where they cover the least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Line, Panel
from interlayer.report.ranges import Span, shares

FloatArray = NDArray[np.float64]

_MARGIN: Final = 0.01


@dataclass(frozen=True)
class Seat:
    """A text and its place.

    Attributes
    ----------
    text : str
        What is written; may be empty.
    at : float
        Place on the axis that its line cuts.
    vertical : bool
        Whether it is written upright, along a vertical line.
    left, high : bool
        Left or right of a vertical line and at its top or bottom; at the left or right end of a horizontal
        line and above or below it.
    """

    text: str
    at: float
    vertical: bool
    left: bool
    high: bool


@dataclass
class _Group:
    """Lines that share one text; only vertical ones can be several."""

    lines: list[Line]
    texts: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        return "; ".join(self.texts)


@dataclass(frozen=True)
class _Box:
    """A rectangle in shares of the panel."""

    left: float
    right: float
    low: float
    high: float

    def overlaps(self, other: _Box) -> bool:
        return (
            min(self.right, other.right) > max(self.left, other.left)
            and min(self.high, other.high) > max(self.low, other.low)
        )  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """What decides between the places of a text."""

    panel: Panel
    spans: tuple[Span, Span]
    wide: float
    tall: float

    def x(self, value: float) -> float:
        return float(shares(np.array([value]), self.panel.x, self.spans[0])[0])

    def y(self, value: float) -> float:
        return float(shares(np.array([value]), self.panel.y, self.spans[1])[0])

    @property
    def ratio(self) -> float:
        """Width over height of a square, both as shares: a letter is 0.6 as wide as it is tall."""
        return self.wide / 0.6 / self.tall

    def box(self, seat: Seat) -> _Box:
        count = len(seat.text)
        if not seat.vertical:
            at, left = self.y(seat.at), _MARGIN if seat.left else 1 - _MARGIN - count * self.wide
            low = at if seat.high else at - 1.3 * self.tall
            return _Box(left, left + count * self.wide, low, low + 1.3 * self.tall)
        at, across = self.x(seat.at), 1.3 * self.tall * self.ratio
        along = min(count * self.wide / self.ratio, 1 - 2 * _MARGIN)
        low, left = 1 - _MARGIN - along if seat.high else _MARGIN, at - across if seat.left else at
        return _Box(left, left + across, low, low + along)


def seats(panel: Panel, spans: tuple[Span, Span], letter_wide: float, letter_tall: float) -> list[Seat]:
    """Return the texts of a panel's reference lines with their places.

    Vertical lines closer than a letter share one text. Each text takes, of its four places, the one that covers
    least of the curves, of other lines and of texts already placed. Lines outside the axes have no text.

    Parameters
    ----------
    panel : Panel
        Its series should be thinned.
    spans : (span, span)
        Ends of the x and the y axis.
    letter_wide, letter_tall : float
        Size of a letter of upright text as shares of the panel's width and height.
    """
    place = _Place(panel, spans, letter_wide, letter_tall)
    curves = [
        (shares(s.x, panel.x, spans[0]), shares(s.y, panel.y, spans[1]))
        for s in panel.series
        if not s.is_empty
    ]
    taken: list[_Box] = []
    found: list[Seat] = []
    for group in _groups(place):
        first, last = group.lines[0], group.lines[-1]
        vertical = first.direction == "vertical"
        choices = [
            Seat(group.text, first.at if left else last.at, vertical, left, high)
            for high in (True, False)
            for left in (True, False)
        ]
        best = min(choices, key=lambda seat: _cost(place, place.box(seat), group, curves, taken))
        taken.append(place.box(best))
        found.append(best)
    return found


def _groups(place: _Place) -> list[_Group]:
    room = 1.6 * place.tall * place.ratio
    found: list[_Group] = []
    for line in sorted(place.panel.lines, key=lambda one: (one.direction, one.at)):
        vertical = line.direction == "vertical"
        if not line.text or not 0 <= (place.x(line.at) if vertical else place.y(line.at)) <= 1:
            continue
        near = found[-1] if found else None
        if (
            vertical
            and near is not None
            and near.lines[-1].direction == "vertical"
            and place.x(line.at) - place.x(near.lines[-1].at) < room
        ):
            near.lines.append(line)
            if line.text not in near.texts:
                near.texts.append(line.text)
        else:
            found.append(_Group([line], [line.text]))
    return found


def _cost(
    place: _Place,
    box: _Box,
    group: _Group,
    curves: Sequence[tuple[FloatArray, FloatArray]],
    taken: Sequence[_Box],
) -> float:
    """How much a text at `box` hides; leaving the panel is the worst."""
    outside = max(-box.left, 0.0) + max(box.right - 1.0, 0.0) + max(-box.low, 0.0) + max(box.high - 1.0, 0.0)
    cost = 20.0 * outside + 2.0 * sum(box.overlaps(other) for other in taken)
    for x, y in curves:
        inside = y[(x >= box.left) & (x <= box.right) & np.isfinite(y)]
        if inside.size:
            cost += max(min(box.high, float(inside.max())) - max(box.low, float(inside.min())), 0.0)
            cost += 0.05 * bool(np.any((inside >= box.low) & (inside <= box.high)))
    for line in place.panel.lines:
        if any(line is own for own in group.lines):
            continue
        if line.direction == "vertical":
            cost += 0.3 * (box.left < place.x(line.at) < box.right)
        else:
            cost += 0.3 * (box.low < place.y(line.at) < box.high)
    return cost
