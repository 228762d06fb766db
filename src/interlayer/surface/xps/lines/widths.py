"""Gaussian and Lorentzian parts of a Voigt line of given full width at half maximum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

A, B = 0.5346, 0.2166
"""Olivero, Longbothum 1977 (doi:10.1016/0022-4073(77)90161-3): the full width is right within 0.02 %."""


def parts(fwhm: FloatArray, lorentz: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the Gaussian and the Lorentzian full width of a Voigt line.

    Parameters
    ----------
    fwhm : array
        Full width at half maximum in eV.
    lorentz : array
        Lorentzian full width over `fwhm`, 0 to 1.

    Returns
    -------
    gauss, lorentz : array
        In eV, broadcast.
    """
    wide = fwhm * lorentz
    rest = np.maximum((fwhm - A * wide) ** 2 - B * wide**2, (1e-4 * fwhm) ** 2)
    return np.sqrt(rest), np.maximum(wide, 1e-6 * fwhm)
