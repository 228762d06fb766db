"""How a camera turned light into numbers, read off the blurred edge itself.

A blurred edge is symmetric in the light that fell on the sensor. Cameras store its power 1/gamma: the half between
dark and bright then lies beside the edge, by a pixel and more where the lens is soft. The gamma that makes the mean
profile across the edge symmetric is undone before the edge is placed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

FloatArray = NDArray[np.float64]

_GAMMAS: Final = np.linspace(1.0, 2.4, 8)
_WIDTHS: Final = (0.5, 0.7, 0.9, 1.1, 1.4, 1.7, 2.0, 2.4, 2.8)
_CENTRES: Final = np.linspace(-2.0, 2.0, 21)
_INNER: Final = 5.0
_REACH: Final = 7.0
_STEP: Final = 0.25
_FEWEST: Final = 60
_LEAST_CONTRAST: Final = 0.12


def gamma_of(image: FloatArray, lines: list[FloatArray]) -> float:
    """Return the gamma that makes edges symmetric, 1 where they do not tell.

    Parameters
    ----------
    image : array, shape (height, width, 3)
        As stored, 0 to 1.
    lines : list of array (n, 2)
        Edge of the drop, x and y.
    """
    grey = image.mean(axis=2)
    profiles: list[FloatArray] = []
    way = np.arange(-_REACH, _REACH + 1e-9, _STEP)
    for line in lines:
        if len(line) < 20:
            continue
        tangent = np.gradient(ndimage.gaussian_filter1d(line, 3.0, axis=0), axis=0)
        length = np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)
        normal = np.column_stack([tangent[:, 1], -tangent[:, 0]]) / length[:, None]
        x = line[:, None, 0] + way * normal[:, None, 0]
        y = line[:, None, 1] + way * normal[:, None, 1]
        value = ndimage.map_coordinates(grey, [y, x], order=1, mode="nearest")
        value = np.where(
            (value[:, :4].mean(axis=1) < value[:, -4:].mean(axis=1))[:, None], value, value[:, ::-1]
        )
        profiles.append(value)
    if not profiles:
        return 1.0
    value = np.concatenate(profiles)
    low, high = np.median(value[:, :6], axis=1), np.median(value[:, -6:], axis=1)
    # flat on both sides: no highlight, window or reflection near
    flat = (np.ptp(value[:, :8], axis=1) < 0.08 * (high - low)) & (
        np.ptp(value[:, -8:], axis=1) < 0.08 * (high - low)
    )
    good = flat & (high - low > _LEAST_CONTRAST)
    if good.sum() < _FEWEST:
        return 1.0
    return _best(way, _aligned(way, value[good]))


def _aligned(way: FloatArray, value: FloatArray) -> FloatArray:
    """Median profile of edges laid on their half values, without what differs from place to place."""
    low, high = np.median(value[:, :6], axis=1)[:, None], np.median(value[:, -6:], axis=1)[:, None]
    share = (value - low) / (high - low)
    half = np.clip((share >= 0.5).argmax(axis=1), 1, share.shape[1] - 1)
    rows = np.arange(len(share))
    v0, v1 = share[rows, half - 1], share[rows, half]
    place = half - 1 + (0.5 - v0) / np.where(v1 > v0, v1 - v0, 1.0)
    index = np.clip(place[:, None] + (way / _STEP)[None, :], 0, share.shape[1] - 1.001)
    k = index.astype(int)
    w = index - k
    return np.median(value[rows[:, None], k] * (1 - w) + value[rows[:, None], k + 1] * w, axis=0)


def _best(way: FloatArray, profile: FloatArray) -> float:
    """Gamma of the step, blurred by a Gaussian between two slopes, that describes the profile best."""
    inner = np.abs(way) <= _INNER
    x, v = way[inner], np.maximum(profile[inner], 1e-3)
    best = (np.inf, 1.0)
    for gamma in _GAMMAS.tolist():
        light = v**gamma
        # errors are those of the stored numbers
        weight = 1.0 / (gamma * v ** (gamma - 1.0))
        for width in _WIDTHS:
            for centre in _CENTRES:
                d = x - centre
                up = special.ndtr(d / width)
                a = np.column_stack([1.0 - up, d * (1.0 - up), up, d * up])
                c, *_ = np.linalg.lstsq(a * weight[:, None], light * weight, rcond=None)
                off = float(np.sum(((a @ c - light) * weight) ** 2))
                if off < best[0]:
                    best = (off, gamma)
    return best[1]
