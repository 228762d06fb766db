"""How a camera turned light into numbers, read off the blurred edge itself.

A blurred edge is symmetric in the light that fell on the sensor. Cameras store its power 1/gamma: the half between
dark and bright then lies beside the edge, by a pixel and more where the lens is soft. The gamma that makes the median
profile across the edge symmetric is undone before the edge is placed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize, special

FloatArray = NDArray[np.float64]

MOST: Final = 2.6
_GAMMAS: Final = np.array([1.0, 1.4, 1.8, 2.2, 2.6])
_WIDTHS: Final = (0.5, 0.7, 0.9, 1.1, 1.4, 1.7, 2.0, 2.4, 2.8, 3.4)
_REACH: Final = 14.0
"""Pixels to each side: twice what a soft lens needs, so that a slope beside the edge is not taken for its skewness."""
_STEP: Final = 0.25
_FEWEST: Final = 60
_LEAST_CONTRAST: Final = 0.08
_PARTS: Final = 4
UNKNOWN: Final = 0.6
"""Standard deviation of gamma over cameras, 1 to 2.2: what is not known of one whose edges do not tell."""


@dataclass(frozen=True)
class Light:
    """What an edge tells of camera and lens.

    Attributes
    ----------
    gamma, error : float
        Its standard deviation; 1.6 and 0.6 where the edge does not tell.
    blur_px : float
        Standard deviation of the blur.
    dark, bright : float
        Stored numbers on both sides.
    """

    gamma: float
    error: float
    blur_px: float = 1.0
    dark: float = 0.2
    bright: float = 0.8

    @property
    def shift_px(self) -> float:
        """By how much the edge lies elsewhere, towards the dark side, if gamma is larger by one standard deviation."""
        placed = (0.5 * (self.dark**self.gamma + self.bright**self.gamma)) ** (1.0 / self.gamma)
        other = (
            min(self.gamma + self.error, MOST) if self.gamma + self.error < MOST else self.gamma - self.error
        )
        share = (placed**other - self.dark**other) / max(self.bright**other - self.dark**other, 1e-9)
        return abs(float(special.ndtri(np.clip(share, 0.02, 0.98)))) * self.blur_px


def light_of(image: FloatArray, edge: FloatArray) -> Light:
    """Return the gamma that makes an edge symmetric, and the blur.

    Parameters
    ----------
    image : array, shape (height, width, 3)
        As stored, 0 to 1.
    edge : array (n, 2)
        x and y, in order along the drop, more than a dozen pixels from its baseline.
    """
    unknown = Light(0.5 * (1.0 + 2.2), UNKNOWN)
    if len(edge) < _FEWEST:
        return unknown
    way, value = _profiles(image.mean(axis=2), edge)
    whole = np.median(value, axis=0)
    if whole[-1] - whole[0] < _LEAST_CONTRAST:
        return unknown
    width = min(_WIDTHS, key=lambda w: float(np.sum(_off(way, whole, 1.5, w, 0.0) ** 2)))
    inner = np.abs(way) <= min(max(4.0 * width + 1.5, 4.0), _REACH)
    way, value = way[inner], value[:, inner]
    whole = np.median(value, axis=0)
    best = _best(way, whole, width)
    # stretches of the edge, each with its own lights and noise
    parts = [_best(way, np.median(part, axis=0), width) for part in np.array_split(value, _PARTS)]
    error = float(np.std(parts, ddof=1)) / np.sqrt(_PARTS)
    return Light(best, float(np.hypot(min(error, UNKNOWN), 0.1)), width, float(whole[0]), float(whole[-1]))


def _profiles(grey: FloatArray, edge: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Brightness across the edge, dark side first, shape (n, m), at `way` (m,) pixels from it."""
    way = np.arange(-_REACH, _REACH + 1e-9, _STEP)
    # where the edge is smooth its own scatter would only widen the profile
    line = ndimage.gaussian_filter1d(edge, 3.0, axis=0, mode="nearest")
    tangent = np.gradient(line, axis=0)
    length = np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)
    normal = np.column_stack([tangent[:, 1], -tangent[:, 0]]) / length[:, None]
    offset = np.sum((line - edge) * normal, axis=1)
    place = edge + offset[:, None] * normal
    x = place[:, None, 0] + way * normal[:, None, 0]
    y = place[:, None, 1] + way * normal[:, None, 1]
    value = ndimage.map_coordinates(grey, [y, x], order=1, mode="nearest")
    middle = len(way) // 2
    turned = value[:, :middle].mean(axis=1) > value[:, middle + 1 :].mean(axis=1)
    # one side is the drop: the same for all
    return way, value[:, ::-1] if np.mean(turned) > 0.5 else value


def _off(way: FloatArray, profile: FloatArray, gamma: float, width: float, centre: float) -> FloatArray:
    """Misfit of a step between two slopes, blurred by a Gaussian, in stored numbers."""
    v = np.maximum(profile, 1e-3)
    # errors are those of the stored numbers
    weight = 1.0 / (gamma * v ** (gamma - 1.0))
    light = v**gamma
    d = way - centre
    up = special.ndtr(d / width)
    a = np.column_stack([1.0 - up, d * (1.0 - up), up, d * up]) * weight[:, None]
    c = np.linalg.lstsq(a, light * weight, rcond=None)[0]
    return a @ c - light * weight


def _best(way: FloatArray, profile: FloatArray, width: float) -> float:
    """Gamma at the least misfit, between the tried ones by a parabola."""
    cost: list[float] = []
    for gamma in _GAMMAS.tolist():

        def off(p: FloatArray, gamma: float = gamma) -> FloatArray:
            return _off(way, profile, gamma, max(abs(float(p[0])), 0.3), float(p[1]))

        found = optimize.least_squares(off, [width, 0.0], max_nfev=10, diff_step=1e-3)
        cost.append(float(found.cost))
    k = min(max(int(np.argmin(cost)), 1), len(cost) - 2)
    a, b, c = np.polyfit(_GAMMAS[k - 1 : k + 2], cost[k - 1 : k + 2], 2)
    del c
    return float(np.clip(-b / (2.0 * a), 1.0, MOST)) if a > 0 else float(_GAMMAS[int(np.argmin(cost))])
