"""Fit of a region by the likelihood of counts, with errors that know the misfit.

The deviance of Poisson counts is a sum of squares of deviance residuals, so that a least-squares solver finds the
maximum of the likelihood. Priors on positions, widths and satellites are squares of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares, nnls

from interlayer.surface.xps.model import LineModel

FloatArray = NDArray[np.float64]

FEWEST: Final = 1e-3
"""Expected counts below this are counted as this."""
STIFF: Final = 1e3
"""Weight with which a fraction is held while its likelihood is followed."""
AUTOCORRELATION_LIMIT: Final = 3.0
"""Standard deviations beyond which residuals are said to follow each other."""


@dataclass(frozen=True)
class LineFit:
    """A fitted region.

    Attributes
    ----------
    model : LineModel
    counts : array, shape (n,)
        Effective counts: intensity over its noise factor.
    noise_factor : float
        Variance over intensity.
    x : array, shape (size,)
        Parameters.
    covariance : array, shape (size, size)
        From the expected information, misfit included.
    deviance : float
        Of data and priors.
    reduced_chi2 : float
        Pearson's, over the degrees of freedom.
    autocorrelation : float
        Of the residuals at a lag of one point.
    inflation : float
        Factor on the variance for the misfit, >= 1.
    unexplained : float
        Smoothed residual area over the area of the lines.
    """

    model: LineModel
    counts: FloatArray
    noise_factor: float
    x: FloatArray
    covariance: FloatArray
    deviance: float
    reduced_chi2: float
    autocorrelation: float
    inflation: float
    unexplained: float

    @property
    def areas(self) -> FloatArray:
        """Area of each state in units of intensity x eV."""
        return self.model.state_areas(self.x) * self.noise_factor

    def residuals(self) -> FloatArray:
        """Return the residuals in standard deviations, shape (n,)."""
        mean = np.maximum(self.model.expected(self.x), FEWEST)
        return (self.counts - mean) / np.sqrt(mean)


def deviance_residuals(counts: FloatArray, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return sign(mean - n) sqrt(2 (mean - n + n ln(n/mean))) and its derivative by the mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(counts > 0.0, counts * np.log(np.maximum(counts, 1e-300) / mean), 0.0)
        square = np.maximum(2.0 * (mean - counts + log), 0.0)
        r = np.sign(mean - counts) * np.sqrt(square)
        near = np.abs(mean - counts) < 1e-4 * np.sqrt(mean)
        r = np.where(near, (mean - counts) / np.sqrt(mean), r)
        slope = np.where(near, 1.0 / np.sqrt(mean), (1.0 - counts / mean) / np.where(near, 1.0, r))
    return r, slope


def _start(model: LineModel, counts: FloatArray, weight: FloatArray) -> FloatArray:
    best, best_x = np.inf, np.zeros(model.size)
    columns_only = model.soft + model.states
    for shift in (0.0, -1.0, 1.0, -2.0, 2.0):
        for width in (0.0, -1.2, 1.2):
            x = np.zeros(model.size)
            x[0], x[1] = shift, width
            columns = model.start_columns(x, counts)
            target = counts if model.background is None else counts - model.background
            value, rest = nnls((columns * weight).T, target * weight)
            cost = rest**2 + shift**2 + width**2
            if cost < best:
                best, best_x = cost, x
                best_x[model.soft : columns_only] = value[: model.states]
                if model.background is None:
                    best_x[columns_only : columns_only + 2] = value[model.states : model.states + 2]
    floor = max(0.01 * float(best_x[model.soft : columns_only].sum()), 1e-3)
    best_x[model.soft : columns_only] = np.maximum(best_x[model.soft : columns_only], floor)
    if model.background is None:
        best_x[columns_only : columns_only + 2] = np.maximum(best_x[columns_only : columns_only + 2], 0.05)
    if model.tails:
        best_x[model.size - len(model.tails) :] = 0.3
    return best_x


Held = Callable[[FloatArray], tuple[float, FloatArray]]


def minimise(
    model: LineModel, counts: FloatArray, start: FloatArray, held: Held | None = None
) -> tuple[FloatArray, float]:
    """Return the parameters of greatest likelihood and the deviance there.

    Parameters
    ----------
    model : LineModel
    counts : array, shape (n,)
    start : array, shape (size,)
    held : callable, optional
        Of the parameters: a number to be held at zero and its gradient.
    """
    n, soft, size = counts.size, model.soft, model.size
    extra = 1 if held is not None else 0
    cache: dict[bytes, tuple[FloatArray, FloatArray]] = {}

    def both(x: FloatArray) -> tuple[FloatArray, FloatArray]:
        key = x.tobytes()
        if key not in cache:
            cache.clear()
            mean, slopes = model.jacobian(x)
            inside = mean > FEWEST
            r, slope = deviance_residuals(counts, np.maximum(mean, FEWEST))
            full = np.zeros((n + soft + extra, size))
            full[:n] = (slope * inside)[:, None] * slopes
            full[n : n + soft, :soft] = np.eye(soft)
            values = np.concatenate((r, x[:soft], np.zeros(extra)))
            if held is not None:
                value, gradient = held(x)
                values[-1], full[-1] = STIFF * value, STIFF * gradient
            cache[key] = values, full
        return cache[key]

    low, high = model.bounds()
    begin = np.clip(start, low + 1e-9, high - 1e-9)
    found = least_squares(
        lambda x: both(x)[0],
        begin,
        jac=lambda x: both(x)[1],  # pyright: ignore[reportArgumentType]
        bounds=(low, high),
        method="trf",
        x_scale=1.0,
        ftol=1e-7,
        xtol=1e-7,
        gtol=1e-7,
        max_nfev=150,
    )
    return found.x, 2.0 * float(found.cost)


def fit(model: LineModel, intensity: FloatArray, noise_factor: float = 1.0) -> LineFit:
    """Fit a region.

    Parameters
    ----------
    model : LineModel
        In effective counts.
    intensity : array, shape (n,)
        As measured, in the order of `model.energy`.
    noise_factor : float
        Variance over intensity: 1 for counts.
    """
    counts = intensity / noise_factor
    weight = 1.0 / np.sqrt(np.maximum(counts, 1.0))
    x, deviance = minimise(model, counts, _start(model, counts, weight))
    return _judged(model, counts, noise_factor, x, deviance)


def _judged(
    model: LineModel, counts: FloatArray, noise_factor: float, x: FloatArray, deviance: float
) -> LineFit:
    mean, slopes = model.jacobian(x)
    mean = np.maximum(mean, FEWEST)
    information = information_of(model, mean, slopes)
    covariance = inverse(information)
    scaled = slopes / np.sqrt(mean)[:, None]
    effective = float(np.trace(covariance @ (scaled.T @ scaled)))
    r = (counts - mean) / np.sqrt(mean)
    freedom = max(counts.size - effective, 1.0)
    chi2 = float(r @ r) / freedom
    lag = float((r[1:] @ r[:-1]) / max(float(r @ r), 1e-300))
    # Fitting takes out slow residuals: under a right model the lag-one correlation is near -effective/n.
    expected_lag = -effective / counts.size
    beyond = (lag - expected_lag) * np.sqrt(counts.size)
    inflation = max(chi2, 1.0) if chi2 > 1.0 + 2.0 * np.sqrt(2.0 / freedom) else 1.0
    if beyond > AUTOCORRELATION_LIMIT:
        rho = min(lag - expected_lag, 0.9)
        inflation *= (1.0 + rho) / (1.0 - rho)
    _, peaks = model.parts(x)
    total = float(np.trapezoid(peaks.sum(axis=0), model.energy))
    # Moving mean over about one line width: noise averages out, misfit stays.
    width = max(3, int(round(float(np.median(model.geometry(x)[1])) / float(np.median(np.diff(model.energy))))))
    smooth = np.convolve(counts - mean, np.full(width, 1.0 / width), mode="same")
    noise = np.sqrt(mean / width)
    left = np.maximum(np.abs(smooth) - 2.0 * noise, 0.0)
    unexplained = float(np.trapezoid(left, model.energy)) / max(total, 1e-300)
    return LineFit(
        model, counts, noise_factor, x, covariance * inflation, deviance, chi2, lag, inflation, unexplained
    )


def information_of(model: LineModel, mean: FloatArray, slopes: FloatArray) -> FloatArray:
    """Return the expected information of counts and priors, shape (size, size)."""
    scaled = slopes / np.sqrt(mean)[:, None]
    information = scaled.T @ scaled
    information[np.arange(model.soft), np.arange(model.soft)] += 1.0
    return information


def inverse(information: FloatArray) -> FloatArray:
    """Return the inverse of a symmetric matrix; directions that nothing determines get a very large variance."""
    scale = 1.0 / np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information * scale[:, None] * scale[None, :])
    values = np.maximum(values, 1e-12)
    return (vectors / values) @ vectors.T * scale[:, None] * scale[None, :]
