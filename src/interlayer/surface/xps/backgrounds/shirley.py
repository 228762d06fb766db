"""Shirley's background: at each energy proportional to the line area at lower binding energy."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xps.backgrounds.linear import end_levels

FloatArray = NDArray[np.float64]

MOST_ROUNDS: Final = 200
TOLERANCE: Final = 1e-8


def running_area(energy: FloatArray, line: FloatArray) -> FloatArray:
    """Return the area at lower binding energy (trapezoids), along the last axis; `energy` rising."""
    step = np.diff(energy)
    pieces = 0.5 * (line[..., 1:] + line[..., :-1]) * step
    zero = np.zeros((*line.shape[:-1], 1))
    return np.concatenate((zero, np.cumsum(pieces, axis=-1)), axis=-1)


def shirley(energy: FloatArray, intensity: FloatArray) -> FloatArray:
    """Return the background of Shirley 1972 (doi:10.1103/PhysRevB.5.4709), iterated after Proctor and Sherwood 1982.

    Parameters
    ----------
    energy, intensity : array, shape (n,)
        Binding energy in eV, rising; any unit.
    """
    low, high = end_levels(intensity)
    background = np.full_like(intensity, low)
    for _ in range(MOST_ROUNDS):
        area = running_area(energy, intensity - background)
        if not abs(area[-1]) > 0.0:
            return np.linspace(low, high, energy.size)
        new = low + (high - low) * area / area[-1]
        moved = float(np.max(np.abs(new - background)))
        background = new
        if moved <= TOLERANCE * max(abs(high - low), 1.0):
            break
    return background
