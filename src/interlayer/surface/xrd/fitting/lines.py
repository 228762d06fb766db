"""The lines of one phase as a fit needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.crystal.reflections import (
    Reflections,
    lorentz_polarisation,
    reflections,
)
from interlayer.surface.xrd.library import Phase
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PhaseLines:
    """A phase, its reflections in the range and their intensities.

    Attributes
    ----------
    phase : Phase
    reflections : Reflections
    intensity : array, shape (n,)
        With Lorentz and polarisation factor; a volume fraction times this is an area on the common scale.
    """

    phase: Phase
    reflections: Reflections
    intensity: FloatArray

    def positions(self, cell: Cell, wavelength: float, shift_deg: float) -> FloatArray:
        """Return 2 theta, degrees, shape (n,), displaced by shift_deg cos(theta); not-a-number beyond 180."""
        theta = np.radians(self.reflections.two_theta(wavelength, cell)) / 2.0
        return np.degrees(2.0 * theta) + shift_deg * np.cos(theta)


@lru_cache(maxsize=256)
def _cached(key: str, alpha1: float, anode: str, highest: float) -> PhaseLines:
    from interlayer.surface.xrd.library import library

    return _calculate(library()[key], Radiation(alpha1, anode=anode), highest)


def phase_lines(phase: Phase, radiation: Radiation, highest_deg: float) -> PhaseLines:
    """Return the lines of a phase up to an angle (rounded up to 5 degrees), from a store if it is the package's."""
    from interlayer.surface.xrd.library import library

    highest = float(5.0 * np.ceil((highest_deg + 2.0) / 5.0))
    if library().get(phase.key) is phase:
        return _cached(phase.key, radiation.alpha1, radiation.anode, highest)
    return _calculate(phase, radiation, highest)


def _calculate(phase: Phase, radiation: Radiation, highest: float) -> PhaseLines:
    found = reflections(phase.structure, radiation, highest, lowest_deg=1.0)
    intensity = found.strength * lorentz_polarisation(found.two_theta(radiation.alpha1))
    return PhaseLines(phase, found, intensity)
