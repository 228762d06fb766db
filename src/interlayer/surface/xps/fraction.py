"""Share of one or more states in a line: value, 95 % interval by profile likelihood, detection limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2

from interlayer.surface.xps.fit import FEWEST, LineFit, information_of, inverse, minimise

FloatArray = NDArray[np.float64]

LEVEL: Final = 3.841459
"""95 % of chi-squared with one degree of freedom."""
Z95: Final = 1.959964
SEPARABLE: Final = 0.05
"""Half width of the 95 % interval of a share up to which a state counts as separable."""
CLEAR: Final = 6.0
UNCLEAR: Final = 0.3
POOR: Final = 0.03
"""Linear error of a share from which the likelihood is followed."""
_ROUNDS: Final = 6
_CLOSE: Final = 0.02


@dataclass(frozen=True)
class Share:
    """Share of some states in the area of a line.

    Attributes
    ----------
    states : tuple of str
    value : float
    sd : float
        Linear standard error, misfit included.
    low, high : float
        95 % interval.
    detection_limit : float
        Share that would be seen in 95 of 100 spectra, with 5 of 100 false alarms (Currie 1968).
    decision_limit : float
        Share above which it counts as seen.
    is_seen : bool
        Whether the likelihood is worse without these states, at 5 % false alarms.
    how : str
        'linear' or 'profile'; 'other assignment' where the interval spans a second way to name the lines.
    """

    states: tuple[str, ...]
    value: float
    sd: float
    low: float
    high: float
    detection_limit: float
    decision_limit: float
    is_seen: bool
    how: str


def _vector(fit: LineFit, states: Sequence[str]) -> FloatArray:
    return np.array([1.0 if state.name in states else 0.0 for state in fit.model.recipe.states])


def _share(fit: LineFit, x: FloatArray, chosen: FloatArray) -> tuple[float, FloatArray]:
    """Return the share and its gradient by all parameters."""
    model = fit.model
    area = x[model.soft : model.soft + model.states]
    parts = model.state_parts(x)
    s = area * parts
    total = max(float(s.sum()), 1e-300)
    value = float(chosen @ s) / total
    by_s = (chosen - value) / total
    gradient = np.zeros(model.size)
    gradient[model.soft : model.soft + model.states] = by_s * parts
    gradient[: model.soft] = (by_s * area) @ model.state_parts_jacobian()
    return value, gradient


def shares_covariance(fit: LineFit) -> tuple[FloatArray, FloatArray]:
    """Return the share of each state and their linear covariance."""
    rows = [_share(fit, fit.x, one) for one in np.eye(fit.model.states)]
    jacobian = np.array([gradient for _, gradient in rows])
    shares = np.array([value for value, _ in rows])
    covariance = jacobian @ fit.covariance @ jacobian.T
    for rival in fit.rivals:
        # Another assignment that is not ruled out: its shares are within the interval.
        away = np.array([_share(fit, rival, one)[0] for one in np.eye(fit.model.states)]) - shares
        covariance = covariance + np.outer(away, away) / Z95**2
    return shares, covariance


def share(fit: LineFit, states: Sequence[str], *, profile: bool | None = None) -> Share:
    """Return the share of some states.

    Parameters
    ----------
    fit : LineFit
    states : sequence of str
    profile : bool, optional
        Follow the likelihood, or take the linear error cut off at 0 and 1; None: the likelihood where the linear
        error is larger than 3 %.
    """
    chosen = _vector(fit, states)
    value, gradient = _share(fit, fit.x, chosen)
    sd = float(np.sqrt(max(float(gradient @ fit.covariance @ gradient), 1e-16)))
    decision, detection = detection_limits(fit, states)
    how, low, high = "linear", value - Z95 * sd, value + Z95 * sd
    if profile is None:
        profile = sd > POOR
    if profile and 0.0 < chosen.sum() < chosen.size:
        how = "profile"
        low = _end(fit, chosen, value, sd, -1)
        high = _end(fit, chosen, value, sd, +1)
    for rival in fit.rivals:
        other = _share(fit, rival, chosen)[0]
        if abs(other - value) > Z95 * sd:
            how += ", other assignment"
            low, high = min(low, other - Z95 * sd), max(high, other + Z95 * sd)
    return Share(
        tuple(states),
        value,
        sd,
        max(low, 0.0),
        min(high, 1.0),
        detection,
        decision,
        is_seen(fit, chosen, value / sd),
        how,
    )


def _end(fit: LineFit, chosen: FloatArray, value: float, sd: float, side: int) -> float:
    """Return where the deviance has risen by what a 95 % interval allows."""
    model = fit.model
    step = min(sd, 0.3)

    def rise(at: float, start: FloatArray) -> tuple[float, FloatArray]:
        def held(x: FloatArray) -> tuple[float, FloatArray]:
            now, gradient = _share(fit, x, chosen)
            return (now - at) / step, gradient / step

        begin = start.copy()
        inside = begin[model.soft : model.soft + model.states]
        # An area of exactly 0 has no way to grow by scaling: all states begin with a trace. Then the areas are
        # scaled to the share that is held, so that the solver begins on the constraint.
        inside[:] = np.maximum(inside, 1e-3 * float(inside.sum()))
        now = min(max(_share(fit, begin, chosen)[0], 1e-6), 1.0 - 1e-6)
        inside *= np.where(chosen > 0.0, at / now, (1.0 - at) / (1.0 - now))
        x, deviance = minimise(model, fit.counts, begin, held)
        return float(np.sqrt(max(deviance - fit.deviance, 0.0) / (LEVEL * fit.inflation))), x

    edge = 0.0 if side < 0 else 1.0
    a, ra, x = value, 0.0, fit.x
    b = min(max(value + side * Z95 * step, 0.0), 1.0)
    if abs(b - value) < 1e-9:
        return edge
    for _ in range(_ROUNDS):
        rb, x = rise(b, x)
        if abs(rb - 1.0) < _CLOSE:
            return b
        if b == edge and rb < 1.0:
            return edge
        # The root of the rise is nearly straight in the share: secant, at most doubling the way.
        slope = (rb - ra) / (b - a) if b != a else 0.0
        new = b + (1.0 - rb) / slope if slope * side > 1e-9 else b + side * step
        new = value + side * min(abs(new - value), 2.5 * abs(b - value)) if (new - value) * side > 0 else b
        a, ra, b = b, rb, min(max(new, 0.0), 1.0)
        if a == b:
            return b
    return b


def is_seen(fit: LineFit, chosen: FloatArray, signal: float) -> bool:
    """Whether states are there: deviance without them against chi-bar-squared, 5 % false alarms.

    Areas cannot be negative, so that the deviance of k absent states is a mixture of chi-squared laws (Chernoff 1954,
    doi:10.1214/aoms/1177728725; equal weights of orthants). The sum of two states that are each cut off at zero would
    exceed a limit for sums too often.

    Parameters
    ----------
    signal : float
        Share over its linear error; where it is large or near zero nothing is fitted again.
    """
    if signal > CLEAR:
        return True
    if signal < UNCLEAR or chosen.all():
        return bool(chosen.all())
    _, deviance = minimise(fit.model, fit.counts, fit.x, absent=chosen)
    return (deviance - fit.deviance) / fit.inflation > chi_bar_limit(int(chosen.sum()))


@lru_cache
def chi_bar_limit(count: int, level: float = 0.05) -> float:
    """Return what the deviance of `count` absent states exceeds by chance at `level`; 2.71 for one."""

    def beyond(c: float) -> float:
        return sum(comb(count, j) * float(chi2.sf(c, j)) for j in range(1, count + 1)) / 2.0**count - level

    return float(cast(float, brentq(beyond, 0.1, 60.0)))


def detection_limits(fit: LineFit, states: Sequence[str]) -> tuple[float, float]:
    """Return decision and detection limit of the share of some states (Currie 1968, doi:10.1021/ac60259a007).

    Both are computed where these states are absent, all other parameters as fitted.
    """
    model = fit.model
    chosen = _vector(fit, states)
    x = fit.x.copy()
    areas = x[model.soft : model.soft + model.states]
    kept = float((areas * model.state_parts(x)).sum())
    areas[chosen > 0.0] = 0.0
    mean, slopes = model.jacobian(x)
    mean = np.maximum(mean, FEWEST)
    at = slice(model.soft, model.soft + model.states)
    covariance = inverse(information_of(model, mean, slopes))[at, at] * fit.inflation
    weight = chosen * model.state_parts(x)
    sd = float(np.sqrt(max(float(weight @ covariance @ weight), 0.0)))
    total = max(kept, sd, 1e-300)
    one_count = float(np.median(np.diff(model.energy))) / model.scale
    return min(1.645 * sd / total, 1.0), min((3.29 * sd + 2.71 * one_count) / total, 1.0)


def separable_groups(fit: LineFit, limit: float = SEPARABLE) -> list[tuple[str, ...]]:
    """Return the states in groups whose shares the spectrum determines; a group of several is inseparable.

    While the 95 % interval of a group is wider than +- `limit`, it is joined with the group whose share moves
    most against its own.
    """
    _, covariance = shares_covariance(fit)
    names = [state.name for state in fit.model.recipe.states]
    groups = [[k] for k in range(len(names))]
    for together in fit.model.recipe.inseparable:
        members = [k for k in range(len(names)) if names[k] in together]
        groups = [members] + [group for group in groups if group[0] not in members]
    while len(groups) > 1:
        pick = np.zeros((len(groups), len(names)))
        for row, members in enumerate(groups):
            pick[row, members] = 1.0
        c = pick @ covariance @ pick.T
        half = Z95 * np.sqrt(np.maximum(np.diag(c), 0.0))
        worst = int(np.argmax(half))
        if half[worst] <= limit:
            break
        against = c[worst].copy()
        against[worst] = np.inf
        other = int(np.argmin(against))
        groups[min(worst, other)] += groups[max(worst, other)]
        del groups[max(worst, other)]
    return [tuple(names[k] for k in sorted(members)) for members in sorted(groups, key=min)]
