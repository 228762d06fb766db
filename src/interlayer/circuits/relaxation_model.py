"""Spectra as a smooth distribution of relaxations plus a few free columns; shared by drift, outliers and DRT.

Z(w) = sum_k gamma_k d(ln tau) / (1 + j w tau_k) + free columns (resistance, inductance, capacitance). The
distribution gamma is a priori smooth on the scale of |Z(1/tau)|: differences of neighbouring gamma_k/|Z| are
normal with variance sigma^2/lambda. lambda is that of greatest restricted likelihood (free columns and
noise level integrated out; Patterson and Thompson, Biometrika 58 (1971) 545), so it needs no noise level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlayer.circuits.elements.base import ComplexArray, FloatArray

REACH = 1.0
"""Decades by which the time constants exceed the measured frequencies at either end."""
PER_DECADE = 6
LAMBDAS = np.geomspace(1e-9, 1e3, 37)
"""Tried, in units of the largest eigenvalue of the whitened normal matrix times 1e-2."""
FLOOR = 1e-5
"""Relative standard deviation below which noise is not believed: rounding of stored files."""
ACCURACY = 5e-3
"""Share of |Z| below which a contradiction is put down to the instrument; no spectrum fails for less."""
_END = 0.5
"""Decades at the low end that say how |Z| goes on below it."""


@dataclass(frozen=True)
class RelaxationModel:
    """Weighted linear problem of S spectra of one grid; N = 2n rows: real parts, then imaginary parts.

    Attributes
    ----------
    omega : array (n,)
    tau : array (m,)
        Time constants, equally spaced in their logarithm.
    step : float
        Spacing of ln(tau).
    weight : array (S, n)
        1/sigma of each point up to a factor; 0 leaves a point out.
    factor : array (S, m, m)
        gamma = factor @ u with u of unit variance.
    design : array (S, N, m)
        Weighted impedance of each u.
    free : array (S, N, p)
        Weighted columns without prior.
    target : array (S, N)
        Weighted impedances.
    """

    omega: FloatArray
    tau: FloatArray
    step: float
    weight: FloatArray
    factor: FloatArray
    design: FloatArray
    free: FloatArray
    target: FloatArray

    @cached_property
    def rows(self) -> FloatArray:
        """Real numbers that count in each spectrum, shape (S,)."""
        return 2.0 * np.count_nonzero(self.weight, axis=1)

    @cached_property
    def _eigen(self) -> tuple[FloatArray, FloatArray]:
        value, vector = np.linalg.eigh(self.design.swapaxes(1, 2) @ self.design)
        return np.maximum(value, 0.0), vector

    @cached_property
    def lambdas(self) -> FloatArray:
        """Regularisations tried for each spectrum, shape (S, L)."""
        return 1e-2 * self._eigen[0].max(axis=1)[:, None] * LAMBDAS

    def rotated(self, columns: FloatArray) -> FloatArray:
        """Products of the eigenvectors of the design with columns (S, N, q), shape (S, m, q)."""
        return self._eigen[1].swapaxes(1, 2) @ (self.design.swapaxes(1, 2) @ columns)

    def moments(self, extra: FloatArray | None = None) -> Moments:
        """Return the sums that every estimate needs, with further free columns (S, N, q) if given."""
        free = self.free if extra is None else np.concatenate([self.free, extra], axis=2)
        both = np.concatenate([free, self.target[:, :, None]], axis=2)
        return Moments(self._eigen[0], self.rotated(both), both.swapaxes(1, 2) @ both, self.rows)

    def projector(self, lambda_: FloatArray, extra: FloatArray | None = None) -> FloatArray:
        """Matrix P, shape (S, N, N), with residuals of unit-noise data r = P y and covariance P."""
        value, vector = self._eigen
        free = self.free if extra is None else np.concatenate([self.free, extra], axis=2)
        turned = self.design @ vector
        kept = turned / (value + lambda_[:, None])[:, None, :]
        inverse = np.eye(self.target.shape[1]) - kept @ turned.swapaxes(1, 2)
        side = inverse @ free
        return inverse - side @ np.linalg.solve(_ridged(free.swapaxes(1, 2) @ side), side.swapaxes(1, 2))

    def ravel(self, z: ComplexArray) -> FloatArray:
        """Weighted real over imaginary parts of (S, n) or (S, n, q)."""
        return weighted(z, self.weight)

    def unravel(self, rows: FloatArray) -> ComplexArray:
        """Impedances, shape (S, n), of weighted rows (S, N); 0 where the weight is 0."""
        n = self.omega.size
        inverse = np.divide(1.0, self.weight, out=np.zeros_like(self.weight), where=self.weight > 0)
        return (rows[:, :n] + 1j * rows[:, n:]) * inverse


@dataclass(frozen=True)
class Moments:
    """Sums of a relaxation model; the last column is the target, those before it are free."""

    eigenvalue: FloatArray
    rotated: FloatArray
    gram: FloatArray
    rows: FloatArray

    @property
    def size(self) -> int:
        """Number of free columns."""
        return self.gram.shape[1] - 1

    def marginal(self, lambda_: FloatArray) -> FloatArray:
        """X' K^-1 X of all columns, K = 1 + B B'/lambda; lambda (S, L), result (S, L, p + 1, p + 1)."""
        share = 1.0 / (self.eigenvalue[:, None, :] + lambda_[:, :, None])
        left = self.rotated[:, None].swapaxes(2, 3) * share[:, :, None, :]
        return self.gram[:, None] - left @ self.rotated[:, None]

    def criterion(self, lambda_: FloatArray) -> FloatArray:
        """-2 log restricted likelihood up to a constant, noise level profiled out, shape (S, L)."""
        sums = self.marginal(lambda_)
        p = self.size
        cost, _ = _regress(sums, np.arange(p))
        spread = np.log1p(self.eigenvalue[:, None, :] / lambda_[:, :, None]).sum(-1)
        normal = _ridged(sums[..., :p, :p])
        free = np.asarray(np.linalg.slogdet(normal)[1], dtype=np.float64)
        dof = (self.rows - p)[:, None]
        floor = self.gram[:, -1, -1, None] * FLOOR**2
        return np.asarray(dof * np.log(cost + floor) + spread + free, dtype=np.float64)

    def best(self, lambdas: FloatArray) -> FloatArray:
        """Lambda of greatest restricted likelihood, shape (S,)."""
        place = np.argmin(self.criterion(lambdas), axis=1)
        return lambdas[np.arange(len(place)), place]

    def regress(self, lambda_: FloatArray, columns: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Cost (S,) and coefficients (S, q) with only some of the free columns."""
        cost, coefficient = _regress(self.marginal(lambda_[:, None]), columns)
        return cost[:, 0], coefficient[:, 0]

    def variance(self, lambda_: FloatArray, columns: NDArray[np.intp]) -> FloatArray:
        """Covariance of those coefficients for unit noise, shape (S, q, q)."""
        sums = self.marginal(lambda_[:, None])[:, 0]
        normal = _ridged(sums[:, columns[:, None], columns[None, :]])
        return np.asarray(np.linalg.inv(normal), dtype=np.float64)


