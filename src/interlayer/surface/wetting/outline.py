"""The edge between background and what is in front of it, to fractions of a pixel."""

from __future__ import annotations

from typing import Final

import contourpy
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from interlayer.surface.wetting.background import Background

FloatArray = NDArray[np.float64]

_REACH: Final = 12.0
"""Pixels to each side of the first guess that are looked at."""
_DEEPEST: Final = 7.0
"""Pixels behind the first guess, which is where the edge begins, within which its middle lies."""
_STEP: Final = 0.25
_FAR: Final = round(7.0 / _STEP)
"""Steps before the middle at which the background is sure."""


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
            fine = _refined(_spaced(line), found)
            if len(fine) >= 12:
                made.append(fine)
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
    quarter = round(4.0 / _STEP)
    low_first = np.median(value[:, :quarter], axis=1) < np.median(value[:, -quarter:], axis=1)
    # in a thin layer, or with a highlight, the far side may be low as well: the first guess knows which side is outside
    near = round(1.5 / _STEP)
    centre = len(way) // 2
    low_first = np.where(
        np.abs(value[:, centre - near] - value[:, centre + near]) > 0.2 * found.level,
        value[:, centre - near] < value[:, centre + near],
        low_first,
    )
    value = np.where(low_first[:, None], value, value[:, ::-1])
    sense = np.where(low_first, 1.0, -1.0)
    steep = np.gradient(ndimage.gaussian_filter1d(value, 1.0 / _STEP, axis=1), axis=1)
    inside = (way >= -1.5) & (way <= _DEEPEST)
    window = np.where(inside[None, :], steep, -np.inf)
    greatest = window.max(axis=1)
    # the first edge that is half as steep as any there: behind it lie windows and reflections
    peak = (window[:, 1:-1] >= window[:, :-2]) & (window[:, 1:-1] >= window[:, 2:])
    peak &= window[:, 1:-1] >= 0.5 * greatest[:, None]
    at = np.where(peak.any(axis=1), peak.argmax(axis=1) + 1, window.argmax(axis=1))
    rows = np.arange(len(line))
    columns = np.arange(value.shape[1])
    offset = columns[None, :] - at[:, None]
    outside = _median_where(value, (offset >= -_FAR) & (offset <= -_FAR + quarter // 2))
    plateau = _first_plateau(value, steep, at)
    half = 0.5 * (outside + plateau)
    above = value >= half[:, None]
    crossing = ~above[:, :-1] & above[:, 1:]
    score = np.where(crossing, np.abs(offset[:, :-1] + 0.5), np.inf)
    k = score.argmin(axis=1)
    v0, v1 = value[rows, k], value[rows, k + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        place = way[k] + _STEP * np.where(v1 > v0, (half - v0) / (v1 - v0), 0.5)
    ok = np.isfinite(score[rows, k]) & (score[rows, k] * _STEP < 3.0) & np.isfinite(place) & (greatest > 0)
    place = np.where(ok, place, np.nan)
    moved = line + (sense * place)[:, None] * normal
    good = np.isfinite(moved).all(axis=1)
    # a point that moved otherwise than its neighbours has met something else
    usual = ndimage.median_filter(np.where(good, place, 0.0), 9, mode="nearest")
    good &= np.abs(np.nan_to_num(place) - usual) < 1.5
    return moved[good]


def _first_plateau(value: FloatArray, steep: FloatArray, at: NDArray[np.int64]) -> FloatArray:
    """Level reached behind the edge before it changes otherwise: where it has stopped rising, 6 pixels on at most."""
    columns = np.arange(value.shape[1])
    offset = columns[None, :] - at[:, None]
    top = steep[np.arange(len(at)), at]
    ended = (offset > 0) & ((steep < 0.06 * top[:, None]) | (offset >= round(6.0 / _STEP)))
    k = np.where(ended.any(axis=1), ended.argmax(axis=1), value.shape[1] - 1)
    return value[np.arange(len(at)), k]


def _median_where(value: FloatArray, where: NDArray[np.bool_]) -> FloatArray:
    kept = np.where(where, value, np.nan)
    first = value[:, 0]
    some = where.any(axis=1)
    out = first.copy()
    if some.any():
        out[some] = np.nanmedian(kept[some], axis=1)
    return out
