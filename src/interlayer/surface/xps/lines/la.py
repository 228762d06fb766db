"""LA line of CasaXPS: a Lorentzian with a power of its own on either side, convolved with a Gaussian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import beta

from interlayer.surface.xps.lines.convolution import with_gauss
from interlayer.surface.xps.lines.widths import parts

FloatArray = NDArray[np.float64]


def la(
    energy: FloatArray,
    centre: FloatArray,
    fwhm: FloatArray,
    lorentz: FloatArray,
    asymmetry: tuple[float, ...] = (1.2, 1.5),
) -> FloatArray:
    """Return the line of unit area in 1/eV; shape (..., n) for energy (n,).

    LA(alpha, beta, m): L^alpha above the centre and L^beta below it on the binding energy axis, with
    L = 1/(1 + 4 t^2/F^2), convolved with a Gaussian (Fairley et al. 2021, doi:10.1016/j.apsadv.2021.100112).
    CasaXPS counts m, the width of the Gaussian, in units that are not published; here the Gaussian and F follow
    from `fwhm` and `lorentz` as for a Voigt line. The area is closed: integral of (1 + x^2)^-a over a half line =
    B(1/2, a - 1/2)/2, finite for exponents > 1/2.

    Parameters
    ----------
    asymmetry : tuple of float
        (alpha, beta), each > 0.5; alpha < beta has the tail at higher binding energy.
    """
    above, below = asymmetry[0], asymmetry[1]
    gauss, wide = parts(np.asarray(fwhm, dtype=np.float64), np.asarray(lorentz, dtype=np.float64))
    centres = np.asarray(centre, dtype=np.float64)
    shape = np.broadcast_shapes(centres.shape, gauss.shape, wide.shape)
    flat = [np.broadcast_to(one, shape).ravel() for one in (centres, gauss, wide)]
    unit = float(beta(0.5, above - 0.5) + beta(0.5, below - 0.5)) / 4.0

    def one(c: float, g: float, f: float) -> FloatArray:
        def line(t: FloatArray) -> FloatArray:
            return (1.0 + 4.0 * (t / f) ** 2) ** -np.where(t >= 0.0, above, below)

        return with_gauss(line, energy.ravel(), c, g, f) / (unit * f)

    rows = [one(float(c), float(g), float(f)) for c, g, f in zip(*flat, strict=True)]
    return np.array(rows).reshape((*shape[:-1], energy.size) if shape else (energy.size,))
