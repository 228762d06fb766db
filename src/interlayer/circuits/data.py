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
LEAST_PART = 0.01
"""Smallest standard deviation of a part under proportional weighting, over |Z|."""


@dataclass(frozen=True)
class SpectrumData:
    """Usable points of a spectrum, by falling frequency, with weights 1/sigma up to a common factor.

    `weight` is that of the real part; that of the imaginary part is `imag_share` times it.
    """

    frequency_Hz: FloatArray
    impedance_ohm: ComplexArray
    weight: FloatArray
    imag_share: FloatArray
    findings: tuple[Finding, ...] = ()

    def weighted(self, z: ComplexArray) -> FloatArray:
        """Weighted real parts, then imaginary parts, of impedances (..., n): shape (..., 2 n)."""
        return np.concatenate([z.real * self.weight, z.imag * (self.weight * self.imag_share)], axis=-1)

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
        return 2.0 * float(np.mean(self.weighted(self.impedance_ohm) ** 2))

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
    weighting : 'modulus', 'unit', 'proportional' or array (n,)
        Standard deviation of each point: proportional to |Z|, constant, that of each part proportional to the
        part itself (but at least to `LEAST_PART` |Z|, lest a part that crosses zero decides everything), or
        measured, in ohm; complex if the two parts have different ones.

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
    if np.any(~np.isfinite(sigma)) or np.any(sigma.real <= 0) or np.any(sigma.imag <= 0):
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
    return SpectrumData(f, z, 1.0 / sigma.real, sigma.real / sigma.imag, tuple(findings))


def _sigma(weighting: str | ArrayLike, z: ComplexArray) -> ComplexArray:
    """Standard deviations of real and imaginary part."""
    if isinstance(weighting, str):
        size = np.abs(z)
        if weighting == "modulus":
            return size * (1.0 + 1.0j)
        if weighting == "unit":
            finite = size[np.isfinite(z.real) & np.isfinite(z.imag)]
            return np.full(z.shape, float(np.median(finite)) * (1.0 + 1.0j))
        if weighting == "proportional":
            least = LEAST_PART * size
            return np.maximum(np.abs(z.real), least) + 1j * np.maximum(np.abs(z.imag), least)
        raise InputError(
            f"unknown weighting '{weighting}'",
            advice="'modulus', 'unit', 'proportional' or measured standard deviations in ohm",
        )
    sigma = np.asarray(weighting).ravel()
    if sigma.size != z.size:
        raise InputError(f"{sigma.size} standard deviations stand against {z.size} impedances")
    return sigma.astype(np.complex128) if np.iscomplexobj(sigma) else sigma * (1.0 + 1.0j)
