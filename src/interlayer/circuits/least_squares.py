"""Bounded Levenberg-Marquardt for many starts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Model = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""theta (s, p) -> residuals (s, m) and their derivatives (s, p, m)."""


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
    at_bound: NDArray[np.bool_]
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

    owner: NDArray[np.intp]
    index: NDArray[np.intp]
    sign: FloatArray

    def improve(
        self,
        theta: FloatArray,
        residual: FloatArray,
        jacobian: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return theta with better factors, and the residuals and derivatives that belong to it."""
        terms = jacobian[:, self.index] * self.sign[:, None]
        normal = np.matmul(terms, terms.transpose(0, 2, 1))
        scale = np.einsum("sii->si", normal)
        ridge = 1e-10 * scale + 1e-14 * scale.max(axis=1, keepdims=True) + 1e-300
        right = np.matmul(terms, residual[:, :, None])
        change = -np.linalg.solve(normal + ridge[:, :, None] * np.eye(self.index.size), right)[:, :, 0]
        # factors stay positive and within their limits
        here = theta[:, self.index]
        end = np.sort(
            np.stack([(lower[self.index] - here) * self.sign, (upper[self.index] - here) * self.sign]), 0
        )
        log = np.clip(np.log(np.clip(1.0 + change, _LEAST, 1.0 / _LEAST)), end[0], end[1])
        # where a limit was met the step may not pay
        changed = residual + np.matmul((np.exp(log) - 1.0)[:, None, :], terms)[:, 0]
        log = np.where((_cost(changed) < _cost(residual))[:, None], log, 0.0)
        factor = np.exp(log)
        theta = theta.copy()
        theta[:, self.index] += self.sign * log
        residual = residual + np.matmul((factor - 1.0)[:, None, :], terms)[:, 0]
        return theta, residual, jacobian * factor[:, self.owner][:, :, None]


_LEAST = 0.05


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

    Marquardt's damping with a projection on the limits: a coordinate that stands at a limit and would
    leave it is held for that step. After `_TRIAL` steps only the `keep` best starts go on.

    Parameters
    ----------
    model : callable
        Residuals and derivatives for a stack of parameter sets.
    starts : array (s, p)
    lower, upper : array (p,)
    most : int
        Iteration limit.
    keep : int
        Starts that go on after the first steps.
    tolerance : float
        Relative decrease of the cost below which a start has arrived.
    goal : float
        Give a start up when its pace would not bring it below this cost within the iteration limit.
    """
    theta = np.clip(starts, lower, upper)
    residual, jacobian = model(theta)
    cost = _cost(residual)
    sets, size = theta.shape
    damping = np.full(sets, 1e-2)
    done = np.zeros(sets, dtype=np.bool_)
    still = np.zeros(sets, dtype=np.intp)
    eye = np.eye(size)
    for step_number in range(most):
        if step_number == _TRIAL and theta.shape[0] > keep:
            best = np.argsort(cost, kind="stable")[:keep]
            theta, residual, jacobian, cost = theta[best], residual[best], jacobian[best], cost[best]
            damping, done, still = damping[best], done[best], still[best]
        if done.all():
            break
        gradient = np.matmul(jacobian, residual[:, :, None])[:, :, 0]
        held = ((theta <= lower) & (gradient > 0)) | ((theta >= upper) & (gradient < 0))
        normal = np.matmul(jacobian, jacobian.transpose(0, 2, 1))
        free = ~held
        normal *= free[:, :, None] & free[:, None, :]
        scale = np.einsum("sii->si", normal)
        # a coordinate without influence would make the matrix singular
        ridge = damping[:, None] * scale + np.where(
            held, 1.0, 1e-14 * scale.max(axis=1, keepdims=True) + 1e-300
        )
        normal += ridge[:, :, None] * eye
        gradient *= free
        step = -np.linalg.solve(normal, gradient[:, :, None])[:, :, 0]
        low, high = np.maximum(lower - theta, -_LONGEST), np.minimum(upper - theta, _LONGEST)
        beyond = ((step < low) | (step > high)) & free
        if beyond.any():
            # the others go where the step is best with those fixed at their limit
            fixed = np.where(beyond, np.clip(step, low, high), 0.0)
            gradient = np.where(
                beyond, -fixed, gradient + np.matmul(normal, fixed[:, :, None])[:, :, 0] * free
            )
            rest = ~beyond
            normal = np.where(rest[:, :, None] & rest[:, None, :], normal, 0.0) + beyond[:, :, None] * eye
            step = -np.linalg.solve(normal, gradient[:, :, None])[:, :, 0]
        trial = theta + np.clip(step, low, high)
        new_residual, new_jacobian = model(trial)
        if amplitudes is not None:
            trial, new_residual, new_jacobian = amplitudes.improve(
                trial, new_residual, new_jacobian, lower, upper
            )
        new_cost = _cost(new_residual)
        better = (new_cost < cost) & ~done
        small = (cost - new_cost) <= tolerance * cost
        still = np.where(better & small, still + 1, np.where(better, 0, still))
        done |= (still >= 2) | (better & (new_cost < _EXACT * residual.shape[1]))
        done |= ~better & (np.abs(trial - theta).max(axis=1) < 1e-10)
        damping = np.where(better, np.maximum(damping * 0.15, 1e-12), damping * 6.0)
        done |= damping > 1e12
        if goal > 0.0 and step_number > _TRIAL:
            hopeless = new_cost - _HOPE * (most - step_number) * (cost - new_cost) > goal
            done |= better & hopeless & (cost - new_cost < _SLOW * cost)
        take = better[:, None]
        theta = np.where(take, trial, theta)
        residual = np.where(take, new_residual, residual)
        jacobian = np.where(take[:, :, None], new_jacobian, jacobian)
        cost = np.where(better, new_cost, cost)
    k = int(np.argmin(cost))
    margin = 1e-6 * np.maximum(1.0, np.abs(upper - lower))
    gradient = jacobian[k] @ residual[k]
    at_bound = ((theta[k] <= lower + margin) & (gradient >= 0)) | (
        (theta[k] >= upper - margin) & (gradient <= 0)
    )
    return Solution(theta[k], float(cost[k]), jacobian[k], at_bound, bool(done[k]))


_TRIAL = 5
_LONGEST = 1.5
_HOPE = 10.0
_SLOW = 3e-3
_EXACT = 1e-26


def _cost(residual: FloatArray) -> FloatArray:
    cost = np.einsum("sm,sm->s", residual, residual)
    return np.where(np.isfinite(cost), cost, np.inf)
