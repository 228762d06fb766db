"""Tougaard's background with the three-parameter cross-section of polymers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xps.backgrounds.tougaard import tougaard

FloatArray = NDArray[np.float64]


def tougaard_u3(energy: FloatArray, intensity: FloatArray) -> FloatArray:
    """Return the background, shape (n,); `energy` is binding energy in eV, rising."""
    return tougaard(energy, intensity, "u3")
