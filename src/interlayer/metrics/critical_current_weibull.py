"""Weibull distribution of critical currents of several cells, each known as an interval or as a lower bound.

A cell whose ramp failed gives the interval (last passed, first failed]; one that did not fail is right-censored at its
last passed level. Maximum likelihood with the exact probability of each interval, S(a) - S(b) with
S(x) = exp(-(x/scale)^shape); intervals are those of the profile likelihood (Meeker, Escobar, Pascual, Statistical
Methods for Reliability Data, 2nd ed. 2022, chapters 7 and 8), which need no symmetry and hold for few cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import chdtri

from interlayer.errors import InputError
from interlayer.metrics.critical_current import CriticalCurrent

FloatArray = NDArray[np.float64]
Interval = tuple[float | None, float | None]

FEWEST_FAILED: Final = 2
"""Failed cells below which there are not two parameters to be had."""
STEEPEST: Final = 200.0
"""Shape above which the data do not bound it: all failed cells lie in one interval."""
FLATTEST: Final = 0.02


@dataclass(frozen=True)
class WeibullFit:
    """Weibull distribution of critical current densities; everything None with a reason if there is none.

    Attributes
    ----------
    scale, shape, median : float or None
        Scale (63.2 % have failed) and median in the unit of the data; shape is the Weibull modulus. `shape` is None
        if the data do not bound it from above.
    scale_interval, shape_interval, median_interval : tuple of float or None
        Profile-likelihood intervals at `level`; an end that the data do not bound is None.
    level : float
        Confidence level.
    cells, failed, censored : int
        Cells altogether, with a failure, and without.
    log_likelihood : float or None
    notes : tuple of str
        What a person should know.
    reason : str
        Why there is no fit, else empty.
    """

    scale: float | None
    shape: float | None
    median: float | None
    scale_interval: Interval
    shape_interval: Interval
    median_interval: Interval
    level: float
    cells: int
    failed: int
    censored: int
    log_likelihood: float | None
    notes: tuple[str, ...] = ()
    reason: str = ""


def fit_weibull(intervals: Sequence[Interval], *, level: float = 0.95) -> WeibullFit:
    """Fit a Weibull distribution to critical currents.

    Parameters
    ----------
    intervals : sequence of (last passed, first failed)
        One a cell, any unit; first failed None: right-censored; last passed None: failed in the first level.
    level : float
        Confidence level of the intervals.

    Raises
    ------
    InputError
        If an interval is no interval, or the level is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise InputError(f"confidence level {level:g}", advice="write a number between 0 and 1, e.g. 0.95")
    low, high = _checked(intervals)
    failed, cells = int(np.isfinite(high).sum()), low.size
    censored = cells - failed
    empty: Interval = (None, None)
    if failed < FEWEST_FAILED:
        reason = f"{failed} of {cells} cells failed: a Weibull fit needs {FEWEST_FAILED} that did"
        return WeibullFit(
            None, None, None, empty, empty, empty, level, cells, failed, censored, None, (), reason
        )
    middle = float(np.exp(np.mean(np.log(np.where(np.isfinite(high), high, low)[np.isfinite(high)]))))
    data = (low / middle, high / middle)
    notes: list[str] = []
    best, top, bounded = _maximum(data)
    limit = float(chdtri(1.0, 1.0 - level)) / 2.0
    if not bounded:
        notes.append(
            "all failures lie in one interval or at one place: the shape has no upper bound, it may be any large number"
        )
    if cells < 5:
        notes.append(f"only {cells} cells: the intervals are wide, and the distribution itself is not tested")
    if censored:
        notes.append(
            f"{censored} of {cells} cells did not fail and count as at least their last passed level"
        )

    def inside(profile: Callable[[float], float], at: float, widest: float) -> Interval:
        ends = (_end(profile, at, -1.0, top - limit, widest), _end(profile, at, 1.0, top - limit, widest))
        return ends

    scale = inside(lambda x: _profile(data, lambda s: (x, s)), best[0], 6.0)
    median = inside(
        lambda x: _profile(data, lambda s: (x - np.log(np.log(2.0)) / np.exp(s), s)),
        best[0] + np.log(np.log(2.0)) / np.exp(best[1]),
        6.0,
    )
    shape = inside(lambda x: _profile_scale(data, x), best[1], float(np.log(STEEPEST / FLATTEST)))

    def back(x: float | None) -> float | None:
        return None if x is None else float(middle * np.exp(x))

    return WeibullFit(
        scale=back(best[0]),
        shape=float(np.exp(best[1])) if bounded else None,
        median=back(best[0] + np.log(np.log(2.0)) / np.exp(best[1])),
        scale_interval=(back(scale[0]), back(scale[1])),
        shape_interval=(
            None if shape[0] is None else float(np.exp(shape[0])),
            None if shape[1] is None or not bounded else float(np.exp(shape[1])),
        ),
        median_interval=(back(median[0]), back(median[1])),
        level=level,
        cells=cells,
        failed=failed,
        censored=censored,
        log_likelihood=top,
        notes=tuple(notes),
    )


