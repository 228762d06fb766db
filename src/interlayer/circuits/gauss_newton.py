"""The last digits of a least-squares solution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from interlayer.circuits.least_squares import FloatArray, Model, Solution


def sharpen(
    model: Model, solution: Solution, lower: FloatArray, upper: FloatArray, *, most: int = 200
) -> Solution:
    """Take undamped Gauss-Newton steps from a solution while they get shorter.

    A sum of squares is flat at its minimum: once its changes drown in rounding, at parameters good to about
    half the digits, comparing sums tells nothing more. The step itself still does. It is solved for by
    orthogonal factors, which keeps the digits that squaring the derivatives would lose. Steps shrink by a
    constant factor, near 0 for small residuals and up to 0.9 for large ones on a curved model; they end when
    rounding makes them grow.

    Parameters
    ----------
    model : callable
        As for `least_squares.solve`.
    solution : Solution
        Where `solve` arrived. Coordinates at a limit stay there.
    lower, upper : array (p,)
    most : int
        Steps at most.
    """
    theta, jacobian, cost = solution.theta, solution.jacobian, solution.cost
    free = ~solution.at_bound
    if not free.any():
        return solution
    residual = model(theta[None])[0][0]
    last = np.inf
    for _ in range(most):
        scale = np.linalg.norm(jacobian[free], axis=1)
        scale[scale == 0.0] = 1.0
        step = np.zeros_like(theta)
        scaled = np.linalg.lstsq((jacobian[free] / scale[:, None]).T, -residual, rcond=None)[0]
        length = float(np.linalg.norm(scaled))
        step[free] = scaled / scale
        if not length < last:
            break
        trial = np.clip(theta + step, lower, upper)
        new_residual, new_jacobian = (x[0] for x in model(trial[None]))
        new_cost = float(new_residual @ new_residual)
        if not new_cost <= cost * (1.0 + _ROUNDING):
            break
        theta, residual, jacobian, cost, last = trial, new_residual, new_jacobian, new_cost, length
    return replace(solution, theta=theta, cost=cost, jacobian=jacobian)


_ROUNDING = 1e-11
