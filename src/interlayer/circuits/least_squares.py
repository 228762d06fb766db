"""Bounded Levenberg-Marquardt for many problems and many starts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]
Model = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""theta (s, p) -> residuals (s, m) and their derivatives (s, p, m)."""
RowModel = Callable[[FloatArray, IntArray], tuple[FloatArray, FloatArray]]
"""theta (s, p) and the rows (s,) that they belong to -> residuals (s, m) and their derivatives (s, p, m)."""


@dataclass(frozen=True)
class Solution:
    """Best point found from one or several starts.

    Attributes
    ----------
    theta : array (p,)
    cost : float
        Sum of squared residuals.
    jacobian : array (p, m)
        Derivatives of the residuals at theta.
    at_bound : array of bool (p,)
        Parameters that the data push against their limit.
    converged : bool
        False if the iteration limit came first.
    """

    theta: FloatArray
    cost: float
    jacobian: FloatArray
    at_bound: BoolArray
    converged: bool


@dataclass(frozen=True)
class Amplitudes:
    """Which coordinates are logarithms of factors that multiply a term of the model.

    Such a term is linear in its factor, so the best factors for given shapes follow from one small linear
    system without a call of the model (variable projection: Golub and Pereyra, Inverse Problems 19 (2003)
    R1).

    Attributes
    ----------
    owner : array of int (p,)
        For every coordinate the position, within `index`, of the factor of its term.
    index : array of int (k,)
        Coordinates that are logarithms of factors.
    sign : array (k,)
        +1, or -1 where the term is divided by the exponential of its coordinate.
    """

    owner: IntArray
    index: IntArray
    sign: FloatArray


@dataclass(frozen=True)
class Factors:
    """The same for many rows.

    Attributes
    ----------
    owner : array of int (s, p)
        For every coordinate the coordinate that is the factor of its term.
    sign : array (s, p)
        +1 or -1 for factors, 0 for all other coordinates.
    """

    owner: IntArray
    sign: FloatArray

    @classmethod
    def same(cls, one: Amplitudes, rows: int) -> Factors:
        """Every row alike."""
        sign = np.zeros(one.owner.size)
        sign[one.index] = one.sign
        owner = one.index[one.owner]
        return cls(np.tile(owner, (rows, 1)), np.tile(sign, (rows, 1)))

    def of(self, rows: IntArray) -> Factors:
        """Of some of the rows."""
        return Factors(self.owner[rows], self.sign[rows])


@dataclass(frozen=True)
class Minima:
    """Best point of every problem.

    Attributes
    ----------
    row : array of int (f,)
        Start that led there.
    theta : array (f, p)
    cost : array (f,)
    residual : array (f, m)
    jacobian : array (f, p, m)
    at_bound : array of bool (f, p)
    converged : array of bool (f,)
    """

    row: IntArray
    theta: FloatArray
    cost: FloatArray
    residual: FloatArray
    jacobian: FloatArray
    at_bound: BoolArray
    converged: BoolArray


def solve(
    model: Model,
    starts: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    *,
    most: int = 80,
    keep: int = 2,
    tolerance: float = 1e-9,
    goal: float = 0.0,
    amplitudes: Amplitudes | None = None,
) -> Solution:
    """Minimise the sum of squared residuals within limits, from several starts side by side.

    Parameters
    ----------
    model : callable
        Residuals and derivatives for a stack of parameter sets.
    starts : array (s, p)
    lower, upper : array (p,)
    most, keep, tolerance, goal, amplitudes
        See `minimise`.
    """
    rows = len(starts)
    found = minimise(
        lambda theta, _rows: model(theta),
        starts,
        np.broadcast_to(lower, starts.shape),
        np.broadcast_to(upper, starts.shape),
        np.zeros(rows, dtype=np.intp),
        most=most,
        keep=keep,
        tolerance=tolerance,
        goal=np.array([goal]) if goal > 0.0 else None,
        factors=None if amplitudes is None else Factors.same(amplitudes, rows),
    )
    return Solution(
        found.theta[0], float(found.cost[0]), found.jacobian[0], found.at_bound[0], bool(found.converged[0])
    )


