"""Distribution of relaxation times (DRT): gamma(ln tau) of a spectrum, with its band, peaks and totals.

Z(w) = R + j w L + 1/(j w C) + integral gamma(ln tau) / (1 + j w tau) d(ln tau), gamma >= 0, all three series
elements >= 0. gamma is piecewise on a grid of ln tau that reaches beyond the window; roughness is penalised as
`relaxation_model` says, with the weight of greatest restricted likelihood. The band is that of the Gaussian
posterior about the non-negative solution, cut off at zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer.circuits.drt_peaks import Peak, find_peaks
from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.circuits.error_structure import noise_exponent
from interlayer.circuits.nonnegative import nonnegative
from interlayer.circuits.relaxation_model import FLOOR, RelaxationModel, build, filled
from interlayer.circuits.result import Parameter
from interlayer.errors import InputError

PER_DECADE = 10
FEWEST = 8
BAND = 1.96
"""Half-width of the band in standard deviations: 95 %."""


@dataclass(frozen=True)
class DRT:
    """Distribution of relaxation times of one spectrum.

    Attributes
    ----------
    tau_s : array (m,)
        Time constants, equally spaced in their logarithm.
    gamma_ohm : array (m,)
        Distribution over ln tau: its integral over ln tau is a resistance.
    low_ohm, high_ohm : array (m,)
        Ends of the pointwise 95 % band.
    covariance : array (m, m)
        Of gamma, in ohm squared, without the bound at zero.
    ohmic, inductance, capacitance : Parameter
        Series elements; the capacitance is None if the spectrum does not ask for one.
    polarisation : Parameter
        Sum of the resistances of all peaks inside the window.
    peaks : tuple of Peak
        By rising time constant.
    lambda_ : float
        Regularisation that was chosen.
    noise : float
        Standard deviation of the residuals, relative to |Z| (rms).
    """

    tau_s: FloatArray
    gamma_ohm: FloatArray
    low_ohm: FloatArray
    high_ohm: FloatArray
    covariance: FloatArray
    ohmic: Parameter
    inductance: Parameter
    capacitance: Parameter | None
    polarisation: Parameter
    peaks: tuple[Peak, ...]
    lambda_: float
    noise: float
    frequency_Hz: FloatArray

    @property
    def step(self) -> float:
        """Spacing of ln tau."""
        return float(np.log(self.tau_s[1] / self.tau_s[0]))

    def model(self, frequency_Hz: ArrayLike) -> ComplexArray:
        """Impedance of the distribution and the series elements in ohm, shape (n,)."""
        s = 2j * np.pi * np.asarray(frequency_Hz, dtype=np.float64).ravel()
        z = self.ohmic.value + s * self.inductance.value
        if self.capacitance is not None:
            z = z + 1.0 / (s * self.capacitance.value)
        return z + (1.0 / (1.0 + s[:, None] * self.tau_s)) @ (self.gamma_ohm * self.step)

    def starts(self, most: int = 4) -> FloatArray:
        """Start values for a circuit: resistance (ohm), time constant (s), exponent of arcs, shape (k, 3).

        The `most` largest peaks in the window, by rising time constant. Exponents are those of arcs (R beside a
        CPE) of the same height and area; the penalty widens peaks, so that they are lower bounds.
        """
        inside = sorted((p for p in self.peaks if p.in_window), key=lambda p: -p.resistance_ohm)[:most]
        rows = [(p.resistance_ohm, p.time_constant_s, p.exponent) for p in inside]
        return np.array(sorted(rows, key=lambda r: r[1]), dtype=np.float64).reshape(-1, 3)


def drt_spectrum(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    weighting: str | ArrayLike = "auto",
    lambda_: float | None = None,
) -> DRT:
    """Return the distribution of relaxation times of one spectrum; see `drt_spectra`."""
    z = np.asarray(impedance_ohm, dtype=np.complex128).ravel()
    if not isinstance(weighting, str):
        weighting = np.asarray(weighting, dtype=np.float64).reshape(1, -1)
    return drt_spectra(frequency_Hz, z[None, :], weighting=weighting, lambda_=lambda_)[0]


def drt_spectra(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    weighting: str | ArrayLike = "auto",
    lambda_: float | None = None,
    keep: NDArray[np.bool_] | None = None,
) -> list[DRT]:
    """Return the distributions of relaxation times of S spectra of one grid of n frequencies.

    Parameters
    ----------
    frequency_Hz : array (n,)
        In any order.
    impedance_ohm : complex array (S, n)
        Im < 0 for a capacitor. Blank points are left out.
    weighting : 'auto', 'modulus', 'unit' or array (S, n)
        Standard deviation of each point: a power of |Z| that is read off the spectrum, proportional to |Z|,
        constant, or given in ohm. Only ratios count.
    lambda_ : float, optional
        Regularisation; chosen for each spectrum if not given.
    keep : bool array (S, n), optional
        Points to use, for instance those that validation does not call outliers.

    Raises
    ------
    InputError
        If shapes differ, the weighting is unknown, or a spectrum has fewer than eight usable points.
    """
    f = np.asarray(frequency_Hz, dtype=np.float64).ravel()
    z = np.atleast_2d(np.asarray(impedance_ohm, dtype=np.complex128))
    if z.ndim != 2 or z.shape[1] != f.size:
        raise InputError(f"{f.size} frequencies stand against impedances of shape {z.shape}")
    if lambda_ is not None and not lambda_ > 0:
        raise InputError(f"regularisation {lambda_} is not positive", advice="leave it out to have it chosen")
    with np.errstate(all="ignore"):
        whole = np.isfinite(f) & (f > 0)
        usable = whole & np.isfinite(z.real) & np.isfinite(z.imag) & (np.abs(z) > 0)
    usable = usable if keep is None else usable & np.asarray(keep, dtype=np.bool_)
    if usable.sum(1).min() < FEWEST:
        few = int(usable.sum(1).min())
        raise InputError(f"{few} usable points are too few for a DRT", advice=f"at least {FEWEST}")
    order = np.flatnonzero(whole)[np.argsort(-f[whole], kind="stable")]
    f, z, usable = f[order], z[:, order], usable[:, order]
    omega = 2.0 * np.pi * f
    z = filled(omega, np.where(usable, z, 1.0), usable)
    if isinstance(weighting, str):
        exponent = {"modulus": 1.0, "unit": 0.0, "auto": np.nan}.get(weighting)
        if exponent is None:
            raise InputError(
                f"unknown weighting '{weighting}'", advice="'auto', 'modulus', 'unit' or an array in ohm"
            )
        power = np.full(len(z), exponent)
        if weighting == "auto":
            power = noise_exponent(omega, z, usable.astype(np.float64))
        weight = np.abs(z) ** -power[:, None]
    else:
        sigma = np.broadcast_to(np.asarray(weighting, dtype=np.float64), usable.shape)[:, order]
        if not (np.isfinite(sigma) & (sigma > 0)).all():
            raise InputError("standard deviations of impedance points must be positive numbers")
        weight = 1.0 / sigma
    weight = np.where(usable, weight, 0.0)
    model = build(omega, z, weight, per_decade=PER_DECADE)
    chosen = model.moments().best(model.lambdas) if lambda_ is None else np.full(len(z), float(lambda_))
    return _solve(model, chosen, f)


def _solve(model: RelaxationModel, lambda_: FloatArray, f: FloatArray) -> list[DRT]:
    m, omega = model.tau.size, model.omega
    inverse = np.linalg.inv(model.factor)
    columns = np.concatenate([model.design @ inverse, model.free], axis=2)
    normal = columns.swapaxes(1, 2) @ columns
    normal[:, :m, :m] += lambda_[:, None, None] * (inverse.swapaxes(1, 2) @ inverse)
    diagonal = np.einsum("sii->si", normal)
    normal[:, np.arange(m + 3), np.arange(m + 3)] += 1e-12 * diagonal
    right = np.einsum("snp,sn->sp", columns, model.target)
    value, _ = nonnegative(normal, right)
    moments = model.moments()
    cost, _ = moments.regress(lambda_, np.arange(3))
    floor = (model.target**2).sum(1) * FLOOR**2
    variance = (cost + floor) / np.maximum(model.rows - 3, 1.0)
    covariance = np.linalg.inv(normal) * variance[:, None, None]
    residual = model.target - np.einsum("snp,sp->sn", columns, value)
    noise = np.sqrt((residual**2).sum(1) / np.maximum((model.target**2).sum(1), 1e-300) / 1.0)
    found: list[DRT] = []
    for k in range(len(value)):
        gamma, cov = value[k, :m], covariance[k, :m, :m]
        sd = np.sqrt(np.diag(cov))
        spread = np.sqrt(np.diag(covariance[k, m:, m:]))
        elastance, elastance_sd = value[k, m + 2] * omega.min(), spread[2] * omega.min()
        capacitance = None
        if elastance > 2.0 * elastance_sd:
            capacitance = Parameter(1.0 / elastance, float(elastance_sd / elastance**2), "F")
        peaks = find_peaks(model.tau, gamma, cov, 1.0 / omega.max(), 1.0 / omega.min())
        inside = np.zeros(m)
        for p in peaks:
            if p.in_window:
                inside[p.first : p.last] = model.step
        total = Parameter(float(inside @ gamma), float(np.sqrt(max(inside @ cov @ inside, 0.0))), "ohm")
        found.append(
            DRT(
                model.tau,
                gamma,
                np.maximum(gamma - BAND * sd, 0.0),
                gamma + BAND * sd,
                cov,
                Parameter(float(value[k, m]), float(spread[0]), "ohm"),
                Parameter(float(value[k, m + 1] / omega.max()), float(spread[1] / omega.max()), "H"),
                capacitance,
                total,
                peaks,
                float(lambda_[k]),
                float(noise[k]),
                f,
            )
        )
    return found
