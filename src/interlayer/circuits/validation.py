"""Whether a spectrum can be believed: all checks of this package on one spectrum, or on many of one grid.

Kramers-Kronig, drift, outliers, mains frequency, lead inductance and the length of the frequency range are
judged apart, each by a file of its own. Nothing is removed or repaired.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer.circuits.drift import LEAST, TOLERANCE, Drift, Verdict, fit_drift, smooth_impedance, sweeps
from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.circuits.error_structure import noise_exponent
from interlayer.circuits.frequency_range import frequency_range
from interlayer.circuits.kramers_kronig import KramersKronig, Part, fit_kramers_kronig
from interlayer.circuits.lead_inductance import lead_inductance
from interlayer.circuits.outliers import Outliers, find_outliers
from interlayer.circuits.relaxation_model import build, filled
from interlayer.errors import InputError
from interlayer.record import Finding

FEWEST = 12
"""Usable points below which nothing is judged."""
_INVERTED = 0.6
"""Share of points with Im Z > 0 at which the sign is doubted."""
_MANY = 3.5
"""Standard deviations at which the residual of a spectrum that fails makes a frequency a bad one."""


@dataclass(frozen=True)
class Validation:
    """What was found about one spectrum of n points, in the order in which they were given.

    Attributes
    ----------
    verdict : 'passed', 'failed', 'cannot tell'
        Failed: it contradicts itself (Kramers-Kronig), its residuals are no noise, or the cell drifted.
        Cannot tell: too few points, or too noisy to see a drift of the tolerated size.
    residual_rms : float
        Of the linear Kramers-Kronig model, relative to |Z|, outliers left out; nan if nothing was judged.
    noise : float
        Standard deviation of real and imaginary part relative to |Z|.
    residual : complex array (n,)
        (Z - model)/|Z|; nan for points left out of the test.
    order : int
        RC elements of the model.
    drift, drift_stderr, detectable_drift : float
        Relative change over the sweep of the resistance beyond the intercept, and the least that would be seen.
    bad_frequencies : array (m,)
        In Hz: outliers, and, if the spectrum failed, where it contradicts itself.
    outlying : bool array (n,)
    findings : tuple of Finding
        Each with frequencies and what to do.
    """

    verdict: Verdict
    residual_rms: float
    noise: float
    residual: ComplexArray
    order: int
    drift: float
    drift_stderr: float
    detectable_drift: float
    bad_frequencies: FloatArray
    outlying: NDArray[np.bool_]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool | None:
        """True, False, or None where it cannot be told."""
        return {"passed": True, "failed": False, "cannot tell": None}[self.verdict]

    def to_dict(self) -> dict[str, Any]:
        """Return what the JSON of a spectrum says under `kramers_kronig`; None for what is unknown."""

        def number(x: float) -> float | None:
            return float(x) if np.isfinite(x) else None

        return {
            "passed": self.passed,
            "verdict": self.verdict,
            "residual_rms": number(self.residual_rms),
            "bad_frequencies": [float(f) for f in self.bad_frequencies],
            "noise": number(self.noise),
            "order": self.order,
            "drift": number(self.drift),
            "drift_stderr": number(self.drift_stderr),
            "detectable_drift": number(self.detectable_drift),
        }


def validate_spectrum(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    time_s: ArrayLike | None = None,
    weighting: str | ArrayLike = "auto",
    tolerated_drift: float = TOLERANCE,
    least_drift: float = LEAST,
    part: Part = "complex",
) -> Validation:
    """Judge one spectrum; see `validate_spectra`."""
    f = np.asarray(frequency_Hz, dtype=np.float64).ravel()
    z = np.asarray(impedance_ohm, dtype=np.complex128).ravel()
    times = None if time_s is None else np.asarray(time_s, dtype=np.float64).reshape(1, -1)
    if not isinstance(weighting, str):
        weighting = np.asarray(weighting, dtype=np.float64).reshape(1, -1)
    return validate_spectra(
        f,
        z[None, :],
        time_s=times,
        weighting=weighting,
        tolerated_drift=tolerated_drift,
        least_drift=least_drift,
        part=part,
    )[0]


def validate_spectra(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    time_s: ArrayLike | None = None,
    weighting: str | ArrayLike = "auto",
    tolerated_drift: float = TOLERANCE,
    least_drift: float = LEAST,
    part: Part = "complex",
) -> list[Validation]:
    """Judge S spectra of one grid of n frequencies.

    Parameters
    ----------
    frequency_Hz : array (n,)
        In any order.
    impedance_ohm : complex array (S, n)
        Im < 0 for a capacitor.
    time_s : array (n,) or (S, n), optional
        When each point was measured. Without it, a time per point proportional to 1/f and an equal time are
        both tried.
    weighting : 'auto', 'modulus', 'unit' or array (S, n)
        Standard deviation of each point: a power of |Z| that is read off the spectrum, proportional to |Z|,
        constant, or given in ohm. Only ratios count.
    tolerated_drift : float
        A spectrum passes only if a drift of this size would have been seen.
    least_drift : float
        A drift of less does not make a spectrum fail; it is named.
    part : 'complex', 'real', 'imag'
        What the Kramers-Kronig model is fitted to.

    Raises
    ------
    InputError
        If shapes differ, the weighting is unknown, or frequencies are not positive.
    """
    f = np.asarray(frequency_Hz, dtype=np.float64).ravel()
    z = np.atleast_2d(np.asarray(impedance_ohm, dtype=np.complex128))
    if z.ndim != 2 or z.shape[1] != f.size:
        raise InputError(f"{f.size} frequencies stand against impedances of shape {z.shape}")
    with np.errstate(all="ignore"):
        whole = np.isfinite(f) & (f > 0)
        usable = whole & np.isfinite(z.real) & np.isfinite(z.imag) & (np.abs(z) > 0)
    columns = np.flatnonzero(whole)
    enough = usable.sum(1) >= FEWEST
    spread = columns.size > 1 and np.ptp(f[columns]) > 0
    results: list[Validation | None] = [None] * len(z)
    judged = np.flatnonzero(enough & spread)
    if judged.size:
        place = np.ix_(judged, columns)
        sigma = _sigma(weighting, z, usable)
        times = _times(time_s, z.shape)
        found = _judge(
            f[columns],
            np.where(usable, z, 1.0)[place],
            np.where(usable, 1.0 / sigma, 0.0)[place],
            None if times is None else times[place],
            (tolerated_drift, least_drift),
            part,
            isinstance(weighting, str) and weighting == "auto",
        )
        for s, one in zip(judged, found, strict=True):
            results[s] = _spread_out(one, columns, f.size)
    return [
        _with_unusable(_unknown(f, int(usable[s].sum())) if r is None else r, f, usable[s])
        for s, r in enumerate(results)
    ]


def _judge(
    f: FloatArray,
    z: ComplexArray,
    weight: FloatArray,
    times: FloatArray | None,
    limits: tuple[float, float],
    part: Part,
    auto: bool,
) -> list[Validation]:
    omega = 2.0 * np.pi * f
    used = weight > 0
    z = filled(omega, z, used)
    sweep = sweeps(omega) if times is None else {"measured": times}
    exponent = noise_exponent(omega, z, weight) if auto else np.ones(len(z))
    weight = _powered(z, weight, exponent) if auto else weight
    outliers = find_outliers(omega, z, weight, sweep)
    keep = used & ~outliers.outlying
    clean = filled(omega, z, keep)
    if auto:
        # an outlier also hides how noise grows with |Z|
        found = np.asarray(outliers.outlying.any(axis=1), dtype=np.bool_)
        if found.any():
            exponent[found] = noise_exponent(omega, clean[found], np.where(keep, 1.0, 0.0)[found])
            weight = _powered(clean, np.where(used, 1.0, 0.0), exponent)
            again = find_outliers(omega, z[found], weight[found], _some(sweep, found))
            outliers = outliers.with_rows(found, again)
            keep = used & ~outliers.outlying
            clean = filled(omega, z, keep)
        weight = _powered(clean, np.where(used, 1.0, 0.0), exponent)
    kept_weight = np.where(keep, weight, 0.0)
    model = build(omega, clean, kept_weight)
    smooth = smooth_impedance(model)
    drift = fit_drift(model, smooth, sweep, tolerance=limits[0], least=limits[1])
    kk = fit_kramers_kronig(omega, clean, kept_weight, part=part)
    moments = model.moments()
    series = np.arange(moments.size)
    lambda_ = moments.best(model.lambdas)
    cost, coefficient = moments.regress(lambda_, series)
    unit = cost / np.maximum(model.rows - moments.size, 1.0)
    stderr = np.sqrt(moments.variance(lambda_, series)[:, 1, 1] * unit)
    leads = np.stack([coefficient[:, 1], stderr], axis=1) / omega.max()
    return [_one(k, f, clean, smooth, kk, drift, outliers, leads[k]) for k in range(len(z))]


def _powered(z: ComplexArray, weight: FloatArray, exponent: FloatArray) -> FloatArray:
    """Weights |Z|^-a where there were any."""
    return np.where(weight > 0, np.abs(z) ** -exponent[:, None], 0.0)


def _some(sweep: dict[str, FloatArray], rows: NDArray[np.bool_]) -> dict[str, FloatArray]:
    return {name: t[rows] if t.ndim == 2 else t for name, t in sweep.items()}


def _one(
    k: int,
    f: FloatArray,
    z: ComplexArray,
    smooth: ComplexArray,
    kk: KramersKronig,
    drift: Drift,
    outliers: Outliers,
    leads_H: FloatArray,
) -> Validation:
    findings: list[Finding] = []
    residual = kk.residual[k]
    noise = float(kk.noise[k])
    far = np.flatnonzero(np.abs(residual) > max(_MANY * _calm(residual), 1e-4))
    failed = bool(kk.fails[k] or kk.structured[k])
    if failed:
        findings.append(_contradiction(f, kk, k, far))
    if np.mean(z[k].imag > 0) > _INVERTED and np.abs(z[k].imag).max() > 0.05 * np.abs(z[k]).max():
        findings.append(
            Finding(
                "imaginary part mostly positive",
                f"at {100 * np.mean(z[k].imag > 0):.0f} % of the frequencies; a capacitor has a negative one"
                " -> the file may store -Im(Z): turn its sign; or leads dominate",
            )
        )
    findings.append(drift.finding(k, float(f.min())))
    findings += outliers.findings(k)
    findings += lead_inductance(2.0 * np.pi * f, z[k], float(leads_H[0]), float(leads_H[1]), noise)
    findings += frequency_range(f, smooth[k], noise)
    verdict: Verdict = drift.verdict[k]
    if failed:
        verdict = "failed"
    elif verdict == "passed" and (not kk.enough[k] or outliers.too_many[k]):
        verdict = "cannot tell"
    bad = outliers.outlying[k].copy()
    if verdict == "failed":
        bad[far] = True
    return Validation(
        verdict,
        float(kk.residual_rms[k]),
        noise,
        residual,
        int(kk.order[k]),
        float(drift.drift[k]),
        float(drift.stderr[k]),
        float(drift.detectable[k]),
        np.sort(f[bad])[::-1],
        outliers.outlying[k],
        tuple(findings),
    )


def _calm(residual: ComplexArray) -> float:
    """Standard deviation of |residual| from its median, which the bad points do not move."""
    return 0.849 * float(np.nanmedian(np.abs(residual)))


def _contradiction(f: FloatArray, kk: KramersKronig, k: int, far: NDArray[np.intp]) -> Finding:
    where = ", ".join(f"{x:.3g} Hz" for x in f[far][:6]) or f"{f.max():.3g} to {f.min():.3g} Hz"
    if kk.fails[k]:
        what = f"real and imaginary part contradict each other by {100 * kk.mismatch[k]:.2g} % of |Z| (rms)"
    else:
        what = f"residuals of {100 * kk.residual_rms[k]:.2g} % (rms) hang together"
    return Finding(
        "Kramers-Kronig relations broken",
        f"{what}, most at {where} -> the cell was not steady, not linear (smaller amplitude) or badly wired;"
        " do not fit a circuit to these frequencies",
        severity="error",
    )


def _unknown(f: FloatArray, points: int) -> Validation:
    nan = float("nan")
    detail = f"{points} usable points say nothing about it -> measure at least {FEWEST}, six or more a decade"
    return Validation(
        "cannot tell",
        nan,
        nan,
        np.full(f.size, complex(nan, nan)),
        0,
        nan,
        nan,
        nan,
        np.empty(0),
        np.zeros(f.size, dtype=np.bool_),
        (Finding("too few points for Kramers-Kronig", detail, severity="note"),),
    )


def _spread_out(one: Validation, columns: NDArray[np.intp], size: int) -> Validation:
    """Put arrays of the usable frequencies back into the order and length of the given ones."""
    if columns.size == size:
        return one
    residual = np.full(size, complex("nan+nanj"))
    residual[columns] = one.residual
    outlying = np.zeros(size, dtype=np.bool_)
    outlying[columns] = one.outlying
    return replace(one, residual=residual, outlying=outlying)


def _with_unusable(one: Validation, f: FloatArray, usable: NDArray[np.bool_]) -> Validation:
    lost = np.flatnonzero(~usable)
    if not lost.size:
        return one
    where = ", ".join(f"{x:.4g} Hz" for x in f[lost][:6])
    detail = (
        f"{lost.size} of {f.size} points are blank, zero or without a positive frequency; left out: {where}"
    )
    finding = Finding("unusable spectrum points", detail, rows=int(lost.size))
    return replace(one, findings=(finding, *one.findings))


def _sigma(weighting: str | ArrayLike, z: ComplexArray, usable: NDArray[np.bool_]) -> FloatArray:
    if isinstance(weighting, str):
        size = np.where(usable, np.abs(z), 1.0)
        if weighting in ("auto", "modulus"):
            return size
        if weighting == "unit":
            return np.broadcast_to(np.median(size, axis=1, keepdims=True), z.shape)
        raise InputError(
            f"unknown weighting '{weighting}'", advice="'auto', 'modulus', 'unit' or an array in ohm"
        )
    sigma = np.asarray(weighting, dtype=np.float64)
    try:
        sigma = np.broadcast_to(sigma, z.shape)
    except ValueError:
        raise InputError(
            f"standard deviations of shape {sigma.shape} stand against impedances of shape {z.shape}"
        ) from None
    if not (np.isfinite(sigma[usable]) & (sigma[usable] > 0)).all():
        raise InputError("standard deviations of impedance points must be positive numbers")
    return np.where(usable, sigma, 1.0)


def _times(time_s: ArrayLike | None, shape: tuple[int, ...]) -> FloatArray | None:
    """Times as a share of the duration; None if they do not differ."""
    if time_s is None:
        return None
    times = np.asarray(time_s, dtype=np.float64)
    try:
        times = np.broadcast_to(times, shape)
    except ValueError:
        raise InputError(f"times of shape {times.shape} stand against impedances of shape {shape}") from None
    if not np.isfinite(times).all():
        raise InputError("a measuring time is not a number", advice="leave the times out")
    low, high = times.min(axis=1, keepdims=True), times.max(axis=1, keepdims=True)
    if (high <= low).any():
        return None
    return (times - low) / (high - low)
