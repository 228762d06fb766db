"""Laws of growth found again in points made from them, and points that cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import InputError
from interlayer.metrics import growth_law

HOURS = np.linspace(0.0, 500.0, 21)
LAWS = {
    "linear": (lambda t: 300 + 3 * t, 3.0, None),
    "parabolic": (lambda t: 300 + 60 * np.sqrt(t), 60.0, None),
    "logarithmic": (lambda t: 300 + 200 * np.log1p(t / 20), 200.0, 20.0),
    "saturating": (lambda t: 300 + 600 * (1 - np.exp(-t / 100)), 600.0, 100.0),
}


def noisy(law, seed, share=0.01):
    r = LAWS[law][0](HOURS)
    return r * (1 + share * np.random.default_rng(seed).standard_normal(r.size))


@pytest.mark.parametrize("law", LAWS)
def test_the_law_is_found_in_nine_of_ten_draws_and_never_another(law):
    found = [growth_law(HOURS, r, 0.01 * r).law for r in (noisy(law, seed) for seed in range(20))]
    assert set(found) <= {law, None}
    assert found.count(law) >= 18


@pytest.mark.parametrize("law", LAWS)
def test_constants_scatter_as_their_errors_say(law):
    off = []
    for seed in range(40):
        r = noisy(law, seed)
        fit = next(f for f in growth_law(HOURS, r, 0.01 * r).fits if f.law == law)
        assert fit.rate_stderr is not None
        off.append((fit.rate - LAWS[law][1]) / fit.rate_stderr)
    assert 0.6 < np.std(off) < 1.5
    assert abs(np.mean(off)) < 0.6


@pytest.mark.parametrize("law", LAWS)
def test_without_noise_the_constants_come_back(law):
    function, rate, time = LAWS[law]
    fit = next(f for f in growth_law(HOURS, function(HOURS)).fits if f.law == law)
    assert (fit.start_ohm, fit.rate) == (pytest.approx(300, rel=1e-3), pytest.approx(rate, rel=1e-3))
    assert fit.time_h is None if time is None else fit.time_h == pytest.approx(time, rel=1e-3)
    assert fit.at(HOURS) == pytest.approx(function(HOURS), rel=1e-3)


def test_four_points_cannot_tell():
    """The bare cell of Ding et al., Chem. Sci. 2024, 15, 3730: 0, 100, 200, 400 h."""
    found = growth_law([0, 100, 200, 400], [562, 1006, 2931, 4083], [6, 10, 30, 40])
    assert found.law is None
    assert found.verdict.startswith("four points cannot tell")
    assert found.points == 4


def test_few_noisy_points_name_what_remains():
    t = np.array([0.0, 50, 100, 150, 200, 250, 300])
    r = 300 + 40 * np.sqrt(t) + np.array([0, 60, -70, 50, -40, 80, -60])
    found = growth_law(t, r, np.full(7, 50.0))
    assert found.law is None
    assert "parabolic" in found.possible and len(found.possible) > 1
    assert "cannot tell" in found.verdict


def test_no_growth_is_no_law():
    rng = np.random.default_rng(0)
    verdicts = [growth_law(HOURS, 300 + 3 * rng.standard_normal(21), np.full(21, 3.0)) for _ in range(20)]
    assert all(v.law is None for v in verdicts)
    assert sum("no growth" in v.verdict for v in verdicts) >= 15


def test_falling_resistance_says_so():
    found = growth_law(HOURS, 900 - LAWS["linear"][0](HOURS) / 5, np.full(21, 3.0))
    assert found.law == "linear" and found.verdict == "falls by the linear law"


@pytest.mark.parametrize(
    ("t", "r"), [([], []), ([0.0], [1.0]), ([0, 1], [1, 2]), ([1, 1, 1, 1], [1, 2, 3, 4])]
)
def test_too_little_is_said_and_not_fitted(t, r):
    found = growth_law(t, r)
    assert found.law is None and "cannot tell" in found.verdict


def test_points_without_value_are_left_out():
    r = LAWS["linear"][0](HOURS)
    r[3] = np.nan
    assert growth_law(HOURS, r, 0.01 * np.ones(21)).points == 20


def test_wrong_input_is_refused():
    with pytest.raises(InputError, match="stand against"):
        growth_law([0, 1, 2], [1, 2])
    with pytest.raises(InputError, match="before the start"):
        growth_law([-1, 0, 1, 2], [1, 2, 3, 4])
