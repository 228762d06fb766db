"""Fit of a region by the likelihood of counts, with errors that know the misfit.

The deviance of Poisson counts is a sum of squares of deviance residuals, so that a least-squares solver finds the
maximum of the likelihood. Priors on positions, widths and satellites are squares of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares, nnls
from scipy.stats import chi2 as chi2_distribution

from interlayer.surface.xps.model import LineModel

FloatArray = NDArray[np.float64]

FEWEST: Final = 1e-3
"""Expected counts below this are counted as this."""
STIFF: Final = 30.0
"""Weight with which a fraction is held while its likelihood is followed."""
RIVAL: Final = 9.0
"""Another minimum within this deviance is not ruled out: three standard deviations."""
DISTINCT: Final = 0.3
"""Sum of absolute differences of shares beyond which two beginnings assign the lines differently."""
RENAMED_SHARE: Final = 0.1
"""Share from which a line is tried under another name."""
MOST_STARTS: Final = 5
RESTARTS: Final = 3
ROUGH_STEPS: Final = 12
"""Of a first descent from each beginning; those far from the best are not followed further."""
FAR: Final = 60.0
_SHIFTS: Final = (0.0, -0.7, 0.7, -1.4, 1.4, -2.1, 2.1)
_WIDTHS: Final = (0.0, -1.2, 1.2)
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
    most_chi2 : float
        What it may reach by chance: three of its standard deviations, error of the noise included.
    autocorrelation : float
        Of the residuals at a lag of one point.
    inflation : float
        Factor on the variance for the misfit, >= 1.
    unexplained : float
        Smoothed residual area over the area of the lines.
    strain : float
        Probability that positions, widths and satellites lie this far from the recipe by chance.
    rivals : tuple of array
        Parameters of other minima that the data do not rule out.
    """

    model: LineModel
    counts: FloatArray
    noise_factor: float
    x: FloatArray
    covariance: FloatArray
    deviance: float
    reduced_chi2: float
    most_chi2: float
    autocorrelation: float
    inflation: float
    unexplained: float
    strain: float
    rivals: tuple[FloatArray, ...] = ()

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


def _starts(model: LineModel, counts: FloatArray, weight: FloatArray) -> list[FloatArray]:
    """Return where to begin: the best of a grid of shifts and widths, one of each assignment of the lines."""
    at, ends = model.soft, model.soft + model.states
    target = counts if model.background is None else counts - model.background
    tried: list[tuple[float, FloatArray, FloatArray]] = []
    trials = [{0: shift, 1: width} for shift in _SHIFTS for width in _WIDTHS]
    trials += [{**place, 1: width} for place in model.placed_on_top(counts) for width in _WIDTHS]
    for trial in trials:
        x = np.zeros(model.size)
        x[list(trial)] = list(trial.values())
        columns = model.start_columns(x, counts)
        value, rest = nnls((columns * weight).T, target * weight)
        x[at:ends] = value[: model.states]
        if model.background is None:
            x[ends : ends + 2] = value[model.states : model.states + 2]
        total = max(float(value[: model.states].sum()), 1e-300)
        penalty = sum(one**2 for one in trial.values())
        tried.append((rest**2 + penalty, value[: model.states] / total, x))
    tried.sort(key=lambda one: one[0])
    kept: list[tuple[FloatArray, FloatArray]] = []
    for _, shares, x in tried:
        if all(float(np.abs(shares - other).sum()) > DISTINCT for other, _ in kept):
            kept.append((shares, x))
        if len(kept) == MOST_STARTS:
            break
    found: list[FloatArray] = []
    for _, x in kept:
        x[at:ends] = np.maximum(x[at:ends], max(0.01 * float(x[at:ends].sum()), 1e-3))
        if model.background is None:
            x[ends : ends + 2] = np.maximum(x[ends : ends + 2], 0.05)
        if model.tails:
            x[model.size - len(model.tails) :] = 0.3
        found.append(x)
    return found


Held = Callable[[FloatArray], tuple[float, FloatArray]]


def minimise(
    model: LineModel,
    counts: FloatArray,
    start: FloatArray,
    held: Held | None = None,
    steps: int = 150,
    absent: FloatArray | None = None,
) -> tuple[FloatArray, float]:
    """Return the parameters of greatest likelihood and the deviance there.

    Parameters
    ----------
    model : LineModel
    counts : array, shape (n,)
    start : array, shape (size,)
    held : callable, optional
        Of the parameters: a number to be held at zero and its gradient.
    steps : int
        At most.
    absent : array, shape (states,), optional
        1 for a state whose area is held at zero.
    """
    size, extra = model.size, 1 if held is not None else 0
    usual, weight = model.priors()
    told = np.flatnonzero(weight)
    prior_rows = np.diag(weight)[told]
    cache: dict[bytes, tuple[FloatArray, FloatArray]] = {}

    def both(x: FloatArray) -> tuple[FloatArray, FloatArray]:
        key = x.tobytes()
        if key not in cache:
            cache.clear()
            mean, slopes = model.jacobian(x)
            inside = mean > FEWEST
            r, slope = deviance_residuals(counts, np.maximum(mean, FEWEST))
            full = np.concatenate(((slope * inside)[:, None] * slopes, prior_rows, np.zeros((extra, size))))
            values = np.concatenate((r, weight[told] * (x[told] - usual[told]), np.zeros(extra)))
            if held is not None:
                value, gradient = held(x)
                values[-1], full[-1] = STIFF * value, STIFF * gradient
            cache[key] = values, full
        return cache[key]

    low, high = model.bounds()
    if absent is not None:
        inside = slice(model.soft, model.soft + model.states)
        high[inside] = np.where(absent > 0.0, 4e-9, high[inside])
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
        max_nfev=steps,
    )
    return found.x, 2.0 * float(found.cost)


