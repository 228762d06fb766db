"""Metrics of full cells: against charge by hand on written voltage laws, and the counters of real instruments."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer import metrics, read
from interlayer.cell import Cell
from interlayer.errors import InputError
from interlayer.metrics import evaluate
from interlayer.record import schema as s
from tests.metrics.records import alternating, cycled

MASS_KG = 1e-6
FULL = Cell.from_text(
    'label = "F1"\narea = "0.785 cm2"\n[electrolyte]\nmaterial = "LATP"\nthickness = "0.7 mm"\n'
    '[cathode]\nmaterial = "LFP"\nactive_mass = "1.0 mg"\nnominal_capacity = "170 mAh/g"\n'
    'lower_cutoff = "2.5 V"\nupper_cutoff = "4.0 V"\n'
).record_dict()
ONE_C = 170e-6


def voltage(gap=0.1):
    """A slope from 2.5 to 4 V and back, apart by `gap`: the middle of a charge lies `gap` above that of a discharge."""

    def law(_, share, current):
        way = 2.5 + gap / 2 + (1.5 - gap) * (share if current > 0 else 1.0 - share)
        volt = way + np.sign(current) * gap / 2
        volt[-1] = 4.0 if current > 0 else 2.5
        return volt

    return law


def full(currents, hours, *, cell=FULL, gap=0.1, **more):
    return cycled(
        currents, 0.0, duration=np.asarray(hours) * 3600.0, law=voltage(gap), cell=cell, samples=101, **more
    )


def values(record, name):
    return [m.value for m in evaluate(record, [name])]


def why(record, name):
    (metric,) = evaluate(record, [name])
    assert metric.value is None
    return "; ".join(metric.evidence)


def test_capacity_is_current_times_time_over_mass():
    record = full([ONE_C, -ONE_C, ONE_C, -ONE_C], [1.0, 0.9, 0.8, 0.79], rest=60.0)
    assert values(record, "charge_capacity") == pytest.approx([0.170, 0.136])
    assert values(record, "discharge_capacity") == pytest.approx([0.153, 0.1343])
    assert values(record, "specific_charge_capacity") == pytest.approx([170.0, 136.0])
    assert values(record, "specific_discharge_capacity") == pytest.approx([153.0, 134.3])
    assert values(record, "coulombic_efficiency") == pytest.approx([90.0, 98.75])
    assert values(record, "capacity_retention") == pytest.approx([100.0, 100 * 0.79 / 0.9])
    first = evaluate(record, ["specific_discharge_capacity"])[0]
    assert (first.cycle, first.half_cycle) == (1, 1)
    assert "0.17 mA = 1C" in first.evidence


def test_the_polarisation_gap_is_that_of_the_middles():
    found = evaluate(full([ONE_C, -ONE_C], [1.0, 0.8], gap=0.2), ["polarisation_gap"])[0]
    assert found.value == pytest.approx(200.0)
    assert "3.35 V charging" in found.evidence[0]


def test_a_charge_at_constant_voltage_belongs_to_the_charge():
    """CC to 4 V, then a current that falls with a time constant of half an hour, then a discharge."""
    t = np.linspace(0.0, 3600.0, 361)
    fall = ONE_C * np.exp(-t / 1800.0)
    parts = [(t, np.full(t.size, ONE_C), 3.5 + t / 7200.0), (t, fall, np.full(t.size, 4.0))]
    parts.append((t, np.full(t.size, -ONE_C), 4.0 - 1.5 * t / 3600.0))
    time = np.concatenate([k * 3600.0 + part[0] for k, part in enumerate(parts)])
    table = pl.DataFrame(
        {
            s.TIME: time,
            s.CURRENT: np.concatenate([p[1] for p in parts]),
            s.VOLTAGE: np.concatenate([p[2] for p in parts]),
            s.STEP: np.repeat([0, 1, 2], t.size),
        }
    )
    record = full([1.0], [1.0]).with_(table=table)
    held = ONE_C * 1800.0 * (1 - np.exp(-2.0)) / 3.6
    assert values(record, "charge_capacity") == pytest.approx([0.170 + held], rel=1e-5)
    assert len(metrics.half_cycles(record)) == 3
    (cycle,) = metrics.cycles(record)
    assert cycle.charge is not None
    assert cycle.charge.current_A == pytest.approx(ONE_C)


def test_a_rate_test_gives_the_mean_of_each_level_and_what_comes_back():
    rates = np.array([0.1, 0.2, 0.5, 1.0, 0.1])
    mAh_g = np.repeat([160.0, 155.0, 140.0, 120.0, 158.0], 2) + np.tile([1.0, -1.0], 5)
    hours = np.repeat(mAh_g / (170.0 * np.repeat(rates, 2)), 2)
    record = full(alternating(rates * ONE_C, 2), hours)
    found = evaluate(record, ["rate_capability"])
    assert [m.value for m in found] == pytest.approx([160.0, 155.0, 140.0, 120.0, 158.0])
    assert [m.cycle for m in found] == [1, 3, 5, 7, 9]
    # two values one above and one below the mean: s = sqrt(2), error of the mean 1
    assert [m.uncertainty for m in found] == pytest.approx([1.0] * 5)
    assert "= 0.2C" in found[1].evidence[0]
    assert values(record, "rate_capability_recovery") == pytest.approx([98.75])
    table = metrics.capacity_table(record)
    assert [x.c_rate for x in table] == pytest.approx(rates)
    assert all("at another current" in m.evidence[2] for m in evaluate(record, ["capacity_retention"])[2:8])
    assert "one current level" in why(full([ONE_C, -ONE_C], [1.0, 1.0]), "rate_capability")


def test_the_reference_of_retention_is_named_and_can_be_chosen():
    record = full(alternating([ONE_C] * 3), [1.0, 1.0, 0.9, 0.9, 0.8, 0.8])
    first = metrics.retention(record)
    assert "reference is cycle 1, the first complete discharge" in first[0].evidence[1]
    assert [m.value for m in first] == pytest.approx([100.0, 90.0, 80.0])
    second = metrics.retention(record, 2)
    assert [m.value for m in second] == pytest.approx([100 / 0.9, 100.0, 80 / 0.9])
    with pytest.raises(InputError, match=r"cycle 7 has no whole discharge.*cycles 1 to 3"):
        metrics.retention(record, 7)


def test_a_discharge_before_the_first_charge_is_cycle_0():
    record = full([-ONE_C, ONE_C, -ONE_C], [0.3, 1.0, 0.95])
    found = evaluate(record, ["discharge_capacity"])
    assert [m.cycle for m in found] == [0, 1]
    assert "before the first charge" in found[0].evidence
    assert values(record, "coulombic_efficiency") == pytest.approx([95.0])
    assert [m.cycle for m in metrics.retention(record)] == [1], "it is neither a reference nor fade"


def test_what_the_records_end_cuts_is_a_bound_and_no_reference():
    record = full([ONE_C, -ONE_C, ONE_C, -ONE_C], [1.0, 0.9, 0.9, 0.2]).with_(complete=False)
    found = evaluate(record, ["discharge_capacity"])
    assert [m.bound for m in found] == [None, ">="]
    assert values(record, "coulombic_efficiency") == [pytest.approx(90.0), None]
    assert values(record, "capacity_retention") == pytest.approx([100.0])


def test_a_discharge_that_stops_early_says_so_and_is_no_reference():
    def law(k, share, current):
        volt = voltage()(k, share, current)
        if k == 1:
            volt[-1] = 3.2
        return volt

    record = cycled(
        alternating([ONE_C] * 2), 0.0, duration=[3600.0, 1800.0, 1800.0, 3600.0], law=law, cell=FULL
    )
    assert any("ended at 3.2 V" in text for text in evaluate(record, ["discharge_capacity"])[0].evidence)
    assert "reference is cycle 2" in metrics.retention(record)[0].evidence[1]


def test_transients_of_the_switch_are_no_cycles():
    currents = [ONE_C, -ONE_C, ONE_C, -ONE_C]
    record = full(currents, [0.5, 1e-4, 0.5, 0.9])
    assert [c.number for c in metrics.cycles(record)] == [1]
    assert values(record, "charge_capacity") == pytest.approx([0.170], rel=2e-4)


# Which records they apply to


def test_without_a_description_the_data_decide_and_the_evidence_says_so():
    record = full([ONE_C, -ONE_C], [1.0, 0.9], cell=None)
    found = evaluate(record, ["discharge_capacity"])[0]
    assert found.value == pytest.approx(0.153)
    assert "taken for a full or half cell: voltage of one sign, mean 3.25 V" in found.evidence
    assert "active mass is not known" in why(record, "specific_discharge_capacity")
    assert values(full([ONE_C, -ONE_C], [1.0, 0.9]), "discharge_capacity") == [found.value]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (cycled([1e-4, -1e-4], 500.0, cell={"symmetric": True}), "both electrodes are lithium"),
        (cycled([1e-4, -1e-4], 500.0), "changes its sign"),
        (cycled([1e-4, -1e-4], 0.0, law=lambda k, x, i: 0.1 + 0 * x), "mean voltage under current 0.10 V"),
        (cycled([1e-4, -1e-4], 0.0, law=lambda k, x, i: -3.4 + 0 * x), "negative throughout"),
        (cycled([1e-4], 0.0, law=lambda k, x, i: 3.4 + 0 * x), "one direction only"),
        (cycled([1e-4, -1e-4], 0.0, law=lambda k, x, i: np.nan * x), "no voltage"),
    ],
)
def test_other_cells_are_refused_with_the_reason(record, reason):
    for name in ("charge_capacity", "coulombic_efficiency", "capacity_retention", "polarisation_gap"):
        assert reason in why(record, name)
    assert metrics.cycles(record) == ()
    assert reason in metrics.no_cycles(record)


def test_metrics_of_symmetric_cells_are_refused_for_full_cells():
    for currents, hours in (([ONE_C, -ONE_C], [1.0, 1.0]), ([ONE_C], [1.0])):
        record = full(currents, hours)
        for name in (
            "plateau_overpotential",
            "dc_resistance",
            "dc_asr",
            "time_to_short",
            "critical_current_last_passed",
            "critical_current_density_first_failed",
            "cumulative_areal_capacity",
            "rate_overpotential",
            "rate_recovery",
        ):
            assert "full cell" in why(record, name)


# Against instruments


@pytest.mark.parametrize("name", ["TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation"])
def test_against_the_counters_of_a_cycler(shared_data, name):
    """Each capacity against the cycler's own integral of the step, from the maker's export."""
    record = read(shared_data / "c_cycling/fastnda" / f"{name}.ndax")
    golden = pl.read_parquet(shared_data / "c_cycling/fastnda" / f"{name}.parquet")
    final = golden.with_columns(pl.col("Capacity(mAs)").cast(pl.Float64).abs()).group_by("Step Count").max()
    steps = (
        final.filter(pl.col("Capacity(mAs)") > 1e5).sort("Step Count")["Capacity(mAs)"].to_numpy() / 3600.0
    )
    found = {m.half_cycle: m.value for m in evaluate(record, ["charge_capacity", "discharge_capacity"])}
    mine = np.array([found[k] for k in sorted(found)])
    # the integral of rows written every 10 s and at every change, against the cycler's own
    np.testing.assert_allclose(mine, steps, rtol=5e-4)
    efficiency = evaluate(record, ["coulombic_efficiency"])
    expected = 100.0 * steps[2::2] / steps[1::2]
    assert [m.value for m in efficiency] == pytest.approx(expected.tolist(), abs=0.05)
