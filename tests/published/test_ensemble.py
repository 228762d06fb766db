"""Unknowns as distributions: what is drawn, what it predicts, and how it is scored."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer import parameter_sets, units
from interlayer.build import build
from interlayer.errors import InputError
from interlayer.metrics.critical_current import critical_current
from interlayer.protocol import Block, Protocol
from interlayer.published.ding2024 import (
    calibrate,
    calibration_page,
    ensemble,
    forward,
    full_cell_draws,
    identifiability,
    posterior,
    priors,
    skill,
    threshold_left_out,
)
from interlayer.published.ding2024.comparison import published
from interlayer.published.ding2024.draw import Draw
from interlayer.published.ding2024.ensemble import Interval, check_size, interval
from interlayer.published.ding2024.predictors import CENSORED, PREDICTORS
from interlayer.published.ding2024.shorts import failed_levels, hours_to_short, ramp
from interlayer.report.html import render_page
from interlayer.simulation import simulate


def of_set(name: str) -> dict[str, float]:
    """All unknowns at the values of a shipped set, the rest at the middle of its prior."""
    hypothesis, area = calibrate.MEMBERS[name]
    chosen = parameter_sets.load(name)
    values = {p.name: float(p.value(0.0)) for p in priors.load().values() if not p.is_choice}
    tables = [("all", forward.FIELDS), ("bare", forward.BARE_FIELDS), ("cuf2-pvdf", forward.COATED_FIELDS)]
    tables += [(m, {n: ("layer", "conductivity")}) for m, n in forward.LAYER_CONDUCTIVITY.items()]
    for surface, table in tables:
        for unknown, (family, field) in table.items():
            entry = chosen.sections.get(surface, {}).get(family, {}).get(field)
            if entry is not None:
                prior = priors.load()[unknown]
                si = entry.value if prior.unit == "1" else units.parse(str(entry.value), prior.unit)
                values[unknown] = float(si)
    return values | {
        "area": area * 1e-4, "pellet": 0.5e-3, "arc": float(hypothesis == "a"), "rate_cycles": 5.0,
        "reading": 0.0, "ramp_step": 0.5,
    }  # fmt: skip


def draw_of(name: str, **changes: float) -> Draw:
    return Draw(0, of_set(name) | changes, {}, {}, 1.0, 0)


@pytest.fixture(scope="module")
def numbers():
    currents = jnp.asarray(calibrate.RATE_CURRENTS) * 10.0
    predict = jax.jit(lambda p: forward.predict(posterior.bases(), p, currents))
    return lambda name: {k: float(v) for k, v in predict(of_set(name)).items()}


def test_the_forward_model_meets_what_the_shipped_sets_were_fixed_on(numbers):
    """The paper's numbers, within what the calibration leaves: 5 % of voltages, 2 % of resistances."""
    for name in ("ding2024-a", "ding2024-b-wide"):
        found = numbers(name)
        for one in posterior.observations():
            limit = 0.05 if one.kind == "voltage" else 0.02
            assert found[one.id] == pytest.approx(one.value, rel=limit), (name, one.id)


def test_every_calibrating_number_is_observed_once_and_no_left_out_one():
    calibrating = {p.id for p in published() if p.role == "calibrates"}
    derived = {"rint-ratio", "ccd-bare-0.05", "ccd-bare-0.1"}  # 562 over 92; an interval of the threshold
    full_cell = {row for row in calibrating if "lfp-" in row}  # their own fit: full_cells.py
    assert {one.id for one in posterior.observations()} == calibrating - derived - full_cell
    assert not {one.id for one in posterior.observations()} & {r.id for r in skill.left_out()}


def test_ageing_steps_are_fine_enough():
    """Against 384 steps between two spectra."""
    p = of_set("ding2024-b")
    for kind in ("bare", "cuf2-20ul"):
        few, many = (
            np.asarray(jax.jit(partial(forward.interface_resistances, posterior.bases(), kind, steps=n))(p=p))
            for n in (forward.AGEING_STEPS, 384)
        )
        assert few == pytest.approx(many, rel=2e-3)


