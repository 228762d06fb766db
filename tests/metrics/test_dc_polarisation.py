"""DC polarisation: steady state, contacts, current-voltage curves, Hebb-Wagner, series rule, temperature."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError
from interlayer.metrics import evaluate
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.electronic_conductivity import electronic_arrhenius, hebb_wagner
from interlayer.metrics.layer_electronic_conductivity import layer_electronic_conductivity
from interlayer.metrics.polarisation_steps import polarisation_steps
from interlayer.metrics.series_rule import layer_conductivity
from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from tests.metrics.records import alternating, cycled
from tests.metrics.test_kind_of_test import PELLET, described, held

AREA, LENGTH = 0.785e-4, 0.7e-3
SIGMA_E = 1.11e-8
"""S/cm, of Ag | LATP | Ag in Ding et al. 2024."""
AG = described('electrodes = ["Ag", "Ag"]\n' + PELLET)
OHM = LENGTH / (SIGMA_E * 100.0 * AREA)
F_RT = 96485.33212 / (8.314462618 * 298.15)


def only(record, name):
    (found,) = evaluate(record, [name])
    return found


def blocked(voltages=(0.1,), *, sigma=SIGMA_E, cell=AG, **keys):
    """A sample of the paper's conductivity between silver; ions fade with 1000 s."""
    ohm = LENGTH / (sigma * 100.0 * AREA)
    return held(list(voltages), ohm=ohm, ionic=ohm / 100.0, cell=cell, **keys)


def with_law(law, voltages, *, cell=AG, hours=4.0, noise=0.0, seed=0, temperature=None):
    """Held voltages with a current law(volt, seconds since the step)."""
    rng = np.random.default_rng(seed)
    parts, now = [], 0.0
    for k, v in enumerate(voltages):
        t = np.linspace(1.0, hours * 3600.0, 500)
        amp = law(v, t) * (1.0 + noise * rng.standard_normal(t.size))
        parts.append(
            {s.TIME: now + t, s.VOLTAGE: np.full(t.size, v), s.CURRENT: amp, s.STEP: np.full(t.size, k)}
        )
        now += t[-1] + 1.0
    table = pl.DataFrame({key: np.concatenate([p[key] for p in parts]) for key in parts[0]})
    if temperature is not None:
        table = table.with_columns(pl.lit(temperature).alias(s.TEMPERATURE))
    return Record(table, Provenance("measured"), label="held", area_m2=AREA, cell=cell)


# --- one step --------------------------------------------------------------------------------------------


@given(st.floats(1e-12, 1e-4))
@settings(max_examples=25, deadline=None)
def test_a_steady_step_between_blocking_contacts_gives_the_conductivity_put_in(sigma):
    found = only(blocked(sigma=sigma), "electronic_conductivity")
    assert found.value == pytest.approx(sigma, rel=1e-3)
    assert found.bound is None
    assert found.evidence[1].startswith("steady")
    assert "Ag | Ag: two ion-blocking contacts" in found.evidence[2]


def test_the_papers_value():
    found = only(blocked(), "electronic_conductivity")
    assert found.value == pytest.approx(1.11e-8, rel=1e-3)
    assert found.unit == "S/cm"
    assert only(blocked(), "steady_conductance").value == pytest.approx(1.0 / OHM, rel=1e-3)


def test_a_current_that_still_falls_is_an_upper_bound():
    """A decay with t^-1/2 changes by 5.4 % of itself over the last tenth: far from steady."""
    record = with_law(lambda v, t: v / OHM * (1.0 + 300.0 / np.sqrt(t)), [0.1])
    found = only(record, "electronic_conductivity")
    assert found.bound == "<="
    assert found.value > 1.11e-8
    assert "still falling" in found.evidence[1]


@given(st.floats(0.0, 0.15))
@settings(max_examples=20, deadline=None)
def test_what_is_left_of_a_root_decay_is_inside_the_error(share):
    """The current at the end is 1 + share times the steady one, and falls with t^-1/2."""
    end = 4 * 3600.0
    record = with_law(lambda v, t: v / OHM * (1.0 + share * np.sqrt(end / t)), [0.1])
    (one,) = Analysis(record).get(polarisation_steps)
    assert abs(one.conductance_S - 1.0 / OHM) <= 1.1 * one.stderr_S + 1e-6 / OHM