def _ridged(normal: FloatArray) -> FloatArray:
    """Normal matrices made safe against columns that are nearly one another's sum."""
    diagonal = np.einsum("...ii->...i", normal)
    return normal + 1e-11 * np.eye(normal.shape[-1]) * np.maximum(diagonal, 1e-300)[..., None]


def _regress(sums: FloatArray, columns: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
    normal = _ridged(sums[..., columns[:, None], columns[None, :]])
    right = sums[..., columns, -1]
    coefficient = np.linalg.solve(normal, right[..., None])[..., 0]
    cost = sums[..., -1, -1] - np.sum(coefficient * right, axis=-1)
    return np.maximum(cost, 0.0), np.asarray(coefficient, dtype=np.float64)


def weighted(z: ComplexArray, weight: FloatArray) -> FloatArray:
    """Weighted real over imaginary parts of z, shape (S, n) or (S, n, q), along axis 1."""
    scaled = z * (weight if z.ndim == 2 else weight[:, :, None])
    return np.concatenate([scaled.real, scaled.imag], axis=1)


def time_constants(omega: FloatArray, reach: float = REACH, per_decade: int = PER_DECADE) -> FloatArray:
    """Time constants, equally spaced in their logarithm, `reach` decades beyond the frequencies."""
    low, high = 10.0**-reach / omega.max(), 10.0**reach / omega.min()
    return np.geomspace(low, high, int(np.ceil(np.log10(high / low) * per_decade)) + 1)


def filled(omega: FloatArray, z: ComplexArray, keep: NDArray[np.bool_]) -> ComplexArray:
    """Spectra (S, n) with the points not kept replaced by what lies between their neighbours in log f."""
    order = np.argsort(omega)
    x, y, good = np.log(omega[order]), z[:, order], keep[:, order]
    n = x.size
    place = np.where(good, np.arange(n), -1)
    left = np.maximum.accumulate(place, axis=1)
    place = np.where(good, np.arange(n), n)
    right = np.minimum.accumulate(place[:, ::-1], axis=1)[:, ::-1]
    left, right = np.where(left < 0, right, left), np.where(right >= n, left, right)
    left, right = np.clip(left, 0, n - 1), np.clip(right, 0, n - 1)
    gap = x[right] - x[left]
    part = np.where(gap > 0, (x - x[left]) / np.where(gap > 0, gap, 1.0), 0.0)
    rows = np.arange(len(y))[:, None]
    result = np.empty_like(y)
    result[:, order] = np.where(good, y, y[rows, left] * (1 - part) + y[rows, right] * part)
    return result


def local_size(omega: FloatArray, size: FloatArray, tau: FloatArray) -> FloatArray:
    """|Z|, given as (S, n), at frequencies 1/tau, shape (S, m).

    Below the window it goes on with its slope, above it stays as it is.
    A tail that still grows at the last frequency has its larger part below it; without the slope it would
    look like something that resistances alone cannot make.
    """
    x, at = np.log(omega), -np.log(tau)
    order = np.argsort(x)
    x = x[order]
    size = np.log(np.maximum(size, 1e-300))[:, order]
    place = np.clip(np.searchsorted(x, at) - 1, 0, x.size - 2)
    part = np.clip((at - x[place]) / np.maximum(x[place + 1] - x[place], 1e-9), 0.0, 1.0)
    inner = size[:, place] * (1 - part) + size[:, place + 1] * part
    end = x < x[0] + _END * np.log(10.0) + 1e-9
    far = x[end] - x[end].mean()
    mean = size[:, end].mean(axis=1)
    slope = np.clip((size[:, end] @ far) / max(float(far @ far), 1e-12), -1.0, 0.0)
    below = at < x[0]
    outer = mean[:, None] + slope[:, None] * (at - x[end].mean())
    return np.exp(np.where(below, outer, inner))


def build(
    omega: FloatArray,
    z: ComplexArray,
    weight: FloatArray,
    *,
    size: FloatArray | None = None,
    reach: float = REACH,
    per_decade: int = PER_DECADE,
    smoothness: int = 1,
    capacitance: bool = True,
    inductance: bool = True,
) -> RelaxationModel:
    """Set up the model of spectra z, shape (S, n), at angular frequencies omega, shape (n,).

    Parameters
    ----------
    weight : array (S, n)
        1/sigma of each point up to a factor; 0 leaves a point out.
    size : array (S, n), optional
        |Z| that the prior is scaled by, if single points of z are not to be believed.
    reach, per_decade
        See `time_constants`.
    smoothness : int
        Derivative of gamma/|Z| that is taken to be small.
    capacitance, inductance : bool
        Whether they are among the free columns.
    """
    tau = time_constants(omega, reach, per_decade)
    step = float(np.log(tau[1] / tau[0]))
    m = tau.size
    # gamma = 0 beyond both ends; the sum of squared differences is the integral of the squared derivative
    difference = np.eye(m)
    for _ in range(smoothness):
        rows = difference.shape[0]
        difference = (np.eye(rows + 1, rows) - np.eye(rows + 1, rows, -1)) @ difference / step
    difference = difference * np.sqrt(step)
    root = np.linalg.inv(np.linalg.cholesky(difference.T @ difference)).T
    scale = local_size(omega, np.abs(z) if size is None else size, tau)
    factor = scale[:, :, None] * root
    kernel = step / (1.0 + 1j * omega[:, None] * tau)
    stacked = np.concatenate([kernel.real, kernel.imag])
    twice = np.concatenate([weight, weight], axis=1)
    design = twice[:, :, None] * (stacked @ factor)
    columns = [np.ones(omega.size, dtype=np.complex128)]
    if inductance:
        columns.append(1j * omega / omega.max())
    if capacitance:
        columns.append(omega.min() / (1j * omega))
    free = weighted(np.broadcast_to(np.stack(columns, axis=-1), (*z.shape, len(columns))), weight)
    return RelaxationModel(omega, tau, step, weight, factor, design, free, weighted(z, weight))
