"""Product of a Gaussian and a Lorentzian, GL of CasaXPS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx

FloatArray = NDArray[np.float64]

_LN2 = np.log(2.0)


def gl_product(
    energy: FloatArray,
    centre: FloatArray,
    fwhm: FloatArray,
    lorentz: FloatArray,
    asymmetry: tuple[float, ...] = (),
) -> FloatArray:
    """Return the line of unit area in 1/eV.

    GL(m) of CasaXPS, m = 100 `lorentz`: exp(-4 ln2 (1-m) t^2)/(1 + 4 m t^2) with t = (E - E0)/F. F is the full
    width at half maximum only for m = 0 and 1 (CasaXPS draws it so too); in between the line is narrower.
    The area is closed: integral of exp(-a t^2)/(1 + b t^2) = pi/sqrt(b) erfcx(sqrt(a/b)).
    """
    del asymmetry
    t = (energy - centre) / fwhm
    m = np.clip(lorentz, 1e-9, 1.0)
    a, b = 4.0 * _LN2 * (1.0 - m), 4.0 * m
    area = np.pi / np.sqrt(b) * erfcx(np.sqrt(a / b))
    return np.exp(-a * t**2) / (1.0 + b * t**2) / (area * fwhm)
