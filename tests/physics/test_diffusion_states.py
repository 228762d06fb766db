"""How many states a diffusing layer needs: the claimed convergence in space, measured."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.physics.diffusion_states import DECAY, SHARE, answer, few_states, points
from tests.closed_forms.diffusion import charged

OMEGA = np.geomspace(1e-4, 1e12, 4001)
"""In units of the slowest decay."""


def errors(share, decay):
    root = 0.5 * np.pi * np.sqrt(1j * OMEGA)
    exact = np.where(OMEGA < 1e5, np.tanh(np.where(OMEGA < 1e5, root, 1.0)), 1.0) / root
    return np.abs(np.sum(share / (1 + 1j * OMEGA[:, None] / decay), axis=1) - exact), np.abs(exact)


def test_the_states_in_use_carry_what_is_promised():
    """6e-5 of the resistance at every frequency and time; 1e-4 of the value itself below 1300 and above 0.3 %."""
    apart, size = errors(SHARE, DECAY)
    assert apart.max() < 6e-5
    assert (apart / size)[OMEGA < 1300].max() < 1e-4
    tau = np.pi**2 / 4
    time = np.geomspace(1e-9, 30, 2001)
    grown = np.sum(SHARE * -np.expm1(-time[:, None] * DECAY), axis=1)
    apart = np.abs(grown - charged(time / tau))
    assert apart.max() < 5e-5
    assert (apart / grown)[grown > 3e-3].max() < 1e-4


@pytest.mark.parametrize("count", [4, 8, 14, 18])
def test_weights_are_positive_and_steady_state_and_lag_exact(count):
    at = points(count)
    share, decay = few_states(*answer(at), at)
    assert share.size == count
    assert (share > 0).all()
    assert (np.diff(np.r_[0.0, decay]) > 0).all()
    np.testing.assert_allclose(share.sum(), 1.0, rtol=1e-12)
    np.testing.assert_allclose(np.sum(share / decay), np.pi**2 / 12, rtol=1e-12)


def test_slopes_agree_with_differences():
    at = np.array([0.3, 5.0, 1e3])
    value, slope = answer(at)
    np.testing.assert_allclose((answer(at * 1.00001)[0] - value) / (at * 1e-5), slope, rtol=1e-4)
    assert answer(np.array([0.0]))[1][0] == pytest.approx(-(np.pi**2) / 12)


def test_convergence_in_states_is_geometric():
    """Between 1 and 100 the error falls by exp(pi^2 / ln(highest / lowest)) a state: 2.3 times.

    1 / sqrt(s) is an integral over the logarithm of the decays. Decays spaced evenly by h there are its trapezoidal
    rule, whose error on the imaginary axis, pi/2 from the poles, is exp(-pi^2 / h); h is the span over the states.
    """
    counts = np.arange(6, 15)
    inside = (OMEGA > 1.0) & (OMEGA < 100.0)
    found = []
    for count in counts:
        at = points(count)
        apart, size = errors(*few_states(*answer(at), at))
        found.append((apart / size)[inside].max())
    rate = -np.polyfit(counts, np.log(found), 1)[0]
    claimed = np.pi**2 / np.log(at[-1] / at[1])
    assert rate == pytest.approx(claimed, rel=0.1)
