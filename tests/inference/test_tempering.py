"""The sampler against closed forms: Gaussian likelihoods under a standard normal prior."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.inference.tempering import Problem, drawn, from_prior, redraw, temper

DIMENSION = 5
DATA = np.array([0.7, -1.2, 2.0])
DESIGN = np.array([[1.0, 0.5, 0.0, 0.0, 0.2], [0.0, 1.0, -1.0, 0.3, 0.0], [0.4, 0.0, 1.0, 1.0, 0.0]])
ERROR = np.array([0.1, 0.3, 0.05])
SHIFTS = np.array([0.0, 1.5])
"""Two strata: the second predicts everything higher by this."""


def features(z, which):
    return z @ DESIGN.T + SHIFTS[which][:, None]


def likelihood(z, found, exponents):
    gap = (DATA - found) / ERROR
    return -0.5 * (exponents * (gap**2 + 2 * np.log(ERROR) + np.log(2 * np.pi))).sum(axis=1)


def problem():
    return Problem(features, likelihood, DIMENSION, 2, np.array([0.5, 0.5]))


def exact(keep):
    """Mean, covariance and log-evidence of each stratum with the data `keep`, in closed form."""
    a, s, y = DESIGN[keep], ERROR[keep], DATA[keep]
    covariance = np.linalg.inv(np.eye(DIMENSION) + a.T @ np.diag(s**-2) @ a)
    out = []
    for shift in SHIFTS:
        mean = covariance @ a.T @ ((y - shift) / s**2)
        marginal = a @ a.T + np.diag(s**2)
        gap = y - shift
        log = -0.5 * (gap @ np.linalg.solve(marginal, gap) + np.linalg.slogdet(2 * np.pi * marginal)[1])
        out.append((mean, covariance, log))
    return out


@pytest.fixture(scope="module")
def sampled():
    rng = np.random.default_rng(1)
    return temper(problem(), from_prior(problem(), 1500, rng), np.zeros(3), np.ones(3), rng, moves=15)


def test_mean_covariance_and_evidence_are_those_of_the_closed_form(sampled):
    for stratum, (mean, covariance, log) in enumerate(exact([0, 1, 2])):
        z = sampled.z[stratum]
        assert z.mean(axis=0) == pytest.approx(mean, abs=0.12)
        assert np.cov(z.T) == pytest.approx(covariance, abs=0.12)
        assert sampled.log_evidence[stratum] == pytest.approx(log, abs=0.3)


def test_redrawing_reaches_the_closed_form_at_once():
    """A coordinate that no number feels is standard normal after one draw; one that is held stays as it is."""
    flat = Problem(lambda z, _: z[:, 1:2], lambda _, f, e: e[0] * likelihood_of_one(f), 2, 1, np.ones(1))
    rng = np.random.default_rng(5)
    squeezed = from_prior(flat, 4000, rng)
    squeezed.z[..., 0] = 1.5 + 0.01 * squeezed.z[..., 0]
    squeezed.z[..., 1] = (
        0.8 + np.sqrt(0.2) * squeezed.z[..., 1]
    )  # posterior of 1 +- 0.5 under a standard normal
    squeezed.features[...] = squeezed.z[..., 1:2]
    got = redraw(flat, squeezed, np.ones(1), rng, [0, 1])
    assert got.z[0].mean(axis=0) == pytest.approx([0.0, 0.8], abs=0.06)
    assert got.z[0].std(axis=0) == pytest.approx([1.0, np.sqrt(0.2)], rel=0.05)
    assert np.array_equal(got.features, got.z[..., 1:2])


def likelihood_of_one(found):
    return -0.5 * ((1.0 - found[:, 0]) / 0.5) ** 2


def test_strata_are_weighed_by_their_evidence(sampled):
    logs = np.array([log for *_, log in exact([0, 1, 2])])
    share = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
    assert sampled.shares(np.array([0.5, 0.5])) == pytest.approx(share, abs=0.06)
    which, _ = drawn(sampled, np.array([0.5, 0.5]), 2000, np.random.default_rng(0))
    assert (which == 0).mean() == pytest.approx(share[0], abs=0.06)


def test_a_datum_that_is_tempered_away_leaves_the_posterior_without_it(sampled):
    rng = np.random.default_rng(2)
    without = np.array([1.0, 1.0, 0.0])
    left = temper(problem(), sampled, np.ones(3), without, rng, moves=15)
    for stratum, (mean, covariance, log) in enumerate(exact([0, 1])):
        assert left.z[stratum].mean(axis=0) == pytest.approx(mean, abs=0.15)
        assert left.z[stratum].var(axis=0) == pytest.approx(np.diag(covariance), rel=0.25)
        assert left.log_evidence[stratum] == pytest.approx(log, abs=0.4)


def test_the_same_seed_gives_the_same_particles():
    def one(seed):
        rng = np.random.default_rng(seed)
        return temper(problem(), from_prior(problem(), 50, rng), np.zeros(3), np.ones(3), rng, moves=3).z

    assert np.array_equal(one(3), one(3))
    assert not np.array_equal(one(3), one(4))


def test_an_impossible_stratum_is_given_up_and_not_weighed():
    far = Problem(
        lambda z, k: features(z, 0 * k) + 1e3 * k[:, None], likelihood, DIMENSION, 2, np.array([0.5, 0.5])
    )
    rng = np.random.default_rng(5)
    found = temper(far, from_prior(far, 100, rng), np.zeros(3), np.ones(3), rng, moves=3)
    assert found.shares(far.prior) == pytest.approx([1.0, 0.0])
