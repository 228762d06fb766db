"""How far the layer is turned against the image's rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

STEEPEST_DEG: Final = 20.0
_STEP_DEG: Final = 0.5
_STRIPS: Final = 40


def strip_profiles(grey: FloatArray, strips: int = _STRIPS) -> tuple[FloatArray, FloatArray]:
    """Return mean grey level down each of `strips` vertical strips, shape (strips, rows), and their columns."""
    columns = grey.shape[1]
    ends = np.linspace(0, columns, min(strips, columns) + 1).astype(int)
    sums = np.add.reduceat(grey, ends[:-1], axis=1)
    return (sums / np.diff(ends)).T, 0.5 * (ends[:-1] + ends[1:]) - 0.5


def sheared(profiles: FloatArray, offsets: FloatArray, slope: float) -> FloatArray:
    """Return profiles moved so that what rises by `slope` rows a column lies level; ends are not-a-number."""
    rows = np.arange(profiles.shape[1], dtype=np.float64)
    return np.array(
        [
            np.interp(rows + slope * offset, rows, profile, left=np.nan, right=np.nan)
            for profile, offset in zip(profiles, offsets, strict=True)
        ]
    )


def find_slope(grey: FloatArray) -> float:
    """Return rows by which the layers sink a column, between +-tan(20 deg), where the mean profile is sharpest.

    Parameters
    ----------
    grey : ndarray, shape (rows, columns)
    """
    profiles, columns = strip_profiles(grey)
    offsets = columns - 0.5 * (grey.shape[1] - 1)
    kernel = np.ones(5) / 5.0

    def sharpness(angle: float) -> float:
        moved = sheared(profiles, offsets, float(np.tan(np.deg2rad(angle))))
        enough = np.isfinite(moved).sum(axis=0) >= 0.6 * len(moved)
        if enough.sum() < 16:
            return 0.0
        mean = np.nanmean(moved[:, enough], axis=0)
        edges = np.diff(np.convolve(mean, kernel, mode="valid"))
        # Weak and broad differences are charging, not edges: the square leaves them behind.
        return float(np.sum(edges**2))

    def best(angles: FloatArray) -> float:
        return float(angles[int(np.argmax([sharpness(float(a)) for a in angles]))])

    angle = best(np.arange(-STEEPEST_DEG, STEEPEST_DEG + 1e-9, _STEP_DEG))
    angle = best(angle + np.linspace(-_STEP_DEG, _STEP_DEG, 21))
    return float(np.tan(np.deg2rad(angle)))
