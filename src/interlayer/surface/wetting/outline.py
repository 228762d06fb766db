"""The edge between background and what is in front of it, to fractions of a pixel."""

from __future__ import annotations

from typing import Final

import contourpy
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from interlayer.surface.wetting.background import Background

FloatArray = NDArray[np.float64]

_REACH: Final = 5.0
"""Pixels to each side of the first guess in which the edge is looked for."""
_STEP: Final = 0.25


def outline(found: Background) -> list[FloatArray]:
    """Return the lines around the background, each (n, 2) of x, y in pixels, one point a pixel or so.

    Each point lies where the distance from the background is half of what it is a few pixels further in.
    """
    near = ndimage.binary_dilation(found.mask, iterations=2)
    # beyond the first pixels what lies inside does not matter: highlights, windows, reflections
    field = np.where(near, found.distance, 10.0 * found.level)
    lines = contourpy.contour_generator(z=np.minimum(field, 10.0 * found.level)).lines(found.level)
    made: list[FloatArray] = []
    for line in lines:
        line = np.asarray(line, dtype=np.float64)
        if len(line) >= 12:
            made.append(_refined(_spaced(line), found))
    return made


def _spaced(line: FloatArray) -> FloatArray:
    """Points at equal ways along a line, about one a pixel."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    keep = np.concatenate([[True], steps > 0])
    at = np.linspace(0.0, way[-1], max(int(way[-1]), 8) + 1)
    return np.column_stack([np.interp(at, way[keep], line[keep, k]) for k in (0, 1)])


def _refined(line: FloatArray, found: Background) -> FloatArray:
    closed = bool(np.hypot(*(line[0] - line[-1])) < 1.5)
    mode = "wrap" if closed else "nearest"
    smooth = ndimage.gaussian_filter1d(line, 2.0, axis=0, mode=mode)
    tangent = np.gradient(smooth, axis=0)
    length = np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-12)
    normal = np.column_stack([tangent[:, 1], -tangent[:, 0]]) / length[:, None]
    way = np.arange(-_REACH, _REACH + 1e-9, _STEP)
    x = line[:, None, 0] + way * normal[:, None, 0]
    y = line[:, None, 1] + way * normal[:, None, 1]
    value = ndimage.map_coordinates(found.distance, [y, x], order=1, mode="nearest")
    quarter = int(round(2.0 / _STEP))
    low_first = value[:, :quarter].mean(axis=1) < value[:, -quarter:].mean(axis=1)
    value = np.where(low_first[:, None], value, value[:, ::-1])
    sense = np.where(low_first, 1.0, -1.0)
    outside = np.minimum(np.median(value[:, : quarter], axis=1), found.level)
    middle = len(way) // 2
    inside = _first_plateau(value, middle)
    half = 0.5 * (outside + inside)
    above = value >= half[:, None]
    # the crossing nearest to the first guess
    crossing = ~above[:, :-1] & above[:, 1:]
    offset = np.abs(way[:-1] + 0.5 * _STEP)
    score = np.where(crossing, offset[None, :], np.inf)
    at = score.argmin(axis=1)
    rows = np.arange(len(line))
    v0, v1 = value[rows, at], value[rows, at + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        place = way[at] + _STEP * np.where(v1 > v0, (half - v0) / (v1 - v0), 0.5)
    place = np.where(np.isfinite(score[rows, at]) & np.isfinite(place), np.clip(place, -_REACH, _REACH), np.nan)
    moved = line + (sense * place)[:, None] * normal
    good = np.isfinite(moved).all(axis=1)
    # a point that moved otherwise than its neighbours has met something else
    usual = ndimage.median_filter(np.where(good, place, 0.0), 9, mode="nearest")
    good &= np.abs(np.nan_to_num(place) - usual) < 1.5
    return moved[good]


def _first_plateau(value: FloatArray, middle: int) -> FloatArray:
    """Level reached behind the edge before it changes again: the first maximum, at most the end."""
    inner = value[:, middle:]
    rising = np.diff(inner, axis=1) > 0.002
    still = ~rising
    run = still[:, :-2] & still[:, 1:-1] & still[:, 2:]
    first = np.where(run.any(axis=1), run.argmax(axis=1), inner.shape[1] - 1)
    return inner[np.arange(len(inner)), np.minimum(first + 1, inner.shape[1] - 1)]
