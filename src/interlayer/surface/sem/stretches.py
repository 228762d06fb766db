"""Bare stretches of cracks: short dark lines whose two edges are parallel.

Around every dark point, in every direction, the distance of either edge is read at several places along a short
stretch. A pore, or the neck between two, has edges that curve; those of a crack keep their distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

DIRECTIONS: Final = 24
REACH: Final = 3
"""Half the length of a stretch, pixels."""
FARTHEST: Final = 6.0
"""Largest distance of an edge from the middle, pixels."""
STEP: Final = 0.5
FAINTEST: Final = 0.38
"""Of the pores' depth, that the middle has at least: blur fills what is narrow."""
UNBROKEN: Final = 0.75
"""Darkness of the faintest point of the middle over its mean."""
EDGE: Final = 0.5
"""Of the darkness in the middle, where the edge lies."""
WAVE: Final = 1.5
"""Largest difference of an edge's distances along a stretch, pixels, means of three taken."""
OFF_CENTRE: Final = 1.0
"""Largest distance of the point from the middle of both edges, twice, pixels."""
WIDEST: Final = 7.5
MARGIN: Final = 12
_FINER: Final = 2


@dataclass(frozen=True, eq=False)
class Stretches:
    """One entry a point and direction, shape (stretches,).

    Attributes
    ----------
    row, column : ndarray of int
        Pixel looked at.
    y, x : ndarray
        Place half way between the edges, pixels, whole numbers at pixel centres.
    angle : ndarray
        From the columns' axis towards growing rows, from 0 to pi.
    width : ndarray
        Between the edges, pixels, blur included.
    """

    row: IntArray
    column: IntArray
    y: FloatArray
    x: FloatArray
    angle: FloatArray
    width: FloatArray


class Sampled:
    """An image that can be read between its pixels, to half a pixel; beyond its edges it goes on as it ends."""

    def __init__(self, image: FloatArray) -> None:
        self._shape = image.shape
        padded = np.pad(image, MARGIN, mode="edge")
        fine: Any = ndimage.zoom(padded, _FINER, order=1, grid_mode=True, mode="nearest")
        self._fine: FloatArray = np.asarray(fine, dtype=np.float64)

    def at(self, y: FloatArray, x: FloatArray) -> FloatArray:
        """Return the values at the places given, of their shape."""
        i = np.rint((y + MARGIN + 0.5) * _FINER - 0.5).astype(np.int64)
        j = np.rint((x + MARGIN + 0.5) * _FINER - 0.5).astype(np.int64)
        rows, columns = self._fine.shape
        return self._fine[np.clip(i, 0, rows - 1), np.clip(j, 0, columns - 1)]

    def within(self, y: FloatArray, x: FloatArray) -> FloatArray:
        """Return the same, with 0 beyond the image's edges."""
        rows, columns = self._shape
        inside = (y > -0.5) & (y < rows - 0.5) & (x > -0.5) & (x < columns - 0.5)
        return np.where(inside, self.at(y, x), 0.0)


def bare_stretches(sampled: Sampled, mask: BoolArray) -> Stretches:
    """Return all bare stretches.

    Parameters
    ----------
    sampled : Sampled
        Darkness over the depth of pores, 0 where nothing is looked for.
    mask : ndarray of bool, shape (rows, columns)
        Points that are looked at.
    """
    row, column = np.nonzero(mask)
    along = np.arange(-REACH, REACH + 1, dtype=np.float64)
    found = [_in_direction(sampled, row, column, along, np.pi * k / DIRECTIONS) for k in range(DIRECTIONS)]
    return Stretches(
        *(np.concatenate([getattr(f, name) for f in found]) for name in Stretches.__dataclass_fields__)
    )


def _in_direction(
    sampled: Sampled, row: IntArray, column: IntArray, along: FloatArray, angle: float
) -> Stretches:
    dy, dx = float(np.sin(angle)), float(np.cos(angle))
    y, x = row[:, None] + along * dy, column[:, None] + along * dx
    middle = sampled.within(y, x)
    level = middle.mean(axis=1)
    dark = (level >= FAINTEST) & (middle.min(axis=1) >= np.maximum(FAINTEST, UNBROKEN * level))
    y, x, level = y[dark], x[dark], level[dark]
    left = _edge(sampled, y, x, -dx, dy, level)
    right = _edge(sampled, y, x, dx, -dy, level)
    # An edge that is not met lies at the farthest distance: such stretches are too wide.
    even = (np.ptp(left, axis=1) <= WAVE) & (np.ptp(right, axis=1) <= WAVE)
    left, right = left.mean(axis=1), right.mean(axis=1)
    width, off = left + right, left - right
    good = even & (width <= WIDEST) & (np.abs(off) <= OFF_CENTRE)
    at = np.nonzero(dark)[0][good]
    shift = 0.5 * off[good]
    return Stretches(
        row[at],
        column[at],
        row[at] - shift * dx,
        column[at] + shift * dy,
        np.full(at.size, angle),
        width[good],
    )


def _edge(
    sampled: Sampled, y: FloatArray, x: FloatArray, ny: float, nx: float, level: FloatArray
) -> FloatArray:
    """Distance of the edge along the normal for each place of each stretch, means of three neighbours."""
    across = np.arange(0.0, FARTHEST + 0.01, STEP)
    values = sampled.at(y[:, :, None] + across * ny, x[:, :, None] + across * nx)
    edge = EDGE * level[:, None]
    beyond = values < edge[:, :, None]
    beyond[:, :, -1] = True
    first = np.maximum(np.argmax(beyond, axis=2), 1)
    here = np.take_along_axis(values, first[:, :, None], axis=2)[:, :, 0]
    before = np.take_along_axis(values, first[:, :, None] - 1, axis=2)[:, :, 0]
    part = np.clip((before - edge) / np.maximum(before - here, 1e-6), 0.0, 1.0)
    distance = (first - 1 + part) * STEP
    return (distance[:, :-2] + distance[:, 1:-1] + distance[:, 2:]) / 3.0
