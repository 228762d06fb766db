"""The least-squares core against certified values and limits."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.circuits.least_squares import solve

# NIST Statistical Reference Datasets, nonlinear regression, Misra1a (Misra 1978): data and certified values.
MISRA1A = np.array(
    [
        (10.07, 77.6),
        (14.73, 114.9),
        (17.94, 141.1),
        (23.93, 190.8),
        (29.61, 239.9),
        (35.18, 289.0),
        (40.02, 332.8),
        (44.82, 378.4),
        (50.76, 434.8),
        (55.05, 477.3),
        (61.01, 536.8),
        (66.40, 593.1),
        (75.47, 689.1),
        (81.78, 760.0),
    ]
)
MISRA1A_B = (2.3894212918e02, 5.5015643181e-04)
MISRA1A_RSS = 1.2455138894e-01


def misra1a(theta):
    b1, b2 = np.exp(theta[:, :1]), np.exp(theta[:, 1:])
    y, x = MISRA1A.T
    e = np.exp(-b2 * x)
    residual = b1 * (1 - e) - y
    return residual, np.stack([b1 * (1 - e), b1 * x * e * b2], axis=1)


def test_certified_values_from_both_published_starts():
    starts = np.log(np.array([[500.0, 1e-4], [250.0, 5e-4]]))
    found = solve(misra1a, starts, np.full(2, -30.0), np.full(2, 30.0), tolerance=1e-15)
    assert found.converged
    np.testing.assert_allclose(np.exp(found.theta), MISRA1A_B, rtol=1e-8)
    assert found.cost == pytest.approx(MISRA1A_RSS, rel=1e-9)
    assert not found.at_bound.any()


def test_a_limit_is_kept_and_reported():
    upper = np.log([200.0, 1.0])
    found = solve(misra1a, np.log([[100.0, 1e-3]]), np.full(2, -30.0), upper)
    assert found.theta[0] == upper[0]
    assert found.at_bound.tolist() == [True, False]
    # with b1 fixed the problem has one unknown: its gradient must vanish
    assert abs(found.jacobian[1] @ misra1a(found.theta[None])[0][0]) < 1e-6


def test_the_best_of_several_starts_wins():
    def model(theta):
        # two minima in x: x = -1 with cost 1, x = 2 with cost 0
        x = theta[:, 0]
        g = (x + 1) ** 2 * (x - 2) ** 2 + ((x - 2) / 3) ** 2
        slope = 2 * (x + 1) * (x - 2) ** 2 + 2 * (x + 1) ** 2 * (x - 2) + 2 * (x - 2) / 9
        return g[:, None], slope[:, None, None]

    found = solve(model, np.array([[-1.2], [2.5]]), np.array([-5.0]), np.array([5.0]), most=200)
    assert found.theta[0] == pytest.approx(2.0, abs=1e-3)
