"""Tables of reported values: lengths of lists, and excess polarisation against closed forms and sampling."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from interlayer import units
from interlayer.errors import ReadError
from interlayer.published.consistency import (
    Errors,
    Geometry,
    check,
    default_errors,
    default_geometry,
    excess_polarisation,
)
from interlayer.published.reported_values import parse_reported, plain_unit, read_reported
from tests.cli.run import assert_refused, run

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data/e_tables/ding2024_reported_values.csv"
HEAD = "quantity,sample,condition,value,unit\n"
SIGMA = "ionic conductivity,LATP,25 degC,4.9e-4,S/cm\n"


def shipped():
    return parse_reported(
        (files("interlayer.published.ding2024") / "reported.csv").read_text(encoding="utf-8")
    )


def outcomes(text, **keys):
    return check(parse_reported(text), **keys)


def test_seven_currents_stand_against_eight_overpotentials():
    bad = [x for x in check(shipped()) if x.verdict == "inconsistent"]
    assert len(bad) == 1
    assert bad[0].check == "counts"
    assert bad[0].detail.startswith("7 currents stand against 8 values of plateau overpotential")


def test_the_same_in_the_free_words_of_another_table():
    if not SHARED.exists():
        pytest.skip("shared data absent")
    table = read_reported(SHARED)
    bad = [x for x in check(table) if x.verdict == "inconsistent"]
    assert [x.detail[:39] for x in bad] == ["7 currents stand against 8 values of ov"]
    assert [x.verdict for x in check(table) if "C-rates" in x.detail] == ["consistent", "consistent"]


def test_excess_polarisation_is_a_probability_and_agrees_with_sampling():
    """40 mV at 0.1 mA/cm2 against 92 ohm and 4.9e-4 S/cm, by a million draws beside the quadrature."""
    found = next(
        x for x in check(shipped()) if x.check == "excess polarisation" and x.probability is not None
    )
    rng = np.random.default_rng(7)
    n, errors = 1_000_000, default_errors()
    area = rng.choice([0.785, 1.131, 1.539, 1.911], n)  # cm2: discs of 10, 12, 14 and 15.6 mm
    length = rng.uniform(0.05, 0.10, n)  # cm
    ohmic = 0.1 * (92 * (1 + errors.resistance * rng.standard_normal(n)) * area)
    ohmic += 0.1 * length / 4.9e-4 * (1 + errors.conductivity * rng.standard_normal(n))
    excess = 40 * (1 + errors.overpotential * rng.standard_normal(n)) - ohmic  # mV
    assert found.probability == pytest.approx((excess > 0).mean(), abs=1e-3)
    assert 0.9 < found.probability < 1.0
    assert found.verdict == "likely"
    assert np.array(found.excess_V) * 1e3 == pytest.approx(np.quantile(excess, [0.05, 0.5, 0.95]), abs=0.1)


def known(volt, *, area=1e-4, length=1e-3, errors=(0.1, 0.0, 0.0)):
    place = Geometry(np.array([area]), (length, length), "known")
    return excess_polarisation(volt, 1.0, 100.0, 0.05, place, Errors(*errors, "stated"))


def test_with_known_geometry_it_is_a_normal_distribution():
    """i (A R + L/sigma) = 1 A/m2 (1e-4 100 + 1e-3/0.05) ohm m2 = 30 mV."""
    for volt in (20e-3, 30e-3, 33e-3, 45e-3):
        found = known(volt)
        assert found.probability == pytest.approx(ndtr((volt - 30e-3) / (0.1 * volt)), abs=1e-9)
        assert found.quantiles_V[1] == pytest.approx(volt - 30e-3, abs=1e-8)
        assert found.quantiles_V[2] - found.quantiles_V[1] == pytest.approx(1.6448536 * 0.1 * volt, rel=1e-5)
    assert known(33e-3).ohmic_V == pytest.approx((30e-3, 30e-3))


def test_errors_of_resistance_and_conductivity_add_up():
    sigma = np.hypot(0.2 * 10e-3, 0.3 * 20e-3)
    found = known(36e-3, errors=(0.0, 0.2, 0.3))
    assert found.probability == pytest.approx(ndtr(6e-3 / sigma), abs=1e-9)


def test_without_errors_it_is_a_share_of_the_thicknesses():
    """V = 30 mV against 10 mV + i L/sigma with L uniform in 0.5 to 1.5 mm: L < 1 mm, one half."""
    place = Geometry(np.array([1e-4]), (0.5e-3, 1.5e-3), "uniform")
    found = excess_polarisation(30e-3, 1.0, 100.0, 0.05, place, Errors(0.0, 0.0, 0.0, "none"))
    assert found.probability == pytest.approx(0.5, abs=1.0 / 64)
    assert found.ohmic_V == pytest.approx((20e-3, 40e-3))


@given(st.floats(1e-3, 0.5), st.floats(1e-3, 0.5))
@settings(max_examples=40, deadline=None)
def test_more_voltage_is_never_less_likely_excess(one, other):
    low, high = sorted((one, other))
    place, errors = default_geometry(), default_errors()
    first, second = (excess_polarisation(v, 1.0, 92.0, 0.049, place, errors) for v in (low, high))
    assert 0.0 <= first.probability <= second.probability + 1e-12 <= 1.0 + 1e-9
    assert first.quantiles_V[0] <= first.quantiles_V[1] <= first.quantiles_V[2]


def test_a_geometry_in_the_table_wins_over_what_is_assumed():
    text = (
        HEAD
        + SIGMA
        + "R_int,Li/X/Li,before cycling,100,ohm\n"
        + "overpotential,Li/X/Li,0.1 mA/cm2,40,mV\n"
        + "area,Li/X/Li,electrode,2.0,cm2\n"
        + "thickness,Li/X/Li,pellet,1.0,mm\n"
    )
    (found,) = (x for x in outcomes(text) if x.probability is not None)
    # 0.1 mA/cm2 (200 + 0.1 cm / 4.9e-4 S/cm) ohm cm2 = 40.4 mV
    assert "which take 40.4 to 40.4 mV" in found.detail
    assert found.verdict == "undecided"
    assert found.assumptions[0] == "area of line 5 and thickness of line 6"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("overpotential,Li/X/Li,0.1 mA/cm2,40,mV\n" + SIGMA, "no R_int"),
        ("overpotential,Li/X/Li,0.1 mA/cm2,40,mV\nR_int,Li/X/Li,fresh,100,ohm\n", "no ionic conductivity"),
        ("overpotential,Li/X/Li,cycling,40,mV\nR_int,Li/X/Li,fresh,100,ohm\n" + SIGMA, "names no current"),
        ("overpotential,Li/X/Li,0.1 mA/cm2,>=40,mV\nR_int,Li/X/Li,fresh,100,ohm\n" + SIGMA, "a bound"),
        ("overpotential,Li/X/Li,0.1 mA/cm2,40,mV\nR_int,Li/Y/Li,fresh,100,ohm\n" + SIGMA, "no R_int"),
    ],
)
def test_what_cannot_be_assessed_says_why(rows, why):
    (found,) = outcomes(HEAD + rows)
    assert found.verdict == "not assessed"
    assert why in found.detail


def test_of_several_resistances_the_fresh_one_counts():
    text = HEAD + SIGMA + "R_int,Li/X/Li,after 100 h,500,ohm\nR_int,Li/X/Li,before cycling,92,ohm\n"
    (found,) = outcomes(text + "overpotential,Li/X/Li,0.1 mA/cm2,40,mV\n")
    assert "R_int 92 ohm" in found.detail
    assert found.lines == (5, 4, 2)


def test_lists_of_currents_are_paired_where_they_are_as_long():
    text = HEAD + SIGMA + 'R_int,Li/X/Li,fresh,92,ohm\noverpotential,Li/X/Li,"0.1; 0.2 mA cm-2",40;60,mV\n'
    found = [x for x in outcomes(text) if x.check == "excess polarisation"]
    assert ["at 0.1" in found[0].detail, "at 0.2" in found[1].detail] == [True, True]


@pytest.mark.parametrize(
    ("text", "plain"),
    [("mA cm-2", "mA/cm2"), ("S cm-1", "S/cm"), ("mAh g-1", "mAh/g"), ("percent", "%"), ("S cm⁻¹", "S/cm")],
)
def test_units_as_publications_print_them(text, plain):
    assert plain_unit(text) == plain
    units.factor(plain)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "no column quantity, condition, value, unit"),
        (HEAD + "R_int,Li,x,many,ohm\n", "no line holds a number"),
        (HEAD + 'R_int,"Li,x,1,ohm\n', "no table"),
    ],
)
def test_no_table_is_refused(text, what):
    with pytest.raises(ReadError, match=what):
        parse_reported(text, "t.csv")


def test_at_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    ran = run("consistency", "ding2024", "--json")
    assert ran.code == 0, ran.err
    items = ran.items()
    assert items[0]["verdict"] == "inconsistent"
    assert any(x["probability"] is not None and x["excess"]["unit"] == "mV" for x in items)
    assert "probability 0.9" in run("consistency", "ding2024").out
    out = tmp_path / "found.json"
    assert run("consistency", "ding2024", "-o", out).code == 0
    assert json.loads(out.read_text(encoding="utf-8")) == items
    assert_refused(run("consistency", "ding2024", "-o", out), "exists already")
    assert_refused(run("consistency", tmp_path / "none.csv"), "no such file")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\xff\xfe\x00\x01")
    assert_refused(run("consistency", bad), "UTF-8")
