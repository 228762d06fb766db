"""Effective media against closed forms and limits."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from interlayer.physics.mixtures.bruggeman import bruggeman
from interlayer.physics.mixtures.general import general
from interlayer.physics.mixtures.symmetric import symmetric
from interlayer.physics.mixtures.tunnelling import critical_gap, tunnelling_percolation

PHI = np.linspace(0.02, 0.98, 25)


@pytest.mark.parametrize("rule", [symmetric, general])
def test_pure_phases(rule):
    np.testing.assert_allclose(rule(1e-8, 10.0, 0.0), 1e-8, rtol=1e-9)
    np.testing.assert_allclose(rule(1e-8, 10.0, 1.0), 10.0, rtol=1e-9)
    np.testing.assert_allclose(rule(3.0, 3.0, PHI), 3.0, rtol=1e-9)


def test_bruggeman_limits():
    assert float(bruggeman(2.0, 0.0)) == 2.0
    assert float(bruggeman(2.0, 1.0)) == 0.0
    # first order in phi: Maxwell's 1 - 3/2 phi for insulating spheres
    np.testing.assert_allclose(bruggeman(1.0, 1e-4), 1 - 1.5e-4, rtol=1e-8)


def test_symmetric_rule_percolates_at_one_third():
    """Against an insulator: (3 phi - 1)/2 above 1/3, nothing below; at 1/3 sqrt(sigma1 sigma2 / 2)."""
    above = np.array([0.4, 0.6, 0.9])
    np.testing.assert_allclose(symmetric(1e-14, 1.0, above), 1.5 * above - 0.5, rtol=1e-10)
    below = np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(symmetric(1e-14, 1.0, below), 1e-14 / (1 - 3 * below), rtol=1e-10)
    np.testing.assert_allclose(symmetric(1e-6, 1.0, 1 / 3), np.sqrt(0.5e-6), rtol=1e-3)


def test_symmetric_rule_solves_its_equation_and_does_not_care_which_phase_is_which():
    found = symmetric(0.3, 5.0, PHI)
    balance = (1 - PHI) * (0.3 - found) / (0.3 + 2 * found) + PHI * (5.0 - found) / (5.0 + 2 * found)
    np.testing.assert_allclose(balance, 0.0, atol=1e-14)
    np.testing.assert_allclose(found, symmetric(5.0, 0.3, 1 - PHI), rtol=1e-12)


def test_general_rule_with_unit_exponents_and_one_third_is_the_symmetric_rule():
    found = general(1e-3, 1.0, PHI, threshold=1 / 3, above=1.0, below=1.0)
    np.testing.assert_allclose(found, symmetric(1e-3, 1.0, PHI), rtol=1e-9)


def test_general_rule_has_the_exponent_of_percolation_above_its_threshold():
    """sigma = sigma_h ((phi - phi_c)/(1 - phi_c))^t against an insulator."""
    phi = np.array([0.2, 0.3, 0.5, 0.9])
    expected = ((phi - 0.16) / 0.84) ** 2
    np.testing.assert_allclose(general(1e-30, 1.0, phi), expected, rtol=1e-6)


def test_gaps_between_copper_particles():
    """Physics notes, 1.4: nm for 8 nm particles."""
    phi = np.array([0.025, 0.046, 0.07, 0.10, 0.15, 0.20])
    np.testing.assert_allclose(critical_gap(phi, 8.0), [20.7, 10.6, 6.6, 4.2, 2.4, 1.6], rtol=0.04)
    decades = np.log10(
        tunnelling_percolation(1.0, 0.15, 8.0, 1.0) / tunnelling_percolation(1.0, 0.025, 8.0, 1.0)
    )
    assert decades > 10


@pytest.mark.parametrize("rule", [symmetric, general])
@pytest.mark.parametrize("phi", [0.05, 0.3, 0.7])
def test_derivatives_agree_with_differences(rule, phi):
    for which, value in enumerate((1e-3, 2.0, phi)):
        args = [1e-3, 2.0, phi]

        def at(x, k=which, args=args):
            return rule(*[x if n == k else a for n, a in enumerate(args)])

        h = 1e-5 * value
        np.testing.assert_allclose(jax.grad(at)(value), (at(value + h) - at(value - h)) / (2 * h), rtol=1e-6)


@pytest.mark.parametrize("rule", [symmetric, general])
def test_no_derivative_is_nan_at_the_ends(rule):
    for phi in (0.0, 1.0):
        assert np.isfinite(jax.grad(lambda x: rule(1e-6, 1.0, x))(phi))
