"""Smart background: Shirley's, nowhere above the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xps.backgrounds.linear import end_levels
from interlayer.surface.xps.backgrounds.shirley import MOST_ROUNDS, TOLERANCE, running_area

FloatArray = NDArray[np.float64]


def smart(energy: FloatArray, intensity: FloatArray) -> FloatArray:
    """Return Shirley's background with the constraint, in each round, that it does not exceed the data.

    As Thermo Avantage describes it. Noise is evened out (mean of 5) before data and background are compared, else
    the background would follow the lowest points.
    """
    low, high = end_levels(intensity)
    padded = np.pad(intensity, 2, mode="edge")
    level = np.convolve(padded, np.full(5, 0.2), mode="valid")
    background = np.minimum(np.full_like(intensity, low), level)
    for _ in range(MOST_ROUNDS):
        area = running_area(energy, np.maximum(intensity - background, 0.0))
        if not area[-1] > 0.0:
            return np.minimum(np.linspace(low, high, energy.size), level)
        new = np.minimum(low + (high - low) * area / area[-1], level)
        moved = float(np.max(np.abs(new - background)))
        background = new
        if moved <= TOLERANCE * max(abs(high - low), 1.0):
            break
    return background
