"""Voigt line: a Lorentzian convolved with a Gaussian, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import wofz

from interlayer.surface.xps.lines.widths import A, B, parts

FloatArray = NDArray[np.float64]

_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))


def voigt(
    energy: FloatArray,
    centre: FloatArray,
    fwhm: FloatArray,
    lorentz: FloatArray,
    asymmetry: tuple[float, ...] = (),
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


def voigt_slopes(
    energy: FloatArray, centre: FloatArray, fwhm: FloatArray, lorentz: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the line and its derivatives by centre, by ln(fwhm) and by the Lorentzian share.

    With w(z) of Faddeeva and w' = -2 z w + 2i/sqrt(pi).
    """
    gauss, wide = parts(fwhm, lorentz)
    sigma, half = gauss / _SIGMA, wide / 2.0
    root = sigma * np.sqrt(2.0)
    z = ((energy - centre) + 1j * half) / root
    w = wofz(z)
    slope = -2.0 * z * w + 2.0j / np.sqrt(np.pi)
    height = 1.0 / (sigma * np.sqrt(2.0 * np.pi))
    line = w.real * height
    by_half = -slope.imag / root * height
    by_sigma = -(line + (slope * z).real * height) / sigma
    gauss_by_share = fwhm**2 * (-A * (1.0 - A * lorentz) - B * lorentz) / gauss
    return (
        line,
        -slope.real / root * height,
        by_sigma * sigma + by_half * half,
        by_sigma * gauss_by_share / _SIGMA + by_half * fwhm / 2.0,
    )
