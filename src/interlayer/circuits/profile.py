"""Intervals from the likelihood's own shape, for values whose error is not a small number on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from interlayer.circuits.bounds import bounds
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.least_squares import IntArray, minimise
from interlayer.circuits.result import CircuitFit
from interlayer.errors import InputError, unknown_name

DOUBTFUL = 0.1
"""Relative standard error above which the linear interval is not trusted."""
_REACH = np.array(
    [0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 0.8, 0.9, 0.97, 1.03, 1.1, 1.25, 1.6, 2.5, 5.0, 12.0, 40.0]
)
_PULL = 1e4


@dataclass(frozen=True)
class Interval:
    """Where a value lies with the given probability.

    Attributes
    ----------
    low, high : float
        0 or infinity where the data set no limit on that side.
    level : float
    method : str
        'linear' or 'profile'.
    """

    low: float
    high: float
    level: float
    method: str


def interval(
    fit: CircuitFit, names: str | tuple[str, ...], *, level: float = 0.95, method: str = "auto"
) -> Interval:
    """Confidence interval of a parameter, or of a sum of resistances.

    Parameters
    ----------
    names : str or tuple of str
        A parameter of the circuit, e.g. 'R1', or several of one unit whose sum is meant.
    method : 'auto', 'linear' or 'profile'
        'linear' is value ± t standard errors. 'profile' holds the value at many places, fits everything else
        again and takes those where the sum of squares stays below S (1 + t^2/(n - p)) (Bates and Watts, Nonlinear
        Regression Analysis, Wiley 1988, ch. 6). 'auto' profiles where the relative standard error is above
        `DOUBTFUL` or missing.

    Raises
    ------
    InputError
        For a name that the circuit does not have, or an unknown method.
    """
    keys: tuple[str, ...] = (names,) if isinstance(names, str) else names
    if not keys:
        raise InputError("no parameter is named", advice="e.g. 'R1'")
    for key in keys:
        if key not in fit.parameters:
            raise InputError(unknown_name("parameter", key, fit.parameters), where=f"circuit '{fit.circuit}'")
    if method not in {"auto", "linear", "profile"}:
        raise InputError(f"unknown method '{method}'", advice="'auto', 'linear' or 'profile'")
    spare = max(fit.data.values - len(fit.theta), 1)
    times = float(stdtrit(spare, 0.5 + 0.5 * level))
    total = fit.sum_of(keys)
    known = total.stderr is not None and total.stderr > 0.0
    # a single value at a limit has no error of its own
    known = known and (len(keys) > 1 or all(fit.parameters[k].stderr is not None for k in keys))
    sure = known and (total.stderr or 0.0) < DOUBTFUL * abs(total.value)
    if method == "linear" or (method == "auto" and sure):
        if not known or total.stderr is None:
            return Interval(0.0, np.inf, level, "linear")
        return Interval(
            total.value - times * total.stderr, total.value + times * total.stderr, level, "linear"
        )
    return _profile(fit, keys, level, times**2 / spare)


def _profile(fit: CircuitFit, names: tuple[str, ...], level: float, rise: float) -> Interval:
    keys = list(fit.parameters)
    index = [keys.index(n) for n in names]
    data, circuit = fit.data, fit.structure
    centre = sum(fit.parameters[n].value for n in names)
    best = _squares(fit, fit.theta[None])[0]
    # values on both sides, closer ones where a linear error says that they decide
    spread = fit.sum_of(names).stderr or 0.0
    near = 1.0 + np.array([-3.0, -2.2, -1.6, -1.0, 1.0, 1.6, 2.2, 3.0]) * spread / centre
    places = np.unique(np.concatenate([_REACH, near[(near > _REACH[0]) & (near < _REACH[-1])]]))
    target = np.log(places * centre)
    scale = _PULL * np.sqrt(best)

    def model(theta: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        z, slope = circuit.both(data.omega, theta)
        value, gradient = _sum(fit, theta, index)
        held = scale * (np.log(value) - target[rows])
        residual = np.concatenate([data.weighted(z - data.impedance_ohm), held[:, None]], axis=1)
        extra = scale * gradient / value[:, None]
        return residual, np.concatenate([data.weighted(slope), extra[:, :, None]], axis=2)

    lower, upper = bounds(circuit, data)
    start = np.tile(fit.theta, (places.size, 1))
    logs = np.log(places)
    for k in index:
        start[:, k] += logs * (1.0 if circuit.log[k] else 0.0)
    found = minimise(
        model,
        start,
        np.tile(lower, (places.size, 1)),
        np.tile(upper, (places.size, 1)),
        np.arange(places.size),
        most=60,
        tolerance=1e-7,
    )
    value, _ = _sum(fit, found.theta, index)
    height = np.sqrt(np.maximum(_squares(fit, found.theta) / best - 1.0, 0.0) / rise)
    reached = np.abs(np.log(value) - target) < 1e-2
    x = np.log(value)
    low, high = 0.0, np.inf
    below, above = reached & (places < 1.0), reached & (places > 1.0)
    # from the centre outwards: the first place at which the height passes one
    for side, sign in ((below, -1.0), (above, 1.0)):
        order = np.argsort(sign * x[side])
        px = np.concatenate([[np.log(centre)], x[side][order]])
        ph = np.concatenate([[0.0], height[side][order]])
        over = np.flatnonzero(ph >= 1.0)
        if not over.size:
            continue
        k = int(over[0])
        share = (1.0 - ph[k - 1]) / (ph[k] - ph[k - 1])
        end = float(np.exp(px[k - 1] + share * (px[k] - px[k - 1])))
        low, high = (end, high) if sign < 0 else (low, end)
    return Interval(low, high, level, "profile")


def _squares(fit: CircuitFit, theta: FloatArray) -> FloatArray:
    residual = fit.data.weighted(fit.structure.impedance(fit.data.omega, theta) - fit.data.impedance_ohm)
    return np.einsum("sm,sm->s", residual, residual)


def _sum(fit: CircuitFit, theta: FloatArray, index: list[int]) -> tuple[FloatArray, FloatArray]:
    """Sum of reported parameters (s,) and its derivative by theta (s, p)."""
    circuit = fit.structure
    natural = circuit.natural(theta)
    value = np.zeros(len(theta))
    gradient = np.zeros(theta.shape)
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        mine = [k - s.start for k in index if s.start <= k < s.stop]
        if not mine:
            continue
        for row in range(len(theta)):
            reported, jacobian = p.element.to_reported(natural[row, s])
            value[row] += reported[mine].sum()
            gradient[row, s] += jacobian[mine].sum(axis=0)
    return value, gradient * np.where(circuit.log, natural, 1.0)
