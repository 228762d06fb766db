"""Pseudo-Voigt line: the sum of a Gaussian and a Lorentzian of the same width, SGL of CasaXPS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_LN2 = np.log(2.0)


def gl_sum(
    energy: FloatArray,
    centre: FloatArray,
    fwhm: FloatArray,
    lorentz: FloatArray,
    asymmetry: tuple[float, ...] = (),
) -> FloatArray:
    """Return the line of unit area in 1/eV; `lorentz` is the share of the Lorentzian in the height, 0 to 1.

    SGL(m) of CasaXPS has `lorentz` = m/100.
    """
    del asymmetry
    t = (energy - centre) / fwhm
    height = (1.0 - lorentz) * np.exp(-4.0 * _LN2 * t**2) + lorentz / (1.0 + 4.0 * t**2)
    area = (1.0 - lorentz) * np.sqrt(np.pi / _LN2) / 2.0 + lorentz * np.pi / 2.0
    return height / (area * fwhm)
