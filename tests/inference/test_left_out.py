"""Numbers predicted without themselves, against the closed form of linear problems with normal errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from interlayer.inference.left_out import (
    LEVELS,
    conditional_sd,
    mixture_quantiles,
    opened,
    widths,
    without_each,
)

SLOPES = np.array([[1.0, 0.0], [0.8, 0.0], [1.0, 3.0]])
ERROR = np.array([0.3, 0.4, 0.5])
TARGET = np.array([0.7, 0.2, -1.0])


@pytest.fixture(scope="module")
def draws():
    return np.random.default_rng(1).standard_normal((100_000, 2))


def closed_form(number):
    """Predictive mean and sd of a number by the others: precision I + A'A/s^2 of a standard-normal prior."""
    rest = [k for k in range(3) if k != number]
    scaled = SLOPES[rest] / ERROR[rest, None]
    covariance = np.linalg.inv(np.eye(2) + scaled.T @ scaled)
    mean = covariance @ scaled.T @ (TARGET[rest] / ERROR[rest])
    a = SLOPES[number]
    return a @ mean, np.sqrt(a @ covariance @ a + ERROR[number] ** 2)


def test_a_linear_problem_meets_its_closed_form(draws):
    for number, got in enumerate(without_each(draws, draws @ SLOPES.T, TARGET, ERROR)):
        mean, sd = closed_form(number)
        assert got.mean == pytest.approx(mean, abs=0.02 * sd)
        assert got.sd == pytest.approx(sd, rel=0.02)
        assert got.quantiles == pytest.approx(mean + sd * norm.ppf(LEVELS), abs=0.03 * sd)
        assert got.effective > 1000


def test_an_unknown_that_hangs_on_one_number_is_named(draws):
    """Only the third number sees the second unknown; the first is held by two."""
    assert [at.opened for at in without_each(draws, draws @ SLOPES.T, TARGET, ERROR)] == [(), (), (1,)]


def test_what_is_known_only_together_is_not_called_free(draws):
    """A sum held to 0.05 leaves each of two unknowns 1/sqrt(2) of its prior's width, and 0.05 given the other."""
    score = -0.5 * ((draws.sum(axis=1) - 0.4) / 0.05) ** 2
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    assert widths(draws, weight) == pytest.approx([np.sqrt(0.5)] * 2, rel=0.05)
    assert conditional_sd(draws, weight) == pytest.approx([0.05] * 2, rel=0.05)
    assert opened(np.array([0.1, 0.1]), draws, weight) == ()
    even = np.full(len(draws), 1.0 / len(draws))
    assert opened(np.array([0.1, 0.8]), draws, even) == (0,)


def test_mixtures_of_normals_have_the_quantiles_of_their_distribution():
    """One normal; and two far apart, of which the middle of the left one is the lower quartile."""
    one = mixture_quantiles(np.array([2.0]), 0.5, np.ones(1), LEVELS)
    assert one == pytest.approx(2.0 + 0.5 * norm.ppf(LEVELS), abs=1e-6)
    both = np.repeat([0.0, 100.0], 500)
    two = mixture_quantiles(both, 1.0, np.full(1000, 1e-3), (0.25, 0.75))
    assert two == pytest.approx([0.0, 100.0], abs=0.01)