def test_a_rising_current_has_no_steady_state():
    found = only(with_law(lambda v, t: v / OHM * (1.0 + t / 3600.0), [0.1]), "electronic_conductivity")
    assert found.value is None
    assert "rising" in found.evidence[1]


def test_noise_is_in_the_error():
    found = [
        only(with_law(lambda v, _t: v / OHM + 0 * _t, [0.1], noise=0.02, seed=k, cell=AG | {"kind": "dc"}),
             "electronic_conductivity") for k in range(30)
    ]  # fmt: skip
    values = np.array([m.value for m in found])
    assert np.abs(values / SIGMA_E - 1.0).max() < 0.02
    assert np.median([m.uncertainty for m in found]) > values.std()


def test_a_held_current_counts_alike():
    """Galvanostatic polarisation: the voltage rises to I L/(sigma A)."""
    t = np.linspace(0.0, 4 * 3600.0, 500)
    amp = 1e-9
    volt = amp * OHM * (1.0 - 0.99 * np.exp(-t / 1000.0))
    table = pl.DataFrame({s.TIME: t, s.VOLTAGE: volt, s.CURRENT: np.full(t.size, amp)})
    record = Record(table, Provenance("measured"), area_m2=AREA, cell=AG)
    assert only(record, "electronic_conductivity").value == pytest.approx(SIGMA_E, rel=1e-3)


# --- contacts --------------------------------------------------------------------------------------------


def test_contacts_decide_what_the_current_means():
    gold = described('electrodes = ["Au", "Li"]\n' + PELLET)
    found = only(blocked(cell=gold), "electronic_conductivity")
    assert "Hebb-Wagner" in found.evidence[2]
    assert found.value == pytest.approx(SIGMA_E, rel=1e-3)
    for cell, why in (
        (described(PELLET) | {"kind": "dc polarisation"}, "ions carry the current"),
        ({"kind": "dc polarisation"}, "not described"),
        (described('electrodes = ["Ag", "Ag"]'), "thickness is not known"),
    ):
        refused = only(blocked(cell=cell), "electronic_conductivity")
        assert refused.value is None
        assert why in refused.evidence[0]
    unknown_area = blocked().with_(area_m2=None)
    assert "no area" in only(unknown_area, "electronic_conductivity").evidence[0]
    assert only(unknown_area, "steady_conductance").value is not None


def test_other_tests_have_none():
    found = only(cycled(alternating([1e-4], 5), 500.0), "electronic_conductivity")
    assert found.evidence == ("no DC polarisation: symmetric cycling",)


# --- steps -----------------------------------------------------------------------------------------------


def test_an_ohmic_curve_is_a_line_through_all_steps():
    record = blocked((0.1, 0.2, 0.3, -0.3))
    found = only(record, "electronic_conductivity_iv")
    assert found.value == pytest.approx(SIGMA_E, rel=1e-3)
    assert found.evidence[1].startswith("ohmic")
    assert "forward over reverse current 1" in found.evidence[1]
    assert only(record, "iv_nonlinearity").value == pytest.approx(1.0, rel=1e-3)


def test_a_diode_is_no_conductivity():
    """I = I_0 (exp(V/V_0) - 1): the conductance at 0.3 V over that at 0.1 V, and the rectification, are known."""
    scale = 0.1

    def law(v, t):
        return 1e-9 * np.expm1(v / scale) * (1.0 + np.exp(-t / 1000.0))

    record = with_law(law, [0.1, 0.2, 0.3, -0.3])
    found = only(record, "electronic_conductivity_iv")
    assert found.evidence[1].startswith("not ohmic")
    assert "one conductivity does not describe it" in found.evidence
    forward = np.expm1(3.0) / -np.expm1(-3.0)
    assert f"forward over reverse current {forward:.3g}" in found.evidence[1]
    three = only(with_law(law, [0.1, 0.2, 0.3]), "iv_nonlinearity")
    assert three.value == pytest.approx(np.expm1(3.0) / 3.0 / np.expm1(1.0), rel=1e-3)


def test_two_voltages_are_no_curve():
    found = only(blocked((0.1, 0.2)), "electronic_conductivity_iv")
    assert found.value is None


