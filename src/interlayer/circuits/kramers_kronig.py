"""Linear Kramers-Kronig test: a row of RC elements, which obeys the relations, is fitted to the spectrum.

Z(w) = R + j w L + 1/(j w C) + sum_k R_k / (1 + j w tau_k), R_k of either sign, tau_k fixed (Boukamp,
J. Electrochem. Soc. 142 (1995) 1885; Schoenleber, Klotz and Ivers-Tiffee, Electrochim. Acta 131 (2014) 20).
Real and imaginary part are fitted together, or one of them and the other predicted. The number of RC elements
is that of least AICc.

Two tests need no threshold on the residuals themselves, so that noise is no failure: whether real and
imaginary part ask for the same R_k (F test of a joint fit against separate fits), and whether neighbouring
residuals are related.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from interlayer.circuits.elements.base import ComplexArray, FloatArray, as_complex
from interlayer.circuits.relaxation_model import ACCURACY, FLOOR, weighted
from interlayer.errors import InputError

Part = Literal["complex", "real", "imag"]

PER_DECADE = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
"""RC elements a decade that are tried; many are needed for ideal RC arcs between the fixed time constants."""
REACH = 0.5
"""Decades by which the time constants exceed the measured frequencies at either end."""
LEVEL = 0.002
"""Chance of a false alarm of each of the two tests."""
_SPARE = 6
_UNSURE = 20
"""Fewer real numbers than this above the number of parameters leave nothing to test."""


@dataclass(frozen=True)
class KramersKronig:
    """Linear Kramers-Kronig test of S spectra of one grid of n frequencies.

    Attributes
    ----------
    order : int array (S,)
        RC elements used.
    residual : complex array (S, n)
        (Z - model)/|Z|; nan where a point was left out.
    residual_rms : array (S,)
        Root mean square over real and imaginary parts of the points used.
    noise : array (S,)
        Standard deviation of one part relative to |Z|, degrees of freedom counted.
    mismatch : array (S,)
        Root mean square of what a joint fit misses and separate fits do not, relative to |Z|, noise taken off.
    mismatch_chance : array (S,)
        Probability of such a mismatch in a spectrum that obeys the relations.
    autocorrelation : array (S,)
        Of neighbouring residuals, what a fit of so many parameters leaves taken off; 0 for noise.
    autocorrelation_chance : array (S,)
    enough : bool array (S,)
        Whether there were points enough to say anything.
    """

    order: NDArray[np.intp]
    residual: ComplexArray
    residual_rms: FloatArray
    noise: FloatArray
    mismatch: FloatArray
    mismatch_chance: FloatArray
    autocorrelation: FloatArray
    autocorrelation_chance: FloatArray
    enough: NDArray[np.bool_]

    @property
    def fails(self) -> NDArray[np.bool_]:
        """Whether real and imaginary part contradict each other, shape (S,)."""
        return self.enough & (self.mismatch_chance < LEVEL) & (self.mismatch > ACCURACY)

    @property
    def structured(self) -> NDArray[np.bool_]:
        """Whether the residuals are not noise, shape (S,)."""
        size = self.residual_rms * np.sqrt(np.maximum(self.autocorrelation, 0.0))
        return self.enough & (self.autocorrelation_chance < LEVEL) & (size > ACCURACY)


def fit_kramers_kronig(
    omega: FloatArray,
    z: ComplexArray,
    weight: FloatArray,
    *,
    part: Part = "complex",
    order: int | None = None,
) -> KramersKronig:
    """Test S spectra z, shape (S, n), at angular frequencies omega, shape (n,).

    Parameters
    ----------
    weight : array (S, n)
        1/sigma up to a factor; 0 leaves a point out.
    part : 'complex', 'real', 'imag'
        Which part the RC elements are fitted to; the other one is then predicted.
    order : int, optional
        Number of RC elements; chosen for each spectrum if not given.

    Raises
    ------
    InputError
        If `part` or `order` cannot be used.
    """
    if part not in ("complex", "real", "imag"):
        raise InputError(f"unknown part '{part}'", advice="'complex', 'real' or 'imag'")
    if order is not None and order < 1:
        raise InputError(f"{order} RC elements are too few", advice="1 or more")
    decades = np.log10(omega.max() / omega.min()) + 2 * REACH
    most = (2 * omega.size - 3 - _SPARE) // 2
    wanted = [order] if order else [round(d * decades) for d in PER_DECADE]
    orders = sorted({max(1, min(m, most) if order is None else m) for m in wanted})
    fits = [_fit(omega, z, weight, part, m) for m in orders]
    # cost is counted in units of |Z|^2: weights may have any unit
    per_point = (weighted(z, weight) ** 2).sum(1)
    count = 2.0 * np.count_nonzero(weight, axis=1)
    per_value = 2.0 * per_point / count
    scores: list[FloatArray] = []
    for fit in fits:
        spare = count - fit.size - 2
        penalty = 2.0 * (fit.size + 1) * count / np.where(spare > 0, spare, np.nan)
        scores.append(count * np.log(fit.cost / count + per_value * FLOOR**2) + penalty)
    score = np.nan_to_num(np.array(scores), nan=np.inf)
    best = np.argmin(score, axis=0)
    rows = np.arange(len(z))

    def pick(name: str) -> FloatArray:
        return np.array([getattr(f, name) for f in fits])[best, rows]

    n = omega.size
    size = np.array([f.size for f in fits])[best]
    used = np.array(orders)[best]
    scaled = pick("residual")
    residual = (scaled[:, :n] + 1j * scaled[:, n:]) / np.where(weight > 0, weight * np.abs(z), 1.0)
    residual = np.where(weight > 0, residual, np.nan)
    cost, apart = pick("cost"), pick("apart")
    with np.errstate(all="ignore"):
        dof_apart = count - (2 * used + 3)
        unit = (apart + count * per_value * FLOOR**2) / np.maximum(dof_apart, 1)
        joint = pick("joint")
        extra = np.maximum(joint - apart, 0.0)
        chance = special.fdtrc(used, np.maximum(dof_apart, 1), extra / used / unit)
        mismatch = np.sqrt(np.maximum(extra - used * unit, 0.0) / count / per_value)
        rms = np.sqrt(np.nansum(np.abs(residual) ** 2, axis=1) / count)
        noise = np.sqrt(cost / np.maximum(count - size, 1) / per_value)
        related, related_chance = _autocorrelation(scaled, weight, pick("expected"), count - size)
    return KramersKronig(
        used,
        residual,
        rms,
        noise,
        mismatch,
        chance,
        related,
        related_chance,
        (dof_apart >= _SPARE) & (count - size >= _UNSURE),
    )


@dataclass(frozen=True)
class _Fit:
    size: int
    residual: FloatArray
    cost: FloatArray
    joint: FloatArray
    apart: FloatArray
    expected: FloatArray


def _fit(omega: FloatArray, z: ComplexArray, weight: FloatArray, part: Part, order: int) -> _Fit:
    reach = 10.0**REACH if order > 2 else 1.0
    tau = np.geomspace(1.0 / (reach * omega.max()), reach / omega.min(), order)
    series = np.stack([np.ones_like(omega) + 0j, 1j * omega / omega.max(), omega.min() / (1j * omega)], -1)
    rc = 1.0 / (1.0 + 1j * omega[:, None] * tau)
    n = omega.size
    target = weighted(z, weight)
    both = as_complex(np.concatenate([series, rc], axis=1))
    all_columns = weighted(np.broadcast_to(both, (len(z), *both.shape)), weight)
    joint, q, _ = _least_squares(all_columns, target)
    # R has no imaginary part, L and C no real one
    real_columns = np.delete(all_columns[:, :n], [1, 2], axis=2)
    imag_columns = np.delete(all_columns[:, n:], [0], axis=2)
    real, _, real_r = _least_squares(real_columns, target[:, :n])
    imag, _, imag_r = _least_squares(imag_columns, target[:, n:])
    apart = (real**2).sum(1) + (imag**2).sum(1)
    residual = joint
    if part == "real":
        rest = target[:, n:] - _apply(
            all_columns[:, n:, 3:], _coefficients(real_columns, real_r, target[:, :n])[:, 1:]
        )
        residual = np.concatenate([real, _least_squares(all_columns[:, n:, 1:3], rest)[0]], axis=1)
    elif part == "imag":
        rest = target[:, :n] - _apply(
            all_columns[:, :n, 3:], _coefficients(imag_columns, imag_r, target[:, n:])[:, 2:]
        )
        residual = np.concatenate([_least_squares(all_columns[:, :n, :1], rest)[0], imag], axis=1)
    # what a least-squares fit makes of white noise: residuals I - Q Q'
    hat = np.einsum("sip,sip->si", q[:, :-1], q[:, 1:])
    hat[:, n - 1] = 0.0
    cost = (joint**2).sum(1)
    return _Fit(3 + order, residual, (residual**2).sum(1), cost, apart, -hat.sum(1))


def _least_squares(columns: FloatArray, target: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Residual (S, N) and the factors of the columns (S, N, p)."""
    q, r = np.linalg.qr(columns)
    residual = target - _apply(q, np.einsum("snp,sn->sp", q, target))
    return residual, q, r


def _coefficients(columns: FloatArray, r: FloatArray, target: FloatArray) -> FloatArray:
    right = np.linalg.solve(r.swapaxes(1, 2), np.einsum("snp,sn->sp", columns, target)[:, :, None])
    return np.linalg.solve(r, right)[:, :, 0]


def _apply(columns: FloatArray, coefficient: FloatArray) -> FloatArray:
    return np.einsum("snp,sp->sn", columns, coefficient)


def _autocorrelation(
    residual: FloatArray, weight: FloatArray, expected: FloatArray, dof: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Correlation of neighbours beyond what the fit makes of white noise, and its chance (one-sided)."""
    n = weight.shape[1]
    pairs = residual[:, :-1] * residual[:, 1:]
    pairs[:, n - 1] = 0.0
    power = (residual**2).sum(1)
    power = np.where(power > 0, power, 1.0)
    value = pairs.sum(1) / power - expected / np.maximum(dof, 1.0)
    return value, special.ndtr(-value * np.sqrt(np.maximum(dof, 1.0)))
