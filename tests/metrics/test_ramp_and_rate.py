"""Critical current of ramps and tables of rate tests."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.metrics import critical_current, evaluate, rate_table
from interlayer.record import schema as s
from tests.metrics.records import alternating, cycled
from tests.metrics.test_short import shorted

CM2 = 1e-4
LEVELS = np.arange(1, 11) * 0.1e-3
"""0.1 to 1.0 mA on 1 cm2."""


def ramp(half=None, share=0.5, remaining=0.1, **keys):
    law = 500.0 if half is None else shorted(half, share, remaining)
    return cycled(alternating(keys.pop("levels", LEVELS)), law, area=CM2, **keys)


def values(record, *names):
    return [m.value for m in evaluate(record, names)]


@pytest.mark.parametrize("half", [2, 5, 8, 13, 19])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.9])
def test_interval_between_last_passed_and_first_failed(half, share):
    found = critical_current(ramp(half, share))
    failed = half // 2
    assert found.reason == ""
    assert found.first_failed_A_m2 == pytest.approx(1.0 * (failed + 1))
    assert found.last_passed_A_m2 == pytest.approx(1.0 * failed)
    assert not found.censored
    assert found.step_A == pytest.approx(1e-4)
    assert found.duration_s == 3600.0
    assert found.mode == "time-constant"
    assert found.directions == "alternating"


def test_cumulative_capacity_is_counted_to_the_short():
    found = critical_current(ramp(5, 0.5))
    # 2 x 0.1 + 2 x 0.2 + 0.3 + half of 0.3 mAh on 1 cm2
    assert found.cumulative_areal_capacity_C_m2 == pytest.approx(1.05 * 36000.0, rel=0.03)
    (value,) = values(ramp(5, 0.5), "cumulative_areal_capacity")
    assert value == pytest.approx(1.05, rel=0.03)


def test_without_a_short_the_value_is_censored():
    record = ramp()
    found = critical_current(record)
    assert found.censored
    assert found.first_failed_A is None
    assert found.last_passed_A == pytest.approx(1e-3)
    passed, failed = evaluate(
        record, ["critical_current_density_last_passed", "critical_current_density_first_failed"]
    )
    assert (passed.value, passed.bound, passed.unit) == (pytest.approx(1.0), ">=", "mA/cm2")
    assert failed.value is None
    assert "no level failed" in failed.evidence[0]
    (capacity,) = evaluate(record, ["cumulative_areal_capacity"])
    assert capacity.bound == ">="
    assert capacity.value == pytest.approx(2 * 5.5)


def test_a_failure_in_the_first_level_has_no_passed_one():
    levels = [1e-4, 2e-4]
    record = cycled(alternating(levels, cycles=3), shorted(4, 0.5, 0.1), area=CM2)
    found = critical_current(record)
    assert found.last_passed_A is None
    assert found.first_failed_A == pytest.approx(1e-4)


def test_capacity_constant_ramps_are_recognised():
    currents = alternating(LEVELS)
    record = cycled(currents, 500.0, duration=0.36 / np.abs(currents), area=CM2)
    assert critical_current(record).mode == "capacity-constant"


def test_one_direction():
    record = cycled(LEVELS, 500.0, area=CM2, rest=300.0)
    found = critical_current(record)
    assert found.directions == "one direction"
    assert found.last_passed_A == pytest.approx(1e-3)


def test_a_running_test_does_not_count_its_cut_level():
    record = ramp()
    cut = record.with_(table=record.table[: -25 - 15], complete=False)
    assert critical_current(cut).last_passed_A == pytest.approx(0.9e-3)


def test_without_area_milliamperes_are_given():
    record = ramp(9).with_(area_m2=None)
    assert values(record, "critical_current_last_passed", "critical_current_first_failed") == pytest.approx(
        [0.4, 0.5]
    )
    for metric in evaluate(record, ["critical_current_density_last_passed", "cumulative_areal_capacity"]):
        assert metric.value is None
        assert metric.evidence[0].startswith("no area")


def test_no_ramp_is_said():
    found = critical_current(cycled(alternating([1e-4] * 5), 500.0))
    assert "no ramp" in found.reason
    assert all(
        m.value is None for m in evaluate(cycled([1e-4, -1e-4], 500.0), ["critical_current_last_passed"])
    )


def test_a_short_before_the_ramp_leaves_nothing_to_tell():
    levels = [3e-4, 3e-4, 3e-4, *LEVELS]
    found = critical_current(cycled(alternating(levels), shorted(3, 0.5, 0.1), area=CM2))
    assert "before the ramp" in found.reason


def test_conditions_stand_beside_the_number():
    (metric,) = evaluate(ramp(9), ["critical_current_density_first_failed"])
    text = " | ".join(metric.evidence)
    for word in ("alternating", "time-constant", "1 h", "steps of 0.1 mA", "1 cm2", "begins"):
        assert word in text
    assert metric.half_cycle == 9


def test_mirrored_ramp_gives_the_same_interval():
    record = ramp(9)
    mirrored = record.with_(table=record.table.with_columns(-pl.col(s.CURRENT), -pl.col(s.VOLTAGE)))
    one, two = critical_current(record), critical_current(mirrored)
    assert (one.last_passed_A, one.first_failed_A) == (two.last_passed_A, two.first_failed_A)


def ladder(recovered=1.0):
    """0.05 to 0.6 mA/cm2 and back, three cycles each; ohmic 300 ohm plus 20 mV that saturate."""
    levels = np.array([0.05, 0.1, 0.2, 0.4, 0.6, 0.1]) * 1e-3

    def law(k, _x, i):
        size = 300 * abs(i) + 0.02 * np.tanh(abs(i) / 1e-4)
        return np.sign(i) * size * (recovered if k >= 30 else 1.0) * np.ones_like(_x)

    return cycled(alternating(levels, cycles=3), None, law=law, area=CM2), levels


def test_rate_table_holds_the_overpotential_of_each_level():
    record, levels = ladder()
    rows = rate_table(record)
    assert [r.current_A for r in rows] == pytest.approx(levels.tolist())
    assert [r.current_density_A_m2 for r in rows] == pytest.approx((levels / CM2).tolist())
    expected = 300 * levels + 0.02 * np.tanh(levels / 1e-4)
    assert [r.last_cycle_V for r in rows] == pytest.approx(expected.tolist())
    assert [r.mean_V for r in rows] == pytest.approx(expected.tolist())
    assert [r.half_cycles for r in rows] == [6] * 6
    assert [r.recovery for r in rows] == [None] * 5 + [pytest.approx(1.0)]
    assert [r.charge_C for r in rows] == pytest.approx((levels * 3600).tolist())


def test_recovery_compares_with_the_first_occurrence():
    record, _ = ladder(recovered=1.25)
    (metric,) = evaluate(record, ["rate_recovery"])
    assert metric.value == pytest.approx(1.25)
    assert metric.half_cycle == 30
    assert "0.1 mA = 0.1 mA/cm2" in metric.evidence[0]


def test_the_last_cycle_is_told_from_the_mean():
    levels = [1e-4, 2e-4]
    record = cycled(alternating(levels, cycles=2), lambda k, _x, _i: 100.0 * (1 + (k % 4 >= 2)), area=CM2)
    one, two = rate_table(record)
    assert one.last_cycle_V == pytest.approx(0.02)
    assert one.mean_V == pytest.approx(0.015)
    assert two.recovery is None
    metrics = evaluate(record, ["rate_overpotential"])
    assert [m.value for m in metrics] == pytest.approx([20.0, 40.0])
    assert "15 mV" in metrics[0].evidence[1]


def test_one_level_is_no_rate_test():
    record = cycled(alternating([1e-4] * 3), 500.0)
    assert len(rate_table(record)) == 1
    for metric in evaluate(record, ["rate_overpotential", "rate_recovery"]):
        assert metric.value is None
        assert "one level" in metric.evidence[0]


def test_a_ladder_is_not_a_short():
    record, _ = ladder(recovered=1.1)
    assert critical_current(record).censored


def test_a_cell_shorted_to_zero_volts_has_no_recovery():
    record = cycled(alternating([1e-4, 2e-4, 1e-4], 3), 0.0)
    assert [r.recovery for r in rate_table(record)] == [None, None, None]
    (metric,) = evaluate(record, ["rate_recovery"])
    assert metric.value is None
    assert "shows no voltage" in metric.evidence[0]