def fit_cells(cells: Sequence[CriticalCurrent], *, level: float = 0.95) -> WeibullFit:
    """Fit the critical current densities of several cells in A/m2.

    A ramp that another failure than a short ended counts as right-censored at its last passed level: the cell had not
    shorted there. Cells without a ramp or an area are left out, which the notes say.

    Raises
    ------
    InputError
        As `fit_weibull`.
    """
    intervals: list[Interval] = []
    left_out = other = 0
    for one in cells:
        failed = one.first_failed_A_m2 if one.ended_by == "short" else None
        if one.ended_by not in ("short", "none"):
            other += 1
        if one.reason or (one.last_passed_A_m2 is None and failed is None):
            left_out += 1
            continue
        intervals.append((one.last_passed_A_m2, failed))
    fit = fit_weibull(intervals, level=level)
    notes = list(fit.notes)
    if other:
        notes.append(
            f"{other} ramps ended by another failure than a short and count as not shorted up to there"
        )
    if left_out:
        notes.append(f"{left_out} cells have no ramp, no finished level or no area and are left out")
    return replace(fit, notes=tuple(notes))


def survival(x: FloatArray, scale: float, shape: float) -> FloatArray:
    """Share of cells that pass a current x, shape (n,)."""
    return np.exp(-((np.asarray(x, dtype=np.float64) / scale) ** shape))


def _checked(intervals: Sequence[Interval]) -> tuple[FloatArray, FloatArray]:
    low = np.array([0.0 if a is None else float(a) for a, _ in intervals], dtype=np.float64)
    high = np.array([np.inf if b is None else float(b) for _, b in intervals], dtype=np.float64)
    for k, (a, b) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        if not (np.isfinite(a) and a >= 0.0 and b > a):
            raise InputError(
                f"cell {k + 1}: last passed {a:g}, first failed {b:g} is no interval",
                advice="the first failed level must lie above the last passed one",
            )
    return low, high


def _log_likelihood(data: tuple[FloatArray, FloatArray], log_scale: float, log_shape: float) -> float:
    """Sum of ln(S(a) - S(b)); written so that neither end loses digits."""
    low, high = data
    shape = np.exp(log_shape)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        h_low = np.where(low > 0, np.exp(shape * (np.log(low) - log_scale)), 0.0)
        h_high = np.exp(shape * (np.log(high) - log_scale))
        # ln(exp(-h1) - exp(-h2)) = -h1 + ln(1 - exp(-(h2 - h1)))
        part = -h_low + np.where(np.isfinite(h_high), np.log(-np.expm1(-(h_high - h_low))), 0.0)
    total = float(np.sum(part))
    return total if np.isfinite(total) else -1e300


def _maximum(data: tuple[FloatArray, FloatArray]) -> tuple[tuple[float, float], float, bool]:
    """Ln scale and ln shape of the greatest likelihood, its logarithm, and whether the shape is bounded."""
    best: tuple[float, float] = (0.0, 0.0)
    top = -np.inf
    for start in (0.7, 2.5):
        found = minimize(
            lambda p: -_log_likelihood(data, p[0], p[1]),
            np.array([0.0, start]),
            method="Nelder-Mead",
            bounds=[(-8.0, 8.0), (np.log(FLATTEST), np.log(STEEPEST))],
            options={"xatol": 1e-8, "fatol": 1e-11, "maxiter": 2000},
        )
        if -found.fun > top:
            top, best = float(-found.fun), (float(found.x[0]), float(found.x[1]))
    return best, top, best[1] < np.log(STEEPEST) - 1e-3


def _profile(data: tuple[FloatArray, FloatArray], at: Callable[[float], tuple[float, float]]) -> float:
    """Greatest log-likelihood over ln shape with something else held."""
    # a coarse look first: the profile may have more than one hill
    grid = np.linspace(np.log(FLATTEST), np.log(STEEPEST), 24)
    values = [_log_likelihood(data, *at(float(s))) for s in grid]
    k = int(np.argmax(values))
    found = minimize_scalar(
        lambda s: -_log_likelihood(data, *at(s)),
        bounds=(float(grid[max(k - 1, 0)]), float(grid[min(k + 1, grid.size - 1)])),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return max(float(-found.fun), values[k])


def _profile_scale(data: tuple[FloatArray, FloatArray], log_shape: float) -> float:
    """Greatest log-likelihood over ln scale with the shape held."""
    found = minimize_scalar(
        lambda x: -_log_likelihood(data, x, log_shape),
        bounds=(-8.0, 8.0),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(-found.fun)


def _end(
    profile: Callable[[float], float], at: float, sign: float, border: float, widest: float
) -> float | None:
    """Where the profile falls to the border on one side; None if it does not within `widest`."""
    step, inner = 0.05, at
    while step <= widest:
        outer = at + sign * step
        if profile(outer) < border:
            return _root(lambda x: profile(x) - border, inner, outer)
        inner, step = outer, step * 1.6
    return None


def _root(of: Callable[[float], float], one: float, other: float) -> float:
    found: Any = brentq(of, one, other, xtol=1e-5)
    return float(found)
