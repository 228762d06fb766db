"""How much a pattern scatters: from counting, from the file's errors, or from neighbouring points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.pattern import Pattern

FloatArray = NDArray[np.float64]

_MEDIAN_CHI2: Final = 0.4549364
"""Median of chi-square with one degree of freedom."""
_FAR: Final = 3
_SMOOTHED: Final = 2.0
_SUBTRACTED: Final = 0.01


@dataclass(frozen=True)
class Noise:
    """Scatter of a pattern.

    Attributes
    ----------
    variance : array, shape (n,)
        Of the intensity, its unit squared.
    gain : float
        Variance over intensity: 1 for counts.
    origin : str
        In words.
    smoothed : bool
        Neighbouring points agree better than points further apart: the pattern was smoothed.
    """

    variance: FloatArray
    gain: float
    origin: str
    smoothed: bool = False


def noise(pattern: Pattern) -> Noise:
    """Return the scatter of a pattern.

    Errors of the file are taken if there are any; counts have their own variance, raised where the points scatter
    more than that. For other units the variance is proportional to the intensity, with the factor at which second
    differences of neighbouring points have their median.
    """
    y = pattern.intensity
    level = _level(y)
    near, far = _gain(y, level, 1), _gain(y, level, _FAR)
    smoothed = far > _SMOOTHED * near
    gain = far if smoothed else near
    if pattern.sigma is not None:
        floor = max(float(np.median(pattern.sigma)) * 1e-3, 1e-300)
        return Noise(np.maximum(pattern.sigma, floor) ** 2, gain, "errors of the file", smoothed)
    if np.mean(y < 0.0) > _SUBTRACTED:
        # A background was taken off: what is left says nothing of how much was counted.
        second = np.abs(y[:-2] - 2.0 * y[1:-1] + y[2:])
        spread = float(np.median(second)) / 0.6745 / np.sqrt(6.0)
        return Noise(
            np.full(len(y), max(spread, 1e-300) ** 2), 1.0, "scatter, background was subtracted", smoothed
        )
    if pattern.intensity_unit == "counts":
        used = max(1.0, gain) if gain > 1.25 or smoothed else 1.0
        origin = (
            "counting statistics"
            if used == 1.0
            else f"{used:.3g} times counting statistics (from the scatter)"
        )
        return Noise(used * level, used, origin, smoothed)
    return Noise(gain * level, gain, "scatter of neighbouring points", smoothed)


def _level(y: FloatArray) -> FloatArray:
    """Return intensities averaged over five points and kept above zero: the variance of counts is their mean."""
    kernel = np.full(5, 0.2)
    padded = np.pad(y, 2, mode="edge")
    mean = np.convolve(padded, kernel, mode="valid")
    positive = mean[mean > 0.0]
    floor = max(0.05 * float(np.median(positive)), 1e-12) if positive.size else 1.0
    return np.maximum(mean, floor)


def _gain(y: FloatArray, level: FloatArray, lag: int) -> float:
    if len(y) < 2 * lag + 5:
        return 1.0
    second = y[: -2 * lag] - 2.0 * y[lag:-lag] + y[2 * lag :]
    expected = level[: -2 * lag] + 4.0 * level[lag:-lag] + level[2 * lag :]
    value = float(np.median(second**2 / expected)) / _MEDIAN_CHI2
    return value if value > 0.0 else 1e-12
