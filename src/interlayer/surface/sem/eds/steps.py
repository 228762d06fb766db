"""Steps of an element's signal across the layers: place and width of each, by error functions.

Each step is the half of an error function; their number is the one with the least Bayesian information criterion. The
width is that from 10 to 90 %, 2.563 standard deviations. The volume in which the beam makes X-rays is part of it, so
that it is an upper bound of the interdiffusion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ndtr

FloatArray = NDArray[np.float64]

MOST_STEPS: Final = 4
TEN_TO_NINETY: Final = 2.563
"""Width from 10 to 90 % of a normal distribution over its standard deviation."""
CLEAR: Final = 4.0
"""Standard errors by which a step's height has to differ from zero."""
SMALLEST: Final = 0.1
"""Height of a step over the range of the signal; less is drift of the beam or the take-off angle."""


@dataclass(frozen=True)
class Step:
    """One step of one element; lengths in the unit of the positions given.

    Attributes
    ----------
    place, place_error : float
    width, width_error : float
        From 10 to 90 %.
    height, height_error : float
        After less before, in the unit of the signal.
    resolved : bool
        Whether the width is at least that of two points; else it is below that.
    """

    place: float
    place_error: float
    width: float
    width_error: float
    height: float
    height_error: float
    resolved: bool


def fit_steps(position: FloatArray, signal: FloatArray) -> tuple[Step, ...]:
    """Return the steps of a signal in ascending order; () if it has none.

    Parameters
    ----------
    position, signal : ndarray, shape (n,)
    """
    n = position.size
    span, spacing = float(np.ptp(position)), float(np.median(np.diff(position)))
    if float(np.ptp(signal)) == 0.0:
        return ()
    weight = _weights(signal)
    best: tuple[float, FloatArray, FloatArray, float] | None = None
    start = np.array([float(np.mean(signal))])
    rest = signal - start[0]
    for count in range(MOST_STEPS + 1):
        if 3 * count + 1 >= n:
            break
        if count:
            start = np.concatenate([start, _guess(position, rest, spacing)])
        low = np.concatenate([[-np.inf], np.tile([position[0], 0.1 * spacing, -np.inf], count)])
        high = np.concatenate([[np.inf], np.tile([position[-1], 0.5 * span, np.inf], count)])
        guess = np.clip(start, low + 1e-12 * span, high - 1e-12 * span) if count else start
        scale = np.concatenate(
            [[np.ptp(signal)], np.tile([span * 0.1, 2.0 * spacing, np.ptp(signal)], count)]
        )
        fit = least_squares(
            lambda p: (_model(position, p) - signal) * weight, guess, bounds=(low, high), x_scale=scale
        )
        start, rest = fit.x, signal - _model(position, fit.x)
        variance = float(np.mean(fit.fun**2))
        criterion = n * np.log(max(variance, 1e-300)) + (3 * count + 1) * np.log(n)
        if best is None or criterion < best[0] - 10.0:
            best = (criterion, fit.x, fit.jac, variance * n / max(1, n - 3 * count - 1))
        if variance < 1e-20 * float(np.ptp(signal * weight)) ** 2:
            break
    assert best is not None
    _, p, jac, variance = best
    errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(jac.T @ jac)) * variance, 0.0))
    found: list[Step] = []
    for k in range(1, p.size, 3):
        if abs(p[k + 2]) < max(CLEAR * errors[k + 2], SMALLEST * float(np.ptp(signal))):
            continue
        width = TEN_TO_NINETY * float(p[k + 1])
        found.append(
            Step(
                float(p[k]),
                float(errors[k]),
                width,
                TEN_TO_NINETY * float(errors[k + 1]),
                float(p[k + 2]),
                float(errors[k + 2]),
                width > 2.0 * spacing,
            )
        )
    return tuple(sorted(found, key=lambda step: step.place))


def _weights(signal: FloatArray) -> FloatArray:
    """Inverse standard deviation of counts, from their mean over five neighbours; 1 for what are no counts."""
    if signal.min() < 0.0 or np.any(signal != np.rint(signal)) or signal.max() < 5.0:
        return np.ones_like(signal)
    mean = np.convolve(np.pad(signal, 2, mode="edge"), np.ones(5) / 5.0, mode="valid")
    return 1.0 / np.sqrt(np.maximum(mean, 1.0))


def _model(position: FloatArray, p: FloatArray) -> FloatArray:
    value = np.full(position.size, p[0])
    for k in range(1, p.size, 3):
        value = value + p[k + 2] * ndtr((position - p[k]) / p[k + 1])
    return value


def _guess(position: FloatArray, rest: FloatArray, spacing: float) -> FloatArray:
    """Place, width and height of the step that takes most out of what is left."""
    n = rest.size
    total = np.cumsum(rest)
    k = np.arange(3, n - 3)
    before, after = total[k - 1] / k, (total[-1] - total[k - 1]) / (n - k)
    gain = (after - before) ** 2 * k * (n - k) / n
    at = int(np.argmax(gain))
    return np.array([position[k[at]] - 0.5 * spacing, 2.0 * spacing, after[at] - before[at]])
