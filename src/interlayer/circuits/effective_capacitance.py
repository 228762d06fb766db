"""Capacitance of an arc whose capacitor is a constant phase element, and which formula it comes from.

Hsu and Mansfeld, Corrosion 57 (2001) 747: time constants distributed through a layer (grains, grain
boundaries, films), C = Q^(1/n) R^((1-n)/n) = tau/R.

Brug, van den Eeden, Sluyters-Rehbach and Sluyters, J. Electroanal. Chem. 176 (1984) 275: time constants
distributed along an electrode's surface, C = Q^(1/n) (1/R_s + 1/R_ct)^((n-1)/n) with the resistance R_s in
series; for a blocking electrode 1/R_ct = 0.

The two agree at n = 1 and differ more the flatter the arc (Hirschorn et al., Electrochim. Acta 55 (2010) 6218).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from interlayer.circuits.elements.base import FloatArray

HSU_MANSFELD = "Hsu-Mansfeld"
BRUG = "Brug"


class EffectiveCapacitance(NamedTuple):
    """A capacitance in F, its standard error (None: unknown), and the formula behind it."""

    value_F: float
    stderr_F: float | None
    method: str


def hsu_mansfeld(R: float, Q: float, n: float, covariance: FloatArray | None = None) -> EffectiveCapacitance:
    """Return (R^(1-n) Q)^(1/n).

    Parameters
    ----------
    R, Q, n : float
        ohm, S s^n, 1; n in (0, 1].
    covariance : array (3, 3), optional
        Of R, Q and n, in this order.
    """
    log = (np.log(Q) + (1.0 - n) * np.log(R)) / n
    slope = np.array([(1.0 - n) / (n * R), 1.0 / (n * Q), -(np.log(Q) + np.log(R)) / n**2])
    return _with_error(float(log), slope, covariance, HSU_MANSFELD)


def brug(
    Q: float, n: float, series: float, R: float | None = None, covariance: FloatArray | None = None
) -> EffectiveCapacitance:
    """Return Q^(1/n) (1/R_s + 1/R)^((n-1)/n), without 1/R for a blocking electrode.

    Parameters
    ----------
    Q, n : float
        S s^n, 1; n in (0, 1].
    series : float
        Resistance in series with the electrode, ohm, > 0.
    R : float, optional
        Charge-transfer resistance, ohm.
    covariance : array, optional
        Of R, Q and n (3, 3), or of Q and n (2, 2) without R; the error of the series resistance is left out.
    """
    conductance = 1.0 / series + (0.0 if R is None else 1.0 / R)
    log = (np.log(Q) + (n - 1.0) * np.log(conductance)) / n
    by_n = -(np.log(Q) - np.log(conductance)) / n**2
    slope = np.array([1.0 / (n * Q), by_n])
    if R is not None:
        slope = np.array([(1.0 - n) / (n * R**2 * conductance), *slope])
    return _with_error(float(log), slope, covariance, BRUG)


def _with_error(
    log: float, slope: FloatArray, covariance: FloatArray | None, method: str
) -> EffectiveCapacitance:
    value = float(np.exp(log))
    if covariance is None:
        return EffectiveCapacitance(value, None, method)
    variance = float(slope @ covariance @ slope)
    known = np.isfinite(variance) and variance > 0
    return EffectiveCapacitance(value, value * float(np.sqrt(variance)) if known else None, method)
