"""Peaks by significance: a kernel without area, so that neither level nor slope of the background counts.

Mariscotti, Nucl. Instrum. Methods 50 (1967) 309, with a Gaussian less its own mean and slope in a window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

FloatArray = NDArray[np.float64]

THRESHOLD: Final = 5.0
"""Standard deviations. A pattern without peaks has some thousand independent places: 5 is passed by chance in less
than one of a hundred of them."""
_WINDOW: Final = 2.0
"""Half the window of the kernel, in full widths."""
_SCALES: Final = (1.0, 1.8)
_FEWEST: Final = 3


@dataclass(frozen=True)
class Peak:
    """A peak.

    Attributes
    ----------
    two_theta_deg : float
    height : float
        Above the local background, in the unit of the intensity.
    significance : float
        Height of the matched kernel over its standard deviation.
    fwhm_deg : float
        Of the kernel that matched best.
    """

    two_theta_deg: float
    height: float
    significance: float
    fwhm_deg: float


def find(
    two_theta_deg: FloatArray,
    intensity: FloatArray,
    variance: FloatArray,
    fwhm_deg: float,
    threshold: float = THRESHOLD,
) -> tuple[Peak, ...]:
    """Return the peaks of a pattern or of a residual, by rising angle.

    Parameters
    ----------
    two_theta_deg, intensity, variance : array, shape (n,)
        Nearly evenly spaced; the variance is that of the intensity.
    fwhm_deg : float
        Width that a peak is expected to have.
    threshold : float
        Least significance.
    """
    step = float(np.median(np.diff(two_theta_deg)))
    best = np.zeros(len(intensity))
    height, width = np.zeros(len(intensity)), np.full(len(intensity), fwhm_deg)
    for scale in _SCALES:
        w = max(fwhm_deg * scale, _FEWEST * step)
        found, tall = significance(intensity, variance, w / step)
        better = found > best
        best = np.where(better, found, best)
        height = np.where(better, tall, height)
        width = np.where(better, w, width)
    inner = (
        np.flatnonzero((best[1:-1] >= best[:-2]) & (best[1:-1] > best[2:]) & (best[1:-1] >= threshold)) + 1
    )
    kept: list[int] = []
    for at in inner[np.argsort(-best[inner])].tolist():
        reach = 0.8 * width[at]
        if all(abs(two_theta_deg[at] - two_theta_deg[other]) > reach for other in kept):
            kept.append(at)
    return tuple(
        Peak(_vertex(two_theta_deg, best, at), float(height[at]), float(best[at]), float(width[at]))
        for at in sorted(kept)
    )


def significance(
    intensity: FloatArray, variance: FloatArray, fwhm_points: float
) -> tuple[FloatArray, FloatArray]:
    """Return significance and height of a peak centred at each point, shape (n,) both."""
    half = max(2, int(np.ceil(_WINDOW * fwhm_points)))
    place = np.arange(-half, half + 1, dtype=np.float64)
    shape = np.exp(-4.0 * np.log(2.0) * (place / fwhm_points) ** 2)
    kernel = shape - shape.mean()
    pad = (half, half)
    middle = float(np.median(intensity))
    y = np.pad(intensity - middle, pad, mode="edge")
    v = np.pad(variance, pad, mode="edge")
    top = fftconvolve(y, kernel[::-1], mode="valid")
    spread = np.sqrt(np.maximum(fftconvolve(v, kernel[::-1] ** 2, mode="valid"), 1e-300))
    norm = float(kernel @ shape)
    found = top / spread
    found[: half // 2] = 0.0
    found[len(found) - half // 2 :] = 0.0
    return found, top / norm


def _vertex(x: FloatArray, y: FloatArray, at: int) -> float:
    """Return the top of the parabola through three points."""
    left, mid, right = y[at - 1], y[at], y[at + 1]
    bend = left - 2.0 * mid + right
    shift = 0.0 if bend >= 0.0 else 0.5 * (left - right) / bend
    return float(x[at] + np.clip(shift, -1.0, 1.0) * 0.5 * (x[at + 1] - x[at - 1]))
