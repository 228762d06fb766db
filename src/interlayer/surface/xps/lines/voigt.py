"""Voigt line: a Lorentzian convolved with a Gaussian, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import wofz

from interlayer.surface.xps.lines.widths import parts

FloatArray = NDArray[np.float64]

_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))


def voigt(
    energy: FloatArray, centre: FloatArray, fwhm: FloatArray, lorentz: FloatArray, asymmetry: tuple[float, ...] = ()
) -> FloatArray:
    """Return the line of unit area in 1/eV; all arrays are broadcast.

    Parameters
    ----------
    energy, centre, fwhm : array
        In eV.
    lorentz : array
        Lorentzian full width over full width, 0 to 1.
    asymmetry : tuple
        None of it is used: the line is symmetric.
    """
    del asymmetry
    gauss, wide = parts(fwhm, lorentz)
    sigma = gauss / _SIGMA
    z = ((energy - centre) + 0.5j * wide) / (sigma * np.sqrt(2.0))
    return wofz(z).real / (sigma * np.sqrt(2.0 * np.pi))