def test_likelihood_is_the_density_of_the_multivariate_normal():
    """Against NumPy's determinant and solve on the full covariance matrix of one particle."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((3, len(priors.felt())))
    target = np.log([one.value for one in posterior.observations()])
    found = target + 0.1 * rng.standard_normal((3, len(target)))
    pieces = np.array([one.piece for one in posterior.observations()])
    own, scatter = posterior.errors(z)
    for keep in (np.ones(len(target)), (np.arange(len(target)) != 15).astype(float)):
        got = posterior.log_likelihood(z, found, keep)
        inside = keep > 0
        for k in range(3):
            same = pieces[inside][:, None] == pieces[inside][None]
            covariance = np.diag(own[k, inside] ** 2) + scatter[k] ** 2 * same
            gap = (target - found[k])[inside]
            expected = -0.5 * (
                gap @ np.linalg.solve(covariance, gap) + np.linalg.slogdet(2 * np.pi * covariance)[1]
            )
            assert got[k] == pytest.approx(expected, rel=1e-9)


def test_a_cell_factor_is_the_normal_one_given_its_numbers():
    """One number with error s and scatter t: mean t^2/(t^2+s^2) gap, variance t^2 s^2/(t^2+s^2)."""
    z = np.zeros((1, len(priors.felt())))
    known = posterior.observations()
    found = np.log([[one.value for one in known]])
    number = next(k for k, one in enumerate(known) if one.id == "v-7um-initial")
    found[0, number] -= 0.2
    own, scatter = posterior.errors(z)
    mean, sd = posterior.cell_factor(z, found, np.ones(len(known)))
    piece = list(dict.fromkeys(one.piece for one in known)).index("cuf2-10ul")
    s, t = own[0, number], scatter[0]
    assert mean[0, piece] == pytest.approx(0.2 * t**2 / (t**2 + s**2))
    assert sd[0, piece] ** 2 == pytest.approx(t**2 * s**2 / (t**2 + s**2))
    rest = np.delete(mean[0], piece)
    assert rest == pytest.approx(np.zeros_like(rest), abs=1e-12)


@pytest.mark.parametrize(
    "prior", [p for p in priors.load().values() if not p.is_choice], ids=lambda p: p.name
)
def test_priors_have_units_sources_and_a_distribution_that_goes_back_and_forth(prior):
    assert prior.source
    low, middle, high = prior.quantiles()
    assert low < middle < high
    for z in (-1.5, 0.0, 0.7):
        si = float(prior.value(z))
        assert prior.coordinate(si) == pytest.approx(z, abs=1e-9)
    assert units.to_unit(float(prior.value(0.0)), prior.unit) == pytest.approx(middle)


def test_uniform_and_log_uniform_priors_have_the_quantiles_of_their_names():
    known = priors.load()
    assert known["pellet"].quantiles() == pytest.approx([0.525, 0.75, 0.975])
    assert known["tip_focusing"].quantiles()[1] == pytest.approx(100.0)
    assert known["area"].numbers == (0.785, 1.131, 1.539, 1.911)


@pytest.mark.parametrize("step", [0.05, 0.1])
def test_quick_ramps_fail_where_whole_simulations_do(step):
    """A bare cell at three thresholds: the run without filaments and the integral give the simulated step."""
    for threshold in (7.0, 10.26, 16.0):
        draw = draw_of("ding2024-b", threshold_current=threshold)
        quick = failed_levels(draw.system("bare"), ramp(step, 0.4), np.array([threshold]))[0]
        text = f"{step} mA/cm2"
        record = simulate(
            draw.cell("ding2024/bare"), Protocol.critical_current_ramp(text, text, "0.4 mA/cm2")
        )
        whole = critical_current(record).first_failed_A_m2
        assert quick == pytest.approx(np.inf if whole is None else whole / 10.0)


def test_quick_times_to_short_are_those_of_a_whole_simulation():
    """A thin layer with a threshold that it just passes, beyond two days."""
    draw = draw_of("ding2024-b", tip_focusing=30.0)
    threshold = 2.2
    quick = hours_to_short(draw.system("cuf2-10ul"), 1.0, threshold)
    assert 4 < quick < 200
    cycles = Block(
        ["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"], repeat=int(quick) // 2 + 3
    )
    cell = draw.cell("ding2024/cuf2-10ul").override(
        {f"model.{s}.filament.threshold_current": f"{threshold / 10} mA/cm2" for s in ("left", "right")}
    )
    record = simulate(cell, Protocol([cycles]))
    events = [e.time_s / 3600.0 for e in record.events if e.name == "short"]
    assert min(events) == pytest.approx(quick, rel=0.01)


def test_a_draw_gives_the_same_cell_as_equations_and_as_description():
    draw = draw_of("ding2024-a", pellet=0.7e-3, bare_contact=0.2)
    for name in ("bare", "cuf2-20ul"):
        quick = jax.tree.leaves(draw.system(f"ding2024/{name}"))
        whole = build(draw.cell(f"ding2024/{name}")).system
        made = jax.tree.leaves(whole)
        assert jax.tree.structure(draw.system(name)) == jax.tree.structure(whole)
        differ = [
            k for k, (a, b) in enumerate(zip(quick, made, strict=True)) if not np.isclose(a, b, rtol=1e-9)
        ]
        # the layer's interfacial capacitance is not among the unknowns: only spectra feel it
        assert len(differ) <= 2, (name, differ)


def test_luck_of_other_cells_follows_weibull():
    """At modulus m the quartiles of threshold / median are (ln(4/3) / ln 2)^(1/m) and 2^(1/m)."""
    values = of_set("ding2024-b") | {"weibull_modulus": 4.0, "threshold_current": 10.0}
    draws = [Draw(k, values, {}, {}, 1.0, 7) for k in range(4000)]
    found = np.array([d.threshold("cuf2-ramp") for d in draws]) / 10.0
    expected = [(np.log(4 / 3) / np.log(2)) ** 0.25, 1.0, 2**0.25]
    assert np.quantile(found, [0.25, 0.5, 0.75]) == pytest.approx(expected, rel=0.02)
    assert draws[3].threshold("a") == draws[3].threshold("a")
    assert draws[3].threshold("a") != draws[3].threshold("b")


def test_measured_values_share_the_factor_of_their_cell():
    values = of_set("ding2024-b") | {"cell_scatter": 0.1, "error_voltage": 0.02}
    draws = [Draw(k, values, {}, {"rate": 0.05}, 1.0, 3) for k in range(3000)]
    known = np.log([d.measured(1.0, "rate", "voltage", "x") for d in draws])
    fresh = np.log([[d.measured(1.0, "new", "voltage", w) for w in ("x", "y")] for d in draws])
    assert known.mean() == pytest.approx(0.05, abs=0.002)
    assert known.std() == pytest.approx(0.02, rel=0.06)
    assert fresh.std() == pytest.approx(np.hypot(0.1, 0.02), rel=0.06)
    assert np.corrcoef(fresh.T)[0, 1] == pytest.approx(0.01 / (0.01 + 0.0004), abs=0.02)


@pytest.mark.parametrize("count", [-1, 1, 19, 100_000])
def test_ensembles_that_cannot_carry_quantiles_are_refused(count):
    with pytest.raises(InputError, match="20 to 5000"):
        check_size(count)


def test_intervals_count_what_satisfies_a_bound_and_keep_infinity():
    found = np.array([*np.linspace(0, 1, 90), *[np.inf] * 10])
    at = interval(found, ">=", 0.5)
    assert at.p95 == np.inf
    assert at.mean_satisfied == pytest.approx(0.55, abs=0.01)
    assert interval(found).mean_satisfied is None


def test_every_symmetric_row_has_a_predictor_and_inputs_have_none():
    listed = {r.id for r in skill.left_out()}
    wanted = {p.id for p in published() if p.role != "input"}
    full_cell = {row for row in wanted if row.startswith(("lfp-", "rint-lfp-", "ncm811-"))}
    assert wanted - (full_cell - listed) == set(PREDICTORS)
    assert listed <= set(PREDICTORS)
    assert set(CENSORED) <= set(PREDICTORS)


def rows_with(intervals):
    return [(r, intervals.get(r.id), False) for r in skill.left_out()]


def test_rows_without_a_prediction_count_as_not_covered():
    exact = {r.id: Interval(*[r.published] * 5) for r in skill.left_out() if not r.id.startswith("lfp-")}
    found = skill.score(rows_with(exact))
    assert found.coverage_of_predicted(0.9) == 1.0
    assert found.coverage(0.9) == pytest.approx(len(exact) / len(skill.left_out()))
    assert len(found.not_predicted) == 10
    assert not found.covers_enough
    assert "less than the wanted 4 in 5" in found.verdict()
    assert "10 of them have no prediction" in found.verdict()


def test_a_perfect_forecast_beats_the_baseline_and_a_bad_one_does_not():
    exact = {r.id: Interval(*[r.published] * 5) for r in skill.left_out()}
    good = skill.score(rows_with(exact))
    assert good.score == 0.0
    assert good.covers_enough
    assert good.beats_baseline
    far = {r.id: Interval(*[1e4 + 50 * r.published] * 5) for r in skill.left_out()}
    bad = skill.score(rows_with(far))
    assert not bad.beats_baseline
    assert "NOT better than the baseline" in bad.verdict()
    table = list(csv.DictReader(io.StringIO(skill.to_csv(bad))))
    assert [row["id"] for row in table] == [r.id for r in skill.left_out()]


@pytest.fixture(scope="module")
def tiny():
    """A posterior that is far too small to be trusted, made in seconds."""
    return posterior.sample(4, particles=24, moves=6, final_moves=2)


def test_the_same_seed_gives_the_same_posterior(tiny):
    again = posterior.sample(4, particles=24, moves=6, final_moves=2)
    assert np.array_equal(tiny.z, again.z)
    assert np.array_equal(tiny.weight, again.weight)
    assert tiny.weight.sum() == pytest.approx(1.0)
    assert tiny.shares.sum() == pytest.approx(1.0)


@pytest.fixture(scope="module")
def quick():
    """Full cells stood in for by their random numbers: twenty draws of them take minutes (one is simulated below)."""

    def stand_in(one):
        return dict(
            zip(full_cell_draws.PREDICTED, one.rng("full cells").uniform(size=10).tolist(), strict=True)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(full_cell_draws, "predict", stand_in)
        yield


@pytest.fixture(scope="module")
def made(tiny, quick):
    return ensemble.make(20, 4, sampled=tiny)


def test_a_draw_says_something_of_every_left_out_number_of_full_cells():
    """Values of the default set: capacities between nothing and what LFP can hold with 10 % of weighing error."""
    values = of_set("ding2024-b-wide") | {"threshold_current": 10.0, "weibull_modulus": 4.0}
    one = Draw(0, values, {"rint-bare-0h": 562.0, "rint-cuf2-0h": 92.0}, {}, 1.0, 3)
    found = full_cell_draws.predict(one)
    assert set(found) == set(full_cell_draws.PREDICTED)
    for name, value in found.items():
        assert value is None or 0.0 <= value <= 190.0, name
    assert found["lfp-cuf2-first-0.2C"] > 120.0
    assert found["lfp-bare-1C"] is None or found["lfp-bare-1C"] < found["lfp-bare-0.1C"]


def test_poor_diagnostics_give_no_interval_and_are_said(tiny, made):
    assert tiny.diagnostics.problems
    assert len(made.draws) == 20
    assert set(made.values) == set(PREDICTORS)
    assert not made.intervals
    found = skill.assess(made)
    assert found.not_predicted == tuple(r.id for r in skill.left_out())
    table = list(csv.DictReader(io.StringIO(ensemble.to_csv(made))))
    assert len(table) == 20
    bare = [made.draws[k].bare_failed[made.draws[k].values["ramp_step"] / 10.0] for k in range(20)]
    assert bare == pytest.approx([0.2] * 20)  # the published step, by construction


def test_the_same_seed_gives_the_same_draws_and_the_page_shows_them(tiny, made, quick):
    good = replace(tiny, diagnostics=posterior.Diagnostics({"pellet": 1.0}, 0.1, 500.0, 0.3, 20, 0.01))
    again = ensemble.make(20, 4, sampled=good)
    for name, values in made.values.items():
        assert np.array_equal(values, again.values[name], equal_nan=True), name
    made = again
    assert set(made.intervals) == set(PREDICTORS)
    left = (
        posterior.LeftOut("rate-1", 21.0, "mV", 19.0, 20.0, 21.0, 22.0, 23.0, 0.1, 0.3, False),
        posterior.LeftOut("rint-lfp-bare-0", 826.0, "ohm", 271.0, 308.0, 382.0, 715.0, 1629.0, 0.9, np.nan, True,
                          ("cathode_contact_bare",), "its step refitted, 900 effective draws"),
        posterior.LeftOut(threshold_left_out.ID, 0.2, "mA/cm2", 0.1, 0.2, 0.3, 0.5, np.inf, np.nan, np.nan, False,
                          ("threshold_current",), "the prior of the threshold"),
    )  # fmt: skip
    found = identifiability.Information(
        ("rate-1",), ("pellet",), np.array([[0.5]]),
        (identifiability.Direction(4.0, (("pellet", 1.0),)), identifiability.Direction(0.0, (("arc", 1.0),))), "x",
    )  # fmt: skip
    scored = skill.assess(made)
    page, figures = calibration_page.page(made, scored, found, left, "<svg/>", version="0", date="2024-01-01")
    text = render_page(page)
    assert scored.verdict().split(";")[0] in text.replace("&#x27;", "'")
    words = ("prior only", "Leave", "lfp-bare", "Narrowed", "Identified by", "1 of 1 lie inside",
             "not determined without it", "prior only: cathode contact bare", "0.1 to \u2265 1.5")  # fmt: skip
    for word in words:
        assert word.lower() in text.lower(), word
    assert {f.id for f in figures} == {"intervals", "left-out"}
    table = list(csv.DictReader(io.StringIO(calibration_page.left_out_csv(left))))
    assert [row["prior_only"] for row in table] == ["", "cathode_contact_bare", "threshold_current"]
    assert (table[2]["p95"], table[2]["z"], table[2]["pareto_k"]) == ("inf", "", "")
    assert found.identified == 1


@pytest.mark.slow
def test_sensitivities_are_the_slopes_of_finite_differences(tiny):
    """`pytest -m slow`: central differences of the forward model at the same point, to 1e-5."""
    found = identifiability.information(tiny)
    home = int(np.argmax(tiny.shares))
    stratum = posterior.strata()[home]
    likely = posterior.log_likelihood(tiny.z, tiny.found, np.ones(20)) - 0.5 * (tiny.z**2).sum(axis=1)
    z = tiny.z[int(np.argmax(np.where(tiny.stratum == home, likely, -np.inf)))]
    p = {k: float(v) for k, v in posterior.parameters(z, stratum.area_m2, stratum.arc, priors.ndtr).items()}
    currents = jnp.asarray(posterior.READINGS[stratum.reading]) * 10.0
    predict = jax.jit(lambda q: forward.predict(posterior.bases(), q, currents))
    for name in ("pellet", "exchange_current_density", "largest_damage", "ageing_time"):
        step = 1e-4
        up, down = (predict(p | {name: p[name] * np.exp(s)}) for s in (step, -step))
        slopes = [(np.log(float(up[n])) - np.log(float(down[n]))) / (2 * step) for n in found.numbers]
        column = found.sensitivity[:, found.parameters.index(name)]
        assert column == pytest.approx(slopes, abs=2e-5), name
