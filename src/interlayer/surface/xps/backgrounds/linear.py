"""Straight line between the ends of a region."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

ENDS = 5
"""Points at each end that are averaged."""


def end_levels(intensity: FloatArray) -> tuple[float, float]:
    """Return the mean of the first and of the last points (5, fewer in a short region)."""
    count = max(1, min(ENDS, intensity.size // 10))
    return float(intensity[:count].mean()), float(intensity[-count:].mean())


def linear(energy: FloatArray, intensity: FloatArray) -> FloatArray:
    """Return the background, shape (n,); `energy` is binding energy in eV, rising."""
    low, high = end_levels(intensity)
    return low + (high - low) * (energy - energy[0]) / (energy[-1] - energy[0])
