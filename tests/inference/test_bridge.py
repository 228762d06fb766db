"""Evidence against an integral that is known."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.inference.bridge import Gaussian, fitted, log_evidence


def test_evidence_of_a_scaled_skewed_density():
    """exp(5) times a product of Gumbel densities: the integral is exp(5), the guide a Gaussian."""
    rng = np.random.default_rng(0)
    z = rng.gumbel(size=(400, 8))
    found = log_evidence(
        lambda v: 5.0 - (v + np.exp(-v)).sum(axis=1), z[200:], fitted(z[:200], np.cov(z.T)), 800, rng
    )
    assert found == pytest.approx(5.0, abs=0.25)


def test_gaussian_density_and_draws():
    covariance = np.array([[2.0, 0.6], [0.6, 1.0]])
    g = Gaussian(np.array([1.0, -1.0]), covariance)
    gap = np.array([0.3, 0.4])
    expected = -0.5 * gap @ np.linalg.solve(covariance, gap) - 0.5 * np.log(
        np.linalg.det(2 * np.pi * covariance)
    )
    assert g.log(np.array([[1.3, -0.6]]))[0] == pytest.approx(expected)
    drawn = g.draw(20000, np.random.default_rng(1))
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.06)