def minimise(
    model: RowModel,
    starts: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    problem: IntArray,
    *,
    most: int = 80,
    keep: int = 2,
    tolerance: float = 1e-9,
    settle: int = 2,
    goal: FloatArray | None = None,
    factors: Factors | None = None,
) -> Minima:
    """Minimise sums of squared residuals within limits, several problems with several starts side by side.

    Marquardt's damping with a projection on the limits: a coordinate that stands at a limit and would
    leave it is held for that step. After `_TRIAL` steps only the `keep` best starts of a problem go on.
    Rows that have arrived leave the stack.

    Parameters
    ----------
    model : callable
        Residuals and derivatives of some of the rows.
    starts : array (s, p)
    lower, upper : array (s, p)
        Equal for coordinates that a row does not have; the model gives them no derivative.
    problem : array of int (s,)
        Which problem, 0 to f - 1, a start belongs to; every problem has one.
    most : int
        Iteration limit.
    keep : int
        Starts that go on after the first steps.
    tolerance : float
        Relative decrease of the cost below which a start has arrived.
    settle : int
        Steps in a row that must gain so little.
    goal : array (f,), optional
        Give a start up when its pace would not bring it below this cost within the iteration limit.
    factors : Factors, optional
    """
    best_theta = np.clip(starts, lower, upper)
    best_cost = np.full(len(starts), np.inf)
    arrived = np.zeros(len(starts), dtype=np.bool_)
    rows = np.arange(len(starts))
    state = _State.at(model, best_theta, rows)
    low, high, part = lower, upper, factors
    damping, still = np.full(rows.size, 1e-2), np.zeros(rows.size, dtype=np.intp)
    for step_number in range(most):
        trial = state.step(low, high, damping)
        new = _State.at(model, trial, rows)
        if part is not None:
            new.improve(part, low, high)
        better = new.cost < state.cost
        gain = state.cost - new.cost
        still = np.where(better, np.where(gain <= tolerance * state.cost, still + 1, 0), still)
        done = (still >= settle) | (better & (new.cost < _EXACT * new.residual.shape[1]))
        done |= ~better & (np.abs(trial - state.theta).max(axis=1) < 1e-10)
        damping = np.where(better, np.maximum(damping * 0.15, 1e-12), damping * 6.0)
        done |= damping > 1e12
        if goal is not None and step_number > _TRIAL:
            hopeless = new.cost - _HOPE * (most - step_number) * gain > goal[problem[rows]]
            done |= better & hopeless & (gain < _SLOW * state.cost)
        new.restore(state, ~better)
        state = new
        stays = ~done
        if step_number == _TRIAL:
            stays &= _rank(problem[rows], state.cost) < keep
        if stays.all():
            continue
        gone = rows[~stays]
        best_theta[gone], best_cost[gone], arrived[gone] = (
            state.theta[~stays],
            state.cost[~stays],
            done[~stays],
        )
        rows, damping, still = rows[stays], damping[stays], still[stays]
        if not rows.size:
            break
        state = state.of(stays)
        low, high = lower[rows], upper[rows]
        part = None if factors is None else factors.of(rows)
    best_theta[rows], best_cost[rows] = state.theta[: rows.size], state.cost[: rows.size]
    order = np.lexsort((best_cost, problem))
    first = order[np.r_[True, np.diff(problem[order]) > 0]]
    end = _State.at(model, best_theta[first], first)
    below, above = lower[first], upper[first]
    margin = 1e-6 * np.maximum(1.0, np.abs(above - below))
    at_bound = ((end.theta <= below + margin) & (end.gradient >= 0)) | (
        (end.theta >= above - margin) & (end.gradient <= 0)
    )
    return Minima(first, end.theta, end.cost, end.residual, end.jacobian, at_bound, arrived[first])


_TRIAL = 5
_LONGEST = 1.5
_HOPE = 10.0
_SLOW = 3e-3
_EXACT = 1e-26
_LEAST = 0.05