@given(st.floats(-14.0, -8.0), st.floats(-30.0, -22.0))
@settings(max_examples=30, deadline=None)
def test_hebb_wagner_gives_back_electrons_and_holes(log_n, log_p):
    """Currents from the equation with sigma_n and sigma_p; each is found where its part of the current is seen."""
    n, p = 10.0**log_n, 10.0**log_p
    volt = np.array([0.02, 0.05, 0.1, 0.5, 1.0])
    factor = AREA / LENGTH / F_RT
    amp = factor * (n * -np.expm1(-F_RT * volt) + p * np.expm1(F_RT * volt))
    found = hebb_wagner(volt, amp, length_m=LENGTH, area_m2=AREA, temperature_K=298.15)
    assert found[0] == pytest.approx(n, rel=1e-6)
    seen = p * np.expm1(F_RT * 1.0) / (n * 1.0)
    if seen > 1e-3:
        assert found[1] == pytest.approx(p, rel=1e-3)


def test_hebb_wagner_at_the_limit_is_the_plateau_of_electrons():
    """Above a few kT/e a pure electron conductor passes (A/L)(RT/F) sigma_n whatever the voltage."""
    n = 1e-9
    amp = np.full(3, AREA / LENGTH / F_RT * n)
    found = hebb_wagner(np.array([0.5, 0.8, 1.0]), amp, length_m=LENGTH, area_m2=AREA, temperature_K=298.15)
    assert found[0] == pytest.approx(n, rel=1e-6)
    with pytest.raises(InputError, match="two different voltages"):
        hebb_wagner(np.array([0.5]), amp[:1], length_m=LENGTH, area_m2=AREA, temperature_K=298.15)


@pytest.mark.parametrize("names", ['["Au", "Li"]', '["Li", "Au"]'])
def test_hebb_wagner_from_a_record_whichever_electrode_blocks(names):
    n, p = 1e-9, 1e-24
    sign = 1.0 if names.startswith('["Au') else -1.0

    def law(v, t):
        u = abs(v)
        amp = AREA / LENGTH / F_RT * (n * -np.expm1(-F_RT * u) + p * np.expm1(F_RT * u))
        return np.sign(v) * amp * (1.0 + np.exp(-t / 500.0))

    cell = described(f"electrodes = {names}\n{PELLET}")
    record = with_law(law, [sign * u for u in (0.05, 0.1, 0.3, 1.0)], cell=cell)
    text = " ".join(only(record, "electronic_conductivity_iv").evidence)
    assert f"electrons {n / 100:.3g} S/cm" in text
    assert f"holes {p / 100:.3g} S/cm" in text


# --- series rule -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured", "low", "high"), [(1.10e-10, 1.7e-12, 5.6e-12), (3.14e-10, 4.8e-12, 1.6e-11)]
)
def test_the_papers_layer_lies_where_its_unknown_geometry_allows(measured, low, high):
    """15 um on one face or two of 0.6 to 1.0 mm; the range was derived by hand with L for the whole thickness."""
    found = [
        layer_conductivity(
            measured * 100, SIGMA_E * 100, pellet_m=pellet, layer_m=15e-6, layers=n, sample_m=pellet
        ).value_S_m / 100
        for pellet in (0.6e-3, 1.0e-3)
        for n in (1, 2)
    ]  # fmt: skip
    assert min(found) == pytest.approx(low, rel=0.03)
    assert max(found) == pytest.approx(high, rel=0.03)


@given(
    layer=st.floats(1e-13, 1e-3),
    pellet=st.floats(1e-7, 1.0),
    thickness=st.floats(0.1e-6, 100e-6),
    n=st.sampled_from([1, 2]),
)
@settings(max_examples=60, deadline=None)
def test_the_series_rule_undoes_itself(layer, pellet, thickness, n):
    total = 0.7e-3 + n * thickness
    whole = total / (0.7e-3 / pellet + n * thickness / layer)
    share = (n * thickness / layer) / (total / whole)
    found = layer_conductivity(whole, pellet, pellet_m=0.7e-3, layer_m=thickness, layers=n)
    if share > 1e-6:
        assert found.value_S_m == pytest.approx(layer, rel=1e-8 / share)
        assert found.share == pytest.approx(share, rel=1e-6)


def test_a_layer_that_cannot_be_told_from_none_gets_a_lower_bound():
    found = layer_conductivity(1e-6, 1.02e-6, pellet_m=1e-3, layer_m=10e-6, relative_errors=(0.1, 0.1, 0.0))
    assert found.bound == ">="
    left = 1.01e-3 / 1e-6 - 1e-3 / 1.02e-6
    error = np.hypot(0.1 * 1010.0, 0.1 * 1e3 / 1.02)
    assert found.value_S_m == pytest.approx(10e-6 / (left + 2 * error))


