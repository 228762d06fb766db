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


def solve(
    model: Model,
    starts: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    *,
    most: int = 80,
    keep: int = 2,
    tolerance: float = 1e-9,
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
        ridge = damping[:, None] * scale + np.where(held, 1.0, 1e-14 * scale.max(axis=1, keepdims=True) + 1e-300)
        step = -np.linalg.solve(normal + ridge[:, :, None] * eye, (gradient * free)[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        step *= np.minimum(1.0, _LONGEST / np.maximum(longest, 1e-300))
        trial = np.clip(theta + step, lower, upper)
        new_residual, new_jacobian = model(trial)
        new_cost = _cost(new_residual)
        better = (new_cost < cost) & ~done
        small = (cost - new_cost) <= tolerance * cost
        still = np.where(better & small, still + 1, np.where(better, 0, still))
        done |= (still >= 2) | (better & (new_cost < _EXACT * residual.shape[1]))
        done |= ~better & (np.abs(trial - theta).max(axis=1) < 1e-10)
        damping = np.where(better, np.maximum(damping * 0.15, 1e-12), damping * 6.0)
        done |= damping > 1e12
        take = better[:, None]
        theta = np.where(take, trial, theta)
        residual = np.where(take, new_residual, residual)
        jacobian = np.where(take[:, :, None], new_jacobian, jacobian)
        cost = np.where(better, new_cost, cost)
    k = int(np.argmin(cost))
    margin = 1e-6 * np.maximum(1.0, np.abs(upper - lower))
    gradient = jacobian[k] @ residual[k]
    at_bound = ((theta[k] <= lower + margin) & (gradient >= 0)) | ((theta[k] >= upper - margin) & (gradient <= 0))
    return Solution(theta[k], float(cost[k]), jacobian[k], at_bound, bool(done[k]))


_TRIAL = 8
_LONGEST = 1.5
_EXACT = 1e-26


def _cost(residual: FloatArray) -> FloatArray:
    cost = np.einsum("sm,sm->s", residual, residual)
    return np.where(np.isfinite(cost), cost, np.inf)
