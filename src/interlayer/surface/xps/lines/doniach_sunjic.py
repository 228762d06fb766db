"""Line of a metal: Doniach and Sunjic's, convolved with a Gaussian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xps.lines.convolution import with_gauss
from interlayer.surface.xps.lines.widths import parts

FloatArray = NDArray[np.float64]


def doniach_sunjic(
    energy: FloatArray,
    centre: FloatArray,
    fwhm: FloatArray,
    lorentz: FloatArray,
    asymmetry: tuple[float, ...] = (0.05,),
) -> FloatArray:
    """Return the line in 1/eV, its tail towards higher binding energy; shape (..., n) for energy (n,).

    Doniach, Sunjic 1970 (doi:10.1088/0022-3719/3/2/010), with t = E - E0 and Lorentzian full width 2 g:
    cos(pi a/2 - (1 - a) atan(t'/g)) / (g^2 + t^2)^((1-a)/2), t' = -t on the binding energy axis.

    Its area is infinite for a > 0. The line is divided by its area within 12 full widths below and 30 above the
    centre; for a = 0 it is then the Voigt line within the wings left out.

    Parameters
    ----------
    asymmetry : tuple of float
        (a,), 0 to 0.5.
    """
    a = asymmetry[0]
    gauss, wide = parts(np.asarray(fwhm, dtype=np.float64), np.asarray(lorentz, dtype=np.float64))
    centres = np.asarray(centre, dtype=np.float64)
    shape = np.broadcast_shapes(centres.shape, gauss.shape, wide.shape)
    flat = [np.broadcast_to(one, shape).ravel() for one in (centres, gauss, wide)]
    rows = [_one(energy.ravel(), float(c), float(g), float(w), a) for c, g, w in zip(*flat, strict=True)]
    return np.array(rows).reshape((*shape[:-1], energy.size) if shape else (energy.size,))


def _one(energy: FloatArray, centre: float, gauss: float, wide: float, a: float) -> FloatArray:
    half = wide / 2.0

    def shape(t: FloatArray) -> FloatArray:
        angle = np.pi * a / 2.0 + (1.0 - a) * np.arctan(t / half)
        return np.cos(angle) / (half**2 + t**2) ** ((1.0 - a) / 2.0)

    total = gauss + wide
    # Near the top the line is sampled finely, its tails coarsely: what is integrated is smooth in asinh(t).
    u = np.linspace(np.arcsinh(-12.0 * total / half), np.arcsinh(30.0 * total / half), 1601)
    area = float(np.trapezoid(shape(half * np.sinh(u)) * half * np.cosh(u), u))
    return with_gauss(shape, energy, centre, gauss, wide) / area