def fit(
    model: LineModel, intensity: FloatArray, noise_factor: float = 1.0, noise_error: float = 0.0
) -> LineFit:
    """Fit a region.

    Parameters
    ----------
    model : LineModel
        In effective counts.
    intensity : array, shape (n,)
        As measured, in the order of `model.energy`.
    noise_factor : float
        Variance over intensity: 1 for counts.
    noise_error : float
        Its relative error.
    """
    counts = intensity / noise_factor
    weight = 1.0 / np.sqrt(np.maximum(counts, 1.0))
    rough = [minimise(model, counts, one, steps=ROUGH_STEPS) for one in _starts(model, counts, weight)]
    lowest = min(height for _, height in rough)
    promising = [one for one, height in rough if height < 1.5 * lowest + FAR]
    minima = sorted((minimise(model, counts, one) for one in promising), key=lambda one: one[1])
    x, deviance = minima[0]
    for _ in range(RESTARTS):
        # Areas and tails that came to rest at zero are lifted once more: states that overlap can change places.
        lifted = x.copy()
        areas = lifted[model.soft : model.soft + model.states]
        areas[:] = np.maximum(areas, 0.05 * float(areas.sum()))
        lifted[model.soft + model.states :] = np.maximum(lifted[model.soft + model.states :], 0.05)
        again, height = minimise(model, counts, lifted)
        better = deviance - height
        if better > 0.0:
            x, deviance = again, height
        if better < 0.1:
            break
    for start in _renamed(model, counts, weight, x):
        again, height = minimise(model, counts, start, steps=ROUGH_STEPS)
        if height < deviance + FAR:
            minima.append(minimise(model, counts, again))
    lowest_x, lowest = min(minima, key=lambda one: one[1])
    if lowest < deviance:
        x, deviance = lowest_x, lowest
    best = _judged(model, counts, noise_factor, noise_error, x, deviance)
    others = tuple(other for other, height in minima if height - deviance < RIVAL * best.inflation)
    return replace(best, rivals=others)


def _renamed(model: LineModel, counts: FloatArray, weight: FloatArray, x: FloatArray) -> list[FloatArray]:
    """Return beginnings in which a line of the fit is given to another state that can lie there."""
    at, ends = model.soft, model.soft + model.states
    areas = model.state_areas(x)
    target = counts if model.background is None else counts - model.background
    main = model.main_positions(x)
    found: list[FloatArray] = []
    for k in range(model.states):
        if areas[k] < RENAMED_SHARE * float(areas.sum()):
            continue
        for j, place in model.placed_at(float(main[k])):
            if j == k or model.are_inseparable(j, k):
                continue
            start = np.zeros(model.size)
            start[1:3] = x[1:3]
            start[list(place)] = list(place.values())
            columns = model.start_columns(start, counts)
            columns[k] = 0.0
            value, _ = nnls((columns * weight).T, target * weight)
            start[at:ends] = np.maximum(
                value[: model.states], max(0.01 * float(value[: model.states].sum()), 1e-3)
            )
            start[ends:] = np.maximum(x[ends:], 0.05)
            found.append(start)
    return found


def _judged(
    model: LineModel,
    counts: FloatArray,
    noise_factor: float,
    noise_error: float,
    x: FloatArray,
    deviance: float,
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
    chance = float(np.hypot(np.sqrt(2.0 / freedom), noise_error))
    inflation = chi2 if chi2 > 1.0 + 2.0 * chance else 1.0
    if beyond > AUTOCORRELATION_LIMIT:
        rho = min(lag - expected_lag, 0.9)
        inflation *= (1.0 + rho) / (1.0 - rho)
    most = 1.0 + 3.0 * chance
    soft = x[: model.soft]
    strain = float(chi2_distribution.sf(float(soft @ soft), model.soft))
    _, peaks = model.parts(x)
    total = float(np.trapezoid(peaks.sum(axis=0), model.energy))
    # Moving mean over about one line width: noise averages out, misfit stays.
    width = max(3, round(float(np.median(model.geometry(x)[1])) / float(np.median(np.diff(model.energy)))))
    smooth = np.convolve(counts - mean, np.full(width, 1.0 / width), mode="same")
    noise = np.sqrt(mean / width)
    left = np.maximum(np.abs(smooth) - 2.0 * noise, 0.0)
    unexplained = float(np.trapezoid(left, model.energy)) / max(total, 1e-300)
    return LineFit(
        model,
        counts,
        noise_factor,
        x,
        covariance * inflation,
        deviance,
        chi2,
        most,
        lag,
        inflation,
        unexplained,
        strain,
    )


def information_of(model: LineModel, mean: FloatArray, slopes: FloatArray) -> FloatArray:
    """Return the expected information of counts and priors, shape (size, size)."""
    scaled = slopes / np.sqrt(mean)[:, None]
    information = scaled.T @ scaled
    information[np.diag_indices(model.size)] += model.priors()[1] ** 2
    return information


def inverse(information: FloatArray) -> FloatArray:
    """Return the inverse of a symmetric matrix; directions that nothing determines get a very large variance."""
    scale = 1.0 / np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information * scale[:, None] * scale[None, :])
    values = np.maximum(values, 1e-12)
    return (vectors / values) @ vectors.T * scale[:, None] * scale[None, :]