def test_errors_of_the_series_rule_are_those_of_sampling():
    rng = np.random.default_rng(5)
    keys = {"pellet_m": 0.7e-3, "layer_m": 15e-6, "layers": 2}
    found = layer_conductivity(3e-8, 1.11e-6, **keys, relative_errors=(0.03, 0.05, 0.02))
    drawn = [
        layer_conductivity(
            3e-8 * (1 + 0.03 * a), 1.11e-6 * (1 + 0.05 * b), pellet_m=0.7e-3, layer_m=15e-6 * (1 + 0.02 * c),
            layers=2, sample_m=0.73e-3
        ).value_S_m
        for a, b, c in rng.standard_normal((4000, 3))
    ]  # fmt: skip
    assert found.stderr_S_m == pytest.approx(np.std(drawn), rel=0.05)


def test_impossible_samples_are_refused():
    for keys in ({"pellet_m": 0.0}, {"layers": 3}, {"layer_m": float("nan")}):
        with pytest.raises(InputError):
            layer_conductivity(1e-6, 1e-6, **({"pellet_m": 1e-3, "layer_m": 1e-5} | keys))


COATED = described(
    'electrodes = ["Ag", "Ag"]\n' + PELLET + '[coating]\nmaterial = "CuF2-PVDF"\nthickness = "15 um"\n'
)


def test_the_layers_own_value_from_two_samples():
    """Coated on both faces: L_s = 0.73 mm, measured 1.10e-10 S/cm against 1.11e-8 S/cm of the bare pellet."""
    ohm = 0.73e-3 / (1.10e-10 * 100.0 * AREA)
    coated = held([0.1], ohm=ohm, ionic=ohm / 100.0, cell=COATED)
    found = layer_electronic_conductivity(coated, blocked())
    expected = 2 * 15e-4 / (0.073 / 1.10e-10 - 0.07 / 1.11e-8)
    assert found.value_S_m / 100 == pytest.approx(expected, rel=1e-3)
    assert found.bound is None
    falling = with_law(lambda v, t: v / ohm * (1.0 + 300.0 / np.sqrt(t)), [0.1], cell=COATED)
    bound = layer_electronic_conductivity(falling, blocked())
    assert bound.bound == "<="
    assert bound.value_S_m > found.value_S_m
    with pytest.raises(InputError, match="no \\[coating\\]"):
        layer_electronic_conductivity(blocked(), blocked())
    gold = described('electrodes = ["Au", "Li"]\n' + PELLET)
    with pytest.raises(InputError, match="same contacts"):
        layer_electronic_conductivity(coated, blocked(cell=gold))


# --- temperature -----------------------------------------------------------------------------------------


def at(celsius, *, energy=0.5, steady=True):
    kelvin = celsius + 273.15
    sigma = 1e-5 / kelvin * np.exp(-energy / 8.617333262e-5 * (1 / kelvin - 1 / 298.15)) * 298.15 * 100
    ohm = LENGTH / (sigma * AREA)
    left = 0.0 if steady else 300.0
    return with_law(
        lambda v, t: v / ohm * (1.0 + np.exp(-t / 500.0) + left / np.sqrt(t)), [0.1], temperature=celsius
    )


def test_activation_energy_from_dc_polarisations():
    found = electronic_arrhenius([at(x) for x in (25.0, 40.0, 60.0, 80.0)])
    assert found.hopping.activation_energy_eV == pytest.approx(0.5, abs=1e-3)
    assert found.at(298.15)[0] == pytest.approx(1e-3, rel=1e-3)
    assert found.name == "electronic"


def test_steps_that_are_not_steady_are_left_out_and_counted():
    found = electronic_arrhenius([at(25.0), at(40.0), at(60.0), at(80.0, steady=False)])
    assert found.highest_K == pytest.approx(333.15)
    assert "1 steps that had not become steady are left out" in found.findings
    with pytest.raises(InputError, match="2 temperatures"):
        electronic_arrhenius([at(25.0), at(40.0)])
    with pytest.raises(InputError, match="symmetric cycling"):
        electronic_arrhenius([cycled(alternating([1e-4], 5), 500.0)])
