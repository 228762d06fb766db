"""Places of short texts beside points: off the curves, off each other, inside the panel, or not at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Note, Panel
from interlayer.report.ranges import Span, shares

FloatArray = NDArray[np.float64]

# Above first, then the sides, then below: where people write frequencies beside an arc.
_WAYS: Final = ((0, 1), (1, 1), (-1, 1), (1, 0), (-1, 0), (0, -1), (1, -1), (-1, -1))
_DISTANCES: Final = (0.55, 1.4)
"""Gap between point and text, in heights of a letter."""
_STEP: Final = 0.004
_MARGIN: Final = 0.005
_SAID_ONCE: Final = 8.0
"""Distance within which one text stands once, in heights of a letter."""


@dataclass(frozen=True)
class NotePlace:
    """A note and where its text stands.

    Attributes
    ----------
    note : Note
    across, upwards : int
        -1, 0, 1: the text is left of, over or right of the point; below, beside or above it.
    gap : float
        Between point and text, in heights of a letter.
    """

    note: Note
    across: int
    upwards: int
    gap: float


def note_places(
    panel: Panel, spans: tuple[Span, Span], letter_wide: float, letter_tall: float
) -> list[NotePlace]:
    """Return the notes of a panel that find room, each with its place.

    Parameters
    ----------
    panel : Panel
        Its series should be thinned.
    spans : (span, span)
        Ends of the x and the y axis.
    letter_wide, letter_tall : float
        Size of a letter as shares of the panel's width and height.
    """
    if not panel.notes:
        return []
    curves = np.concatenate([np.empty((0, 2)), *(_along(panel, s.x, s.y, spans) for s in panel.series)])
    points = np.column_stack(
        [
            shares(np.array([n.x for n in panel.notes]), panel.x, spans[0]),
            shares(np.array([n.y for n in panel.notes]), panel.y, spans[1]),
        ]
    )
    taken: list[tuple[float, float, float, float]] = []
    found: list[NotePlace] = []
    said: list[tuple[float, float]] = []
    for note, (x, y) in zip(panel.notes, points.tolist(), strict=True):
        if not (0 <= x <= 1 and 0 <= y <= 1) or any(
            one.note.text == note.text and _is_near(here, (x, y), letter_wide, letter_tall)
            for one, here in zip(found, said, strict=True)
        ):
            continue
        for gap, across, upwards in ((g, a, u) for g in _DISTANCES for a, u in _WAYS):
            box = _box(x, y, len(note.text), across, upwards, gap, letter_wide, letter_tall)
            if _is_free(box, taken, curves):
                taken.append(box)
                found.append(NotePlace(note, across, upwards, gap))
                said.append((x, y))
                break
    return found


def _is_near(one: tuple[float, float], other: tuple[float, float], wide: float, tall: float) -> bool:
    """Whether two points lie within a few letters: the same text is not said twice there."""
    return math.hypot((one[0] - other[0]) * 0.6 / wide, (one[1] - other[1]) / tall) < _SAID_ONCE


def _box(
    x: float, y: float, count: int, across: int, upwards: int, gap: float, wide: float, tall: float
) -> tuple[float, float, float, float]:
    width, height = count * wide, 1.15 * tall
    # A gap is as long on the sheet in both directions: a letter is 0.6 as wide as it is tall.
    side = gap * wide / 0.6
    left = x - width / 2 if across == 0 else x + side if across > 0 else x - side - width
    low = y - height / 2 if upwards == 0 else y + gap * tall if upwards > 0 else y - gap * tall - height
    return left, left + width, low, low + height


def _is_free(
    box: tuple[float, float, float, float], taken: list[tuple[float, float, float, float]], curves: FloatArray
) -> bool:
    left, right, low, high = box
    if left < _MARGIN or right > 1 - _MARGIN or low < _MARGIN or high > 1 - _MARGIN:
        return False
    if any(min(right, o[1]) > max(left, o[0]) and min(high, o[3]) > max(low, o[2]) for o in taken):
        return False
    x, y = curves[:, 0], curves[:, 1]
    return not bool(np.any((x >= left) & (x <= right) & (y >= low) & (y <= high)))


def _along(panel: Panel, x: FloatArray, y: FloatArray, spans: tuple[Span, Span]) -> FloatArray:
    """Points along a curve, closer than the smallest text, in shares of the panel."""
    places = np.column_stack([shares(x, panel.x, spans[0]), shares(y, panel.y, spans[1])])
    places = places[np.isfinite(places).all(axis=1)]
    if len(places) < 2 or len(places) > 4000:
        return places
    length = np.hypot(*np.diff(places, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(length)])
    at = np.linspace(0.0, along[-1], min(int(along[-1] / _STEP) + 2, 20_000))
    return np.column_stack([np.interp(at, along, places[:, 0]), np.interp(at, along, places[:, 1])])
