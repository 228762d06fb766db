"""The fit against the likelihood itself, against lmfit, and its limits against what they promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.xps_spectra import draw
from scipy.stats import poisson

from benchmarks import xps
from interlayer.surface.xps.charge import Shift
from interlayer.surface.xps.fit import deviance_residuals
from interlayer.surface.xps.fraction import chi_bar_limit, share
from interlayer.surface.xps.lmfit_model import lmfit_model
from interlayer.surface.xps.model import LineModel
from interlayer.surface.xps.recipe import recipe_for
from interlayer.surface.xps.region_fit import fit_region
from tests.surface.xps.drawn import copper, cuf2, doublet, region, titanium

KNOWN = Shift(0.0, 0.1, "known")


def test_squares_of_deviance_residuals_are_the_likelihood_ratio():
    n, mean = np.array([0.0, 3.0, 40.0, 1000.0]), np.array([0.7, 5.0, 38.0, 1000.0001])
    r, slope = deviance_residuals(n, mean)
    expected = 2.0 * (poisson.logpmf(n, np.maximum(n, 1e-300)) - poisson.logpmf(n, mean))
    assert r**2 == pytest.approx(expected, abs=1e-6)
    h = 1e-4
    up, down = deviance_residuals(n, mean + h)[0], deviance_residuals(n, mean - h)[0]
    assert slope[:3] == pytest.approx(((up - down) / (2 * h))[:3], rel=1e-5)


@pytest.mark.parametrize("line", ["Cu 2p", "Ti 2p", "Au 4f"])
def test_derivatives_are_differences(line):
    recipe = recipe_for(line)
    e = np.arange(recipe.window_eV[0], recipe.window_eV[1], 0.2)
    tails = ("shirley", "u2", "near", "u3", "plasmon")
    model = LineModel(e, recipe, None, tails, 1e4, 300.0, 0.2)
    x = np.concatenate(
        (np.random.default_rng(1).normal(size=model.soft) * 0.5, np.ones(model.size - model.soft))
    )
    mean, slopes = model.jacobian(x)
    assert mean == pytest.approx(model.expected(x), rel=1e-9)
    h = 1e-5
    wanted = np.array(
        [(model.expected(x + h * u) - model.expected(x - h * u)) / (2 * h) for u in np.eye(model.size)]
    )
    assert pytest.approx(wanted, abs=2e-3 * np.abs(wanted).max()) == slopes.T


def test_uneven_steps_give_the_same_tails():
    recipe = recipe_for("P 2p")
    even = np.arange(124.0, 140.0, 0.1)
    uneven = np.sort(np.append(even, [130.001]))
    x = None
    found = []
    for e in (even, uneven):
        model = LineModel(e, recipe, None, ("shirley", "u2"), 1e4, 300.0, 0.2)
        x = np.concatenate((np.zeros(model.soft), np.ones(model.size - model.soft)))
        found.append(np.interp(even, e, model.expected(x)))
    assert found[0] == pytest.approx(found[1], rel=2e-3)


def test_areas_are_those_of_lmfit():
    models = pytest.importorskip("lmfit.models")
    drawn = region("N 1s", (391.0, 412.0), [(407.5, 6000.0, 1.6), (399.5, 3000.0, 1.5)], seed=4, losses=0.0)
    fit = fit_region(drawn, recipe_for("N 1s").only("NO3-", "TFSI-"), KNOWN)
    e, n = fit.energy, fit.intensity
    model = models.VoigtModel(prefix="a_") + models.VoigtModel(prefix="b_") + models.QuadraticModel()
    start = model.make_params(
        a_center=407.5,
        a_sigma=0.4,
        a_amplitude=5000,
        b_center=399.5,
        b_sigma=0.4,
        b_amplitude=2000,
        a=0,
        b=0,
        c=400,
    )
    for name in ("a_gamma", "b_gamma"):
        start[name].set(value=0.15, vary=True, expr="", min=0.0)
    other = model.fit(n, start, x=e, weights=1.0 / np.sqrt(n))
    area, sd = other.params["a_amplitude"], fit.area()[1]
    b = other.params["b_amplitude"].value
    ours = share(fit.fit, ("NO3-",))
    assert ours.value == pytest.approx(area.value / (area.value + b), abs=3.0 * ours.sd + 0.01)
    assert fit.area()[0] == pytest.approx(area.value + b, abs=5.0 * sd)


def test_shares_and_intervals_of_drawn_spectra():
    figures = {
        one.key: one for one in xps.run(replace(xps.Sizes(), photoelectron_spectra=30), lambda *_: None)
    }
    assert set(figures) == set(xps.BENCHMARK.keys)
    # Of some 90 shares: three standard deviations below what 500 spectra give.
    assert figures["xps_share_right"].value >= 0.90
    assert 0.86 <= figures["xps_coverage"].value <= 1.0
    assert figures["xps_inseparable_said"].value in (None, 1.0)


def test_limits_keep_what_they_promise():
    recipe = recipe_for("P 2p")
    alarms = seen = 0
    rounds = 40
    limits = []
    for seed in range(rounds):
        empty = fit_region(draw(100 + seed, "P 2p", {"PO4": 1.0, "phosphide": 0.0}).region, recipe, KNOWN)
        said = share(empty.fit, ("phosphide",), profile=False)
        alarms += said.is_seen
        limits.append(said.detection_limit)
        part = said.detection_limit / (1.0 + said.detection_limit)
        there = draw(100 + seed, "P 2p", {"PO4": 1.0 - part, "phosphide": part}).region
        seen += share(fit_region(there, recipe, KNOWN).fit, ("phosphide",), profile=False).is_seen
    # 5 % false alarms and 95 % seen are promised; binomial bounds of 40 trials at one in a thousand.
    assert alarms <= 8
    assert seen >= 31
    assert max(limits) < 0.5


def test_too_weak_a_line_is_said_to_be_none():
    flat = region("P 2p", (124.0, 140.0), [], seed=1)
    found = fit_region(flat, recipe_for("P 2p"), KNOWN)
    assert not found.has_line
    assert found.groups == ()


def test_a_foreign_line_is_not_given_to_the_states():
    foreign = region("N 1s", (391.0, 412.0), [(403.4, 9000.0, 1.2), (399.5, 4000.0, 1.5)], seed=2)
    found = fit_region(foreign, recipe_for("N 1s"), KNOWN)
    assert not found.is_described
    assert {f.name for f in found.findings} & {"not_described", "recipe_strained"}


@pytest.mark.parametrize(
    "background", ["shirley", "smart", "tougaard", "tougaard-u3", "linear", "active-shirley"]
)
def test_other_backgrounds_give_the_same_share(background):
    drawn = region("Cu 2p", (926.0, 969.0), [*cuf2(20_000.0), *copper(30_000.0)], seed=3)
    found = fit_region(drawn, recipe_for("Cu 2p"), KNOWN, background)
    value = share(found.fit, ("Cu metal", "Cu2O"), profile=False).value
    assert value == pytest.approx(0.6, abs=0.08)


def test_noise_of_scaled_counts_is_seen():
    drawn = region("P 2p", (124.0, 140.0), [(133.7, 5000.0, 1.4), (134.56, 2500.0, 1.4)], seed=5)
    scaled = replace(drawn, intensity=drawn.intensity * 40.0)
    found = fit_region(scaled, recipe_for("P 2p"), KNOWN)
    assert found.fit.noise_factor == pytest.approx(40.0, rel=0.6)
    assert any(f.name == "noise_not_of_counts" for f in found.findings)


def test_limit_of_absent_states_is_chernoffs():
    # One state: half a chi-squared with one degree of freedom; two: simulated, both cut off at zero.
    assert chi_bar_limit(1) == pytest.approx(2.7055, abs=1e-3)
    z = np.maximum(np.random.default_rng(1).normal(size=(400_000, 2)), 0.0)
    assert chi_bar_limit(2) == pytest.approx(np.quantile((z**2).sum(axis=1), 0.95), abs=0.05)


def test_a_recipe_as_an_lmfit_model_agrees():
    pytest.importorskip("lmfit")
    recipe = recipe_for("Ti 2p")
    lines = [*titanium(12_000.0, 459.3), *doublet(457.6, 5000.0, 1.6, 5.75, 1.3)]
    drawn = region("Ti 2p", (450.0, 471.0), lines, seed=8, losses=0.0)
    ours = share(fit_region(drawn, recipe, KNOWN).fit, ("Ti(III)",))
    model, parameters = lmfit_model(recipe.only("Ti(IV)", "Ti(III)"))
    assert parameters["Ti_IV_partner_amplitude"].expr == "0.5*Ti_IV_amplitude"
    floor = lmfit_models().LinearModel(prefix="floor_")
    parameters += floor.make_params(slope=0.0, intercept=400.0)
    for name in ("Ti_IV_amplitude", "Ti_III_amplitude"):
        parameters[name].set(value=4000.0)
    e, n = drawn.energy_eV[::-1], drawn.intensity[::-1]
    other = (model + floor).fit(n, parameters, x=e, weights=1.0 / np.sqrt(n)).params
    part = other["Ti_III_amplitude"].value
    assert ours.value == pytest.approx(
        part / (part + other["Ti_IV_amplitude"].value), abs=3.0 * ours.sd + 0.01
    )


def lmfit_models():
    return pytest.importorskip("lmfit.models")
