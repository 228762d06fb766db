"""Convolution of a line with a Gaussian on a grid of its own, fine enough for the narrowest part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

FloatArray = NDArray[np.float64]

_PER_WIDTH: Final = 12
"""Grid points within the narrower of the two widths."""
_MOST: Final = 20_000


def with_gauss(
    shape: Callable[[FloatArray], FloatArray], energy: FloatArray, centre: float, gauss: float, width: float
) -> FloatArray:
    """Return `shape` convolved with a Gaussian of unit area.

    Parameters
    ----------
    shape : callable
        Of the distance from the centre in eV.
    energy : array, shape (n,)
        In eV.
    centre, gauss, width : float
        Centre, full width of the Gaussian and of the shape, in eV.
    """
    if gauss < 1e-3 * width:
        return shape(energy - centre)
    reach = 3.0 * gauss
    low, high = float(energy.min()) - centre - reach, float(energy.max()) - centre + reach
    # A multiple of the step lies at 0, so that the top of the line is on the grid.
    step = max(min(gauss, width) / _PER_WIDTH, (high - low) / _MOST)
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    t = np.asarray(np.arange(first, last + 1) * step, dtype=np.float64)
    half = int(np.ceil(reach / step))
    k = np.arange(-half, half + 1) * step
    kernel = np.exp(-4.0 * np.log(2.0) * (k / gauss) ** 2)
    smooth = fftconvolve(shape(t), kernel / kernel.sum(), mode="same")
    return np.interp(energy - centre, t, smooth)
