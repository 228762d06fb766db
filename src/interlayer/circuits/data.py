"""One spectrum made ready for fitting: usable points, weights, scales, and what was found odd."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.errors import InputError
from interlayer.record import Finding

LEAST_POINTS = 5


@dataclass(frozen=True)
class SpectrumData:
    """Usable points of a spectrum, by falling frequency, with weights 1/sigma up to a common factor."""

    frequency_Hz: FloatArray
    impedance_ohm: ComplexArray
    weight: FloatArray
    findings: tuple[Finding, ...] = ()

    @cached_property
    def omega(self) -> FloatArray:
        """Angular frequency in rad/s."""
        return 2.0 * np.pi * self.frequency_Hz

    @cached_property
    def omega_max(self) -> float:
        """Highest angular frequency."""
        return float(self.omega.max())

    @cached_property
    def omega_min(self) -> float:
        """Lowest angular frequency."""
        return float(self.omega.min())

    @cached_property
    def largest(self) -> float:
        """Largest |Z| in ohm."""
        return float(np.abs(self.impedance_ohm).max())

    @cached_property
    def smallest(self) -> float:
        """Smallest |Z| in ohm."""
        return float(np.abs(self.impedance_ohm).min())

    @cached_property
    def scale(self) -> float:
        """Mean square of the weighted impedance: 1 with weights 1/|Z|."""
        return float(np.mean((np.abs(self.impedance_ohm) * self.weight) ** 2))

    @property
    def values(self) -> int:
        """Real numbers in it: two a point."""
        return 2 * self.omega.size


def prepare(
    frequency_Hz: ArrayLike, impedance_ohm: ArrayLike, weighting: str | ArrayLike = "modulus"
) -> SpectrumData:
    """Take the usable points of a spectrum; what is left out is named in the findings.

    Parameters
    ----------
    frequency_Hz, impedance_ohm : array (n,)
        As measured, in any order.
    weighting : 'modulus', 'unit' or array (n,)
        Standard deviation of each point: proportional to |Z|, constant, or given in ohm.

    Raises
    ------
    InputError
        If the lengths differ, the weighting is unknown, or fewer than five points are usable.
    """
    f = np.asarray(frequency_Hz, dtype=np.float64).ravel()
    z = np.asarray(impedance_ohm, dtype=np.complex128).ravel()
    if f.size != z.size:
        raise InputError(f"{f.size} frequencies stand against {z.size} impedances")
    with np.errstate(all="ignore"):
        usable = np.isfinite(f) & (f > 0) & np.isfinite(z.real) & np.isfinite(z.imag) & (np.abs(z) > 0)
    findings: list[Finding] = []
    dropped = int(f.size - usable.sum())
    if dropped:
        detail = f"{dropped} of {f.size} points are blank, zero or without a positive frequency; left out"
        findings.append(Finding("unusable spectrum points", detail, rows=dropped))
    if usable.sum() < LEAST_POINTS:
        raise InputError(
            f"{int(usable.sum())} usable points are too few for a fit", advice=f"at least {LEAST_POINTS}"
        )
    sigma = _sigma(weighting, z)
    order = np.flatnonzero(usable)[np.argsort(-f[usable], kind="stable")]
    f, z, sigma = f[order], z[order], sigma[order]
    if np.any(~np.isfinite(sigma)) or np.any(sigma <= 0):
        raise InputError("standard deviations of impedance points must be positive numbers")
    if f[0] == f[-1]:
        raise InputError("all points have the same frequency")
    if np.mean(z.imag > 0) > 0.6 and np.abs(z.imag).max() > 0.05 * np.abs(z).max():
        findings.append(
            Finding(
                "imaginary part mostly positive",
                "a capacitor has a negative imaginary part; the file may store -Im(Z), or leads dominate",
            )
        )
    return SpectrumData(f, z, 1.0 / sigma, tuple(findings))


def _sigma(weighting: str | ArrayLike, z: ComplexArray) -> FloatArray:
    if isinstance(weighting, str):
        if weighting == "modulus":
            return np.abs(z)
        if weighting == "unit":
            finite = np.abs(z[np.isfinite(z.real) & np.isfinite(z.imag)])
            return np.full(z.shape, float(np.median(finite)))
        raise InputError(f"unknown weighting '{weighting}'", advice="'modulus', 'unit' or an array in ohm")
    sigma = np.asarray(weighting, dtype=np.float64).ravel()
    if sigma.size != z.size:
        raise InputError(f"{sigma.size} standard deviations stand against {z.size} impedances")
    return sigma
