"""Overpotential and DC resistance: closed forms, definitions, and reasons for what is missing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.metrics import asr, evaluate, plateau
from interlayer.record import schema as s
from tests.metrics.records import AREA, alternating, cycled


def only(record, name):
    return evaluate(record, [name])


@settings(max_examples=30, deadline=None)
@given(
    ohm=st.floats(1.0, 1e5),
    current=st.floats(1e-6, 1e-2),
    area_cm2=st.floats(0.01, 100.0),
    samples=st.integers(5, 60),
)
def test_an_ohmic_cell_gives_v_equal_to_i_r(ohm, current, area_cm2, samples):
    record = cycled([current, -current], ohm, samples=samples, area=area_cm2 * 1e-4)
    for name in ("plateau_overpotential", "start_overpotential", "end_overpotential"):
        assert [m.value for m in only(record, name)] == pytest.approx([1e3 * ohm * current] * 2, rel=1e-12)
    assert [m.value for m in only(record, "dc_resistance")] == pytest.approx([ohm] * 2, rel=1e-12)
    assert [m.value for m in asr(record)] == pytest.approx([ohm * area_cm2] * 2, rel=1e-12)


def test_plateau_is_the_median_between_25_and_90_percent():
    # a straight line from 100 to 200 ohm: the median lies at the middle of the window, 57.5 %
    record = cycled([1e-3], lambda _k, share, _i: 100 + 100 * share, samples=2001)
    assert plateau(record)[0].value == pytest.approx(157.5, rel=1e-3)
    (start,) = only(record, "start_overpotential")
    (end,) = only(record, "end_overpotential")
    assert start.value == pytest.approx(101.0, rel=1e-3)
    assert end.value == pytest.approx(199.0, rel=1e-3)


def test_coarse_sampling_uses_the_outermost_samples():
    record = cycled([1e-3, -1e-3], lambda _k, share, _i: 100 + 100 * share, samples=5)
    assert [m.value for m in only(record, "start_overpotential")] == pytest.approx([100.0] * 2)
    assert [m.value for m in only(record, "end_overpotential")] == pytest.approx([200.0] * 2)
    # samples at 25, 50 and 75 %
    assert [m.value for m in plateau(record)] == pytest.approx([150.0] * 2)


def test_a_row_from_before_the_switch_is_not_the_start():
    record = cycled([1e-3, -1e-3], 100.0)
    volt = record.table[s.VOLTAGE].to_numpy().copy()
    volt[25] = +0.1  # first row of the second half-cycle still shows the voltage of the first
    record = record.with_(table=record.table.with_columns(pl.Series(s.VOLTAGE, volt)))
    assert [m.value for m in only(record, "start_overpotential")] == pytest.approx([100.0, 100.0])


def test_standard_error_is_the_scatter_of_the_plateau():
    sigma = 2e-3
    record = cycled(alternating([1e-3] * 200), 100.0, samples=61, noise_V=sigma, seed=3)
    metrics = plateau(record)
    scatter = np.std([m.value for m in metrics])
    assert np.median([m.uncertainty for m in metrics]) == pytest.approx(scatter, rel=0.15)


def test_evidence_time_and_half_cycle_are_attached():
    one, two = plateau(cycled([1e-4, -2e-4], 500.0, duration=7200.0))
    assert (one.half_cycle, two.half_cycle) == (0, 1)
    assert (one.time_s, two.time_s) == (0.0, 7200.0)
    assert "current -0.2 mA" in two.evidence
    assert one.unit == "mV"


def test_without_area_ohms_are_given_and_areal_values_explained():
    record = cycled([1e-4, -1e-4], 500.0, area=None)
    assert [m.value for m in only(record, "dc_resistance")] == pytest.approx([500.0] * 2)
    (metric,) = asr(record)
    assert metric.value is None
    assert metric.evidence == ('no area: give --cell or --area "0.785 cm2"',)


def test_unit_area_makes_ohm_cm2_of_ohms():
    record = cycled([1e-4, -1e-4], 500.0, area=1e-4)
    assert [m.value for m in asr(record)] == pytest.approx([500.0] * 2)


@settings(max_examples=20, deadline=None)
@given(shift=st.floats(-1e6, 1e6))
def test_time_shift_and_mirrored_cell_change_nothing(shift):
    record = cycled(alternating([1e-4, 2e-4]), lambda k, share, _i: 300 + 20 * k + 50 * share)
    shifted = record.with_(table=record.table.with_columns(pl.col(s.TIME) + shift))
    mirrored = record.with_(table=record.table.with_columns(-pl.col(s.CURRENT), -pl.col(s.VOLTAGE)))
    values = [m.value for m in plateau(record)]
    assert [m.value for m in plateau(shifted)] == pytest.approx(values, rel=1e-9)
    assert [m.value for m in plateau(mirrored)] == values


def test_swapped_leads_are_named():
    record = cycled([1e-4, -1e-4], -500.0)
    one, _ = plateau(record)
    assert one.value == pytest.approx(50.0)
    assert any("sign opposite" in e for e in one.evidence)


def test_a_full_cell_has_no_overpotential_of_this_kind():
    record = cycled(
        alternating([1e-4] * 3), None, law=lambda _k, share, i: 3.4 + 0.1 * share * np.sign(i) + 500 * i
    )
    for metric in (*plateau(record), *asr(record)):
        assert metric.value is None
        assert "no symmetric cell" in metric.evidence[0]
    one_way = cycled([1e-4], None, rest=600.0, law=lambda _k, share, _i: 3.4 + 0.1 * share)
    volt = one_way.table[s.VOLTAGE].to_numpy().copy()
    volt[-4:] = 3.4
    one_way = one_way.with_(table=one_way.table.with_columns(pl.Series(s.VOLTAGE, volt)))
    assert "open-circuit voltage 3.40 V" in plateau(one_way)[0].evidence[0]


@pytest.mark.parametrize(("column", "words"), [(s.VOLTAGE, "no voltage"), (s.CURRENT, "no current")])
def test_missing_columns_are_named(column, words):
    record = cycled([1e-4, -1e-4], 500.0)
    record = record.with_(table=record.table.with_columns(pl.lit(None, dtype=pl.Float64).alias(column)))
    for name in (
        "plateau_overpotential",
        "start_overpotential",
        "end_overpotential",
        "dc_resistance",
        "dc_asr",
    ):
        (metric,) = only(record, name)
        assert metric.value is None
        assert words in metric.evidence[0]


def test_time_running_backwards_is_null_there_and_fine_elsewhere():
    record = cycled([1e-4, -1e-4, 1e-4], 500.0)
    time = record.table[s.TIME].to_numpy().copy()
    time[30] -= 2000.0
    record = record.with_(table=record.table.with_columns(pl.Series(s.TIME, time)))
    one, two, three = plateau(record)
    assert one.value == three.value == pytest.approx(50.0)
    assert two.value is None
    assert "backwards" in two.evidence[0]


def test_too_few_samples_are_said():
    record = cycled([1e-4, -1e-4], 500.0, samples=2)
    assert all(m.value is None and "no sample" in m.evidence[0] for m in plateau(record))


def test_resistance_needs_a_constant_current():
    record = cycled([1e-4], 500.0, samples=50)
    # neither is the voltage held
    fading = np.exp(-np.linspace(0, 2, 50))
    table = record.table.with_columns(pl.col(s.CURRENT) * fading, pl.col(s.VOLTAGE) * fading)
    (metric,) = only(record.with_(table=table), "dc_resistance")
    assert metric.value is None
    assert "not constant" in metric.evidence[0]


def test_area_is_the_records_own():
    record = cycled([1e-4], 500.0)
    assert record.area_m2 == AREA
    assert asr(record)[0].value == pytest.approx(392.5)


def test_a_held_voltage_and_one_direction_at_volts_are_no_overpotentials():
    held = cycled([1e-4], None, law=lambda _k, x, i: 0.5 + 0 * x, samples=50)
    fading = held.with_(
        table=held.table.with_columns(pl.Series(s.CURRENT, 1e-4 * np.exp(-np.linspace(0, 3, 50))))
    )
    (metric,) = plateau(fading)
    assert metric.value is None
    assert "held" in metric.evidence[0]
    one_way = cycled([1e-4], None, law=lambda _k, x, i: 3.2 + 0.1 * x)
    (metric,) = plateau(one_way)
    assert metric.value is None
    assert "one direction at 3.25 V" in metric.evidence[0]
    (metric,) = plateau(one_way.with_(cell={"symmetric": True}))
    assert metric.value == pytest.approx(3257.5, rel=1e-3)
