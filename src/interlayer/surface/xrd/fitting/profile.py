"""Pseudo-Voigt peaks of a powder pattern, summed fast."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

REACH: Final = 12.0
"""A peak is drawn up to so many full widths from its centre."""
FAINT: Final = 0.03


def pseudo_voigt(
    offset: FloatArray, fwhm: FloatArray, eta: float, asymmetry: FloatArray | float = 0.0
) -> FloatArray:
    """Return a peak of unit area: eta Lorentz, the rest Gauss, both of the same full width.

    With an asymmetry a its lower half is (1 + a) times as wide, its upper one (1 - a) times; its top stays.
    """
    side = np.where(offset < 0.0, 1.0 + asymmetry, 1.0 - asymmetry)
    ratio = offset / (fwhm * side)
    lorentz = 2.0 / np.pi / fwhm / (1.0 + 4.0 * ratio * ratio)
    gauss = (
        2.0
        * np.sqrt(np.log(2.0) / np.pi)
        / fwhm
        * np.exp(-4.0 * np.log(2.0) * np.minimum(ratio * ratio, 50.0))
    )
    return eta * lorentz + (1.0 - eta) * gauss


def summed(
    x: FloatArray,
    centre: FloatArray,
    area: FloatArray,
    fwhm: FloatArray,
    eta: float,
    asymmetry: FloatArray,
    reach: float = REACH,
) -> FloatArray:
    """Return the sum of peaks at the points x, shape (n,); peaks of shape (m,), x rising.

    Faint peaks are drawn less far: their feet are below the noise of the strong ones.
    """
    far = np.where(area > FAINT * area.max(initial=0.0), reach, 0.4 * reach)
    points, which = places(x, centre, fwhm, far)
    if not len(points):
        return np.zeros(len(x))
    values = area[which] * pseudo_voigt(x[points] - centre[which], fwhm[which], eta, asymmetry[which])
    return np.bincount(points, weights=values, minlength=len(x)).astype(np.float64)


def places(
    x: FloatArray, centre: FloatArray, fwhm: FloatArray, reach: float | FloatArray
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the points that each peak touches, and the number of its peak, both of shape (k,)."""
    low = np.searchsorted(x, centre - reach * fwhm)
    high = np.searchsorted(x, centre + reach * fwhm)
    count = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(centre)), count)
    before = np.repeat(np.cumsum(count) - count, count)
    return (np.arange(int(count.sum())) - before + low[which]).astype(np.int64), which
