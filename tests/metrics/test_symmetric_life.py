"""Symmetric cells over their life: asymmetry, shape, drift, capacity, criteria, reference electrode; closed forms."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError
from interlayer.metrics import evaluate
from interlayer.metrics.half_cycle_shape import WORDS, half_cycle_shapes
from interlayer.metrics.time_to_criterion import time_to
from interlayer.record import schema as s
from tests.metrics.records import AREA, alternating, cycled
from tests.metrics.test_short import shorted


def values(record, name):
    return [m.value for m in evaluate(record, [name])]


def only(record, name):
    (found,) = evaluate(record, [name])
    return found


# --- asymmetry -------------------------------------------------------------------------------------------


@given(plus=st.floats(10.0, 5000.0), minus=st.floats(10.0, 5000.0), first=st.sampled_from([1.0, -1.0]))
@settings(max_examples=40, deadline=None)
def test_asymmetry_is_the_difference_over_the_mean_whichever_comes_first(plus, minus, first):
    record = cycled(first * alternating([1e-4], 3), lambda _k, _x, i: plus if i > 0 else minus)
    expected = 100.0 * (plus - minus) / (0.5 * (plus + minus))
    assert values(record, "polarisation_asymmetry") == pytest.approx([expected] * 3, abs=1e-6)


def test_asymmetry_carries_the_error_of_both_plateaus():
    """100 and 50 mV with 1 mV of noise: 200 (1 - r)/(1 + r), r = V-/V+, by scatter over many cycles."""
    record = cycled(
        alternating([1e-4], 200), lambda _k, _x, i: 1000.0 if i > 0 else 500.0, noise_V=1e-3, samples=101
    )
    found = evaluate(record, ["polarisation_asymmetry"])
    scatter = np.std([m.value for m in found])
    stated = np.median([m.uncertainty for m in found])
    assert np.mean([m.value for m in found]) == pytest.approx(200 * 0.5 / 1.5, abs=0.1)
    assert stated == pytest.approx(scatter, rel=0.2)


def test_asymmetry_pairs_cycles_of_one_current_only():
    record = cycled(np.array([1, -1, 2, -2, -2, 3]) * 1e-4, 500.0)
    assert [m.half_cycle for m in evaluate(record, ["polarisation_asymmetry"])] == [0, 2]
    assert only(cycled([1e-4, -2e-4], 500.0), "polarisation_asymmetry").value is None


# --- shape -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "law"),
    [
        ("flat", lambda x: 1.0 + 0.02 * x),
        ("arcing", lambda x: 1.0 - 0.5 * np.exp(-x / 0.1)),
        ("arcing", lambda x: 1.0 - 1.5 * (x - 0.5) ** 2),
        ("peaking", lambda x: 1.0 + 0.5 * np.exp(-x / 0.1)),
        ("peaking", lambda x: 1.0 + 1.5 * (x - 0.5) ** 2),
        ("rising", lambda x: 0.5 + x),
        ("rising", lambda x: 1.0 + 0.5 * np.clip((x - 0.8) / 0.2, 0, 1)),
        ("falling", lambda x: 1.5 - x),
        ("falling", lambda x: 1.0 - 0.5 * np.clip((x - 0.8) / 0.2, 0, 1)),
    ],
)
def test_shapes_are_measured_and_named(word, law):
    record = cycled(
        alternating([1e-4], 3), None, law=lambda _k, x, i: 500.0 * i * law(x), samples=401, noise_V=1e-4
    )
    found = half_cycle_shapes(record)
    assert set(found.words) == {word}
    middle = law(0.5)
    starts, ends = values(record, "start_over_middle"), values(record, "end_over_middle")
    # the medians over 2 % stand for the law 1 % from the ends
    assert starts == pytest.approx([law(0.01) / middle] * 6, rel=0.01)
    assert ends == pytest.approx([law(0.99) / middle] * 6, rel=0.01)
    assert f"shape: {word}" in evaluate(record, ["start_over_middle"])[0].evidence


def test_noise_is_no_shape():
    record = cycled(alternating([1e-4], 50), 500.0, noise_V=8e-3, samples=41)
    words = half_cycle_shapes(record).words
    assert sum(w == "flat" for w in words) >= 95


def test_all_shapes_have_a_word():
    assert set(WORDS) == {(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)}


def test_a_half_cycle_of_two_samples_has_no_shape():
    assert values(cycled(alternating([1e-4]), 500.0, samples=2), "start_over_middle") == [None, None]


# --- drift -----------------------------------------------------------------------------------------------


def drifting(rate_ohm_h, *, cycles=50, offset=20.0, noise=0.0, **keys):
    def ohm(k, x, i):
        return 500.0 + rate_ohm_h * (k + x) + (offset if i > 0 else 0.0)

    return cycled(alternating([1e-4], cycles), ohm, noise_V=noise, **keys)


@given(st.floats(-2.0, 20.0), st.floats(-100.0, 100.0))
@settings(max_examples=30, deadline=None)
def test_drift_of_a_straight_line_is_its_slope_whatever_the_directions_differ_by(rate, offset):
    record = drifting(rate, offset=offset)
    found = only(record, "dc_resistance_drift")
    # plateaus are medians over 25 to 90 % of the hour: the same point of every half-cycle
    assert found.value == pytest.approx(100.0 * rate, abs=1e-6)
    asr = only(record, "dc_asr_drift")
    assert asr.value == pytest.approx(100.0 * rate * AREA * 1e4, abs=1e-6)


def test_the_error_of_the_drift_is_the_scatter_of_repeats():
    found = [only(drifting(0.5, noise=3e-3, seed=k), "dc_resistance_drift") for k in range(40)]
    spread = np.std([m.value for m in found])
    assert np.mean([m.value for m in found]) == pytest.approx(50.0, abs=3 * spread / 40**0.5)
    assert np.median([m.uncertainty for m in found]) == pytest.approx(spread, rel=0.35)


def test_correlated_noise_widens_the_error():
    """A wander of 10 ohm that takes 20 half-cycles: independent noise of that size would be too good."""
    rng = np.random.default_rng(3)
    wander = np.convolve(rng.standard_normal(420), np.ones(20) / 20**0.5, mode="valid")[:400]
    slow = cycled(alternating([1e-4], 200), 500.0 + 10.0 * wander)
    fast = cycled(alternating([1e-4], 200), 500.0 + 10.0 * rng.permutation(wander))
    errors = [only(x, "dc_resistance_drift").uncertainty for x in (slow, fast)]
    assert errors[0] > 2.0 * errors[1]


def test_a_curve_is_said_to_be_no_line():
    record = cycled(alternating([1e-4], 50), lambda k, _x, _i: 500.0 + 50.0 * np.sqrt(k))
    assert "early and late slopes differ: no straight line" in only(record, "dc_resistance_drift").evidence


def test_drift_uses_one_current_before_a_short_and_needs_enough_of_it():
    levels = np.concatenate([alternating([5e-5], 2), alternating([1e-4], 10)])
    record = cycled(levels, lambda k, _x, i: (300.0 if abs(i) < 7e-5 else 500.0) + k)
    found = only(record, "dc_resistance_drift")
    assert found.value == pytest.approx(100.0)
    assert "20 half-cycles at 0.1 mA" in found.evidence[0]
    assert only(cycled(alternating([1e-4], 2), 500.0), "dc_resistance_drift").value is None
    failed = cycled(alternating([1e-4], 10), shorted(8, 0.4, 0.02))
    assert only(failed, "dc_resistance_drift").value == pytest.approx(0.0, abs=1e-9)


# --- capacity --------------------------------------------------------------------------------------------


@given(st.floats(1e-5, 1e-2), st.floats(600.0, 1e5), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_capacity_is_current_times_time_over_area_and_adds_up(current, duration, cycles):
    record = cycled(alternating([current], cycles), 500.0, duration=duration)
    each = current * duration / 3.6 / (AREA * 1e4)
    assert values(record, "areal_capacity") == pytest.approx([each] * 2 * cycles)
    total = only(record, "cumulative_capacity")
    assert total.value == pytest.approx(2 * cycles * each)
    assert total.bound == ">="


def test_cumulative_capacity_ends_at_a_short():
    record = cycled(alternating([1e-4], 10), shorted(8, 0.5, 0.02), samples=201)
    total = only(record, "cumulative_capacity")
    assert total.value == pytest.approx(8.5 * 0.1 / 0.785, rel=0.01)
    assert total.bound is None
    assert only(cycled(alternating([1e-4]), 500.0, area=None), "cumulative_capacity").value is None


# --- criteria --------------------------------------------------------------------------------------------


def growing(k, _x, _i):
    return 500.0 * (1.0 + k / 20.0)


def test_time_to_doubling_of_a_straight_rise():
    """The first six half-cycles have the median 500 (1 + 2.5/20) ohm; twice that is exceeded from k = 23 on."""
    record = cycled(alternating([1e-4], 30), growing)
    found = only(record, "time_to_doubling")
    assert (found.half_cycle, found.bound) == (26, None)
    assert 500 * (1 + 25 / 20) <= 2 * 500 * (1 + 2.5 / 20) < 500 * (1 + 26 / 20)
    assert found.value == pytest.approx(26.0)


def test_a_criterion_that_is_never_met_gives_a_lower_bound():
    found = only(cycled(alternating([1e-4], 10), 500.0), "time_to_doubling")
    assert (found.value, found.bound, found.half_cycle) == (pytest.approx(20.0), ">=", None)
    failed = only(cycled(alternating([1e-4], 10), shorted(8, 0.5, 0.02)), "time_to_doubling")
    assert (failed.value, failed.bound) == (pytest.approx(8.0), ">=")


def test_a_single_high_half_cycle_is_not_the_criterion():
    record = cycled(alternating([1e-4], 10), lambda k, _x, _i: 1500.0 if k == 12 else 500.0)
    assert only(record, "time_to_doubling").bound == ">="


def test_time_to_a_stated_overpotential():
    record = cycled(alternating([1e-4], 30), growing)
    found = time_to(record, overpotential_V=0.1)
    # 50 mV (1 + k/20) > 100 mV from k = 21 on
    assert (found.half_cycle, found.time_s) == (21, pytest.approx(21 * 3600.0))
    assert time_to(record, factor=100.0).half_cycle is None
    for wrong in ({}, {"overpotential_V": 0.1, "factor": 2.0}, {"factor": -1.0}):
        with pytest.raises(InputError, match="criterion"):
            time_to(record, **wrong)


def test_rising_current_is_no_doubling():
    record = cycled(alternating([1e-4, 2e-4, 4e-4], 5), 500.0)
    assert only(record, "time_to_doubling").bound == ">="


# --- reference electrode ---------------------------------------------------------------------------------


def three_electrodes(record, *, working=0.3, drop=("Ece / V",)):
    """The working electrode takes `working` of the voltage, the counter electrode the rest with the other sign."""
    volt = record.array(s.VOLTAGE)
    columns = {"Ewe / V": working * volt, "Ece / V": (working - 1.0) * volt}
    kept = [pl.Series(k, v) for k, v in columns.items() if k not in drop]
    return record.with_(table=record.table.with_columns(kept))


@pytest.mark.parametrize("drop", [(), ("Ece / V",), ("Ewe / V",)])
def test_a_reference_electrode_parts_plating_from_stripping(drop):
    record = three_electrodes(cycled(alternating([1e-4], 2), 500.0), drop=drop)
    # positive current strips the working electrode: 0.3 of 50 mV; negative plates it
    assert values(record, "stripping_overpotential") == pytest.approx([15.0, 35.0] * 2)
    assert values(record, "plating_overpotential") == pytest.approx([35.0, 15.0] * 2)


def test_without_one_they_are_not_given():
    record = cycled(alternating([1e-4], 2), 500.0)
    for name in ("plating_overpotential", "stripping_overpotential"):
        assert only(record, name).value is None
        assert "no reference electrode" in only(record, name).evidence[0]
    same = record.with_(table=record.table.with_columns(pl.Series("Ewe / V", record.array(s.VOLTAGE))))
    assert only(same, "plating_overpotential").value is None