@dataclass
class _State:
    """Where the rows stand."""

    theta: FloatArray
    residual: FloatArray
    jacobian: FloatArray
    cost: FloatArray
    normal: FloatArray
    gradient: FloatArray

    @classmethod
    def at(cls, model: RowModel, theta: FloatArray, rows: IntArray) -> _State:
        residual, jacobian = model(theta, rows)
        normal = np.matmul(jacobian, jacobian.transpose(0, 2, 1))
        gradient = np.matmul(jacobian, residual[:, :, None])[:, :, 0]
        cost = np.einsum("sm,sm->s", residual, residual)
        return cls(theta, residual, jacobian, np.where(np.isfinite(cost), cost, np.inf), normal, gradient)

    def of(self, chosen: BoolArray) -> _State:
        return _State(
            self.theta[chosen],
            self.residual[chosen],
            self.jacobian[chosen],
            self.cost[chosen],
            self.normal[chosen],
            self.gradient[chosen],
        )

    def restore(self, old: _State, which: BoolArray) -> None:
        """Put rows back where they were."""
        if which.any():
            for name in ("theta", "residual", "jacobian", "cost", "normal", "gradient"):
                getattr(self, name)[which] = getattr(old, name)[which]

    def step(self, lower: FloatArray, upper: FloatArray, damping: FloatArray) -> FloatArray:
        """Return where a damped step within the limits leads."""
        theta, gradient = self.theta, self.gradient
        diagonal = np.arange(theta.shape[1])
        held = ((theta <= lower) & (gradient > 0)) | ((theta >= upper) & (gradient < 0))
        free = ~held
        normal = self.normal * (free[:, :, None] & free[:, None, :])
        scale = normal[:, diagonal, diagonal]
        # a coordinate without influence would make the matrix singular
        normal[:, diagonal, diagonal] += damping[:, None] * scale + np.where(
            held, 1.0, 1e-14 * scale.max(axis=1, keepdims=True) + 1e-300
        )
        gradient = gradient * free
        step = -np.linalg.solve(normal, gradient[:, :, None])[:, :, 0]
        low, high = np.maximum(lower - theta, -_LONGEST), np.minimum(upper - theta, _LONGEST)
        beyond = ((step < low) | (step > high)) & free
        again = np.flatnonzero(beyond.any(axis=1))
        if again.size:
            # the others go where the step is best with those fixed at their limit
            out, rest, n, g = beyond[again], ~beyond[again], normal[again], gradient[again]
            fixed = np.where(out, np.clip(step[again], low[again], high[again]), 0.0)
            g = np.where(out, -fixed, g + np.matmul(n, fixed[:, :, None])[:, :, 0] * free[again])
            n = n * (rest[:, :, None] & rest[:, None, :])
            n[:, diagonal, diagonal] += out
            step[again] = -np.linalg.solve(n, g[:, :, None])[:, :, 0]
        return theta + np.clip(step, low, high)

    def improve(self, factors: Factors, lower: FloatArray, upper: FloatArray) -> None:
        """Give the terms better factors."""
        sign = factors.sign
        is_factor = sign != 0.0
        diagonal = np.arange(sign.shape[1])
        normal = self.normal * (sign[:, :, None] * sign[:, None, :])
        scale = normal[:, diagonal, diagonal]
        normal[:, diagonal, diagonal] += np.where(
            is_factor, 1e-10 * scale + 1e-14 * scale.max(axis=1, keepdims=True) + 1e-300, 1.0
        )
        change = -np.linalg.solve(normal, (sign * self.gradient)[:, :, None])[:, :, 0]
        # factors stay positive and within their limits
        ends = (lower - self.theta) * sign, (upper - self.theta) * sign
        log = np.log(np.clip(1.0 + change, _LEAST, 1.0 / _LEAST))
        log = np.where(is_factor, np.clip(log, np.minimum(*ends), np.maximum(*ends)), 0.0)
        factor = np.exp(log)
        changed = self.residual + np.matmul(((factor - 1.0) * sign)[:, None, :], self.jacobian)[:, 0]
        cost = np.einsum("sm,sm->s", changed, changed)
        # where a limit was met the step may not pay
        pays = cost < self.cost
        if not pays.any():
            return
        factor = np.where(pays[:, None], factor, 1.0)
        grown = np.take_along_axis(factor, factors.owner, axis=1)
        self.theta = self.theta + np.where(pays[:, None], sign * log, 0.0)
        self.residual = changed if pays.all() else np.where(pays[:, None], changed, self.residual)
        self.cost = np.where(pays, cost, self.cost)
        self.jacobian *= grown[:, :, None]
        self.normal *= grown[:, :, None] * grown[:, None, :]
        self.gradient = np.matmul(self.jacobian, self.residual[:, :, None])[:, :, 0]


def _rank(problem: IntArray, cost: FloatArray) -> IntArray:
    """Place of each row among those of its problem, the smallest cost first."""
    order = np.lexsort((cost, problem))
    new = np.r_[True, np.diff(problem[order]) > 0]
    begin = np.maximum.accumulate(np.where(new, np.arange(order.size), 0))
    rank = np.empty(order.size, dtype=np.intp)
    rank[order] = np.arange(order.size) - begin
    return rank
