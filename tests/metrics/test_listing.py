"""The list of metrics, what every one of them keeps to, and speed."""

from __future__ import annotations

import json
import time

import numpy as np
import polars as pl
import pytest

from interlayer import metrics, units
from interlayer.errors import InputError
from interlayer.metrics import ALL_METRICS, Metric, evaluate
from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from tests.circuits.spectra import WINDOW, cell
from tests.metrics.records import alternating, cycled, with_spectra
from tests.metrics.test_cycles import full as full_cell
from tests.metrics.test_short import shorted

PUBLIC = {
    "asr",
    "capacity_table",
    "cycles",
    "retention",
    "critical_current",
    "evaluate",
    "half_cycles",
    "interface_growth",
    "plateau",
    "rate_table",
    "resistances",
    "short",
}


OF_OTHER_TESTS = {
    "rate_recovery",
    "current_fraction",
    "dc_resistance_drift",
    "dc_asr_drift",
    "plating_overpotential",
    "stripping_overpotential",
    "lithium_efficiency",
    "aurbach_efficiency",
    "steady_conductance",
    "electronic_conductivity",
    "electronic_conductivity_iv",
    "iv_nonlinearity",
    "charge_peak",
    "discharge_peak",
}
"""Metrics of tests that neither of the two rich records is; each has its own file of tests."""


def rich():
    record = cycled(
        alternating(np.arange(1, 7) * 1e-4), shorted(8, 0.4, 0.2), rest=60.0, cell={"symmetric": True}
    )
    return with_spectra(
        record, [(0.0, WINDOW, cell(noise=1e-3)), (30000.0, WINDOW, cell(noise=1e-3, seed=1))]
    )


def poor():
    empty = {s.TIME: pl.Series([], dtype=pl.Float64)}
    alone = {s.TIME: [0.0, 1.0, 2.0], s.VOLTAGE: [0.1, 0.1, 0.1]}
    blank = {s.TIME: [0.0, None, 2.0], s.VOLTAGE: [None, None, None], s.CURRENT: [None, 1e-3, float("nan")]}
    one = {s.TIME: [0.0], s.VOLTAGE: [0.1], s.CURRENT: [1e-3]}
    same = {s.TIME: [5.0] * 4, s.VOLTAGE: [0.1] * 4, s.CURRENT: [1e-3, -1e-3, 1e-3, -1e-3]}
    return [Record(pl.DataFrame(d), Provenance("measured")) for d in (empty, alone, blank, one, same)]


def test_the_package_exports_its_short_names():
    assert set(metrics.__all__) >= PUBLIC
    assert all(callable(getattr(metrics, name)) for name in PUBLIC)


def test_names_are_unique_and_described():
    names = [kind.name for kind in ALL_METRICS]
    assert len(set(names)) == len(names)
    assert all(kind.meaning for kind in ALL_METRICS)
    for kind in ALL_METRICS:
        units.factor(kind.unit)


@pytest.mark.parametrize("kind", ALL_METRICS, ids=lambda k: k.name)
def test_every_metric_answers_on_every_record_with_its_name_and_unit(kind):
    for record in (rich(), full(), cycled([1e-4, -1e-4], 500.0, area=None), *poor()):
        found = kind(record)
        assert found
        for metric in found:
            assert isinstance(metric, Metric)
            assert (metric.name, metric.unit) == (kind.name, kind.unit)
            assert metric.evidence
            if metric.value is not None:
                assert np.isfinite(metric.value)
            if metric.uncertainty is not None:
                assert np.isfinite(metric.uncertainty)


def full():
    """A full cell at two rates and back."""
    return full_cell(alternating([1e-4, 2e-4, 1e-4]), [1.0, 1.0, 0.5, 0.5, 1.0, 1.0])


def test_two_rich_records_give_a_number_for_every_metric_but_recovery():
    symmetric = {m.name for m in evaluate(rich()) if m.value is not None}
    of_full = {m.name for m in evaluate(full()) if m.value is not None}
    assert {kind.name for kind in ALL_METRICS} - symmetric - of_full == OF_OTHER_TESTS
    assert symmetric & of_full == {"half_cycles", "areal_capacity", "cumulative_capacity"}


def test_metrics_are_plain_data_without_nan():
    text = json.dumps([m.as_dict() for r in (rich(), full(), *poor()) for m in evaluate(r)], allow_nan=False)
    assert json.loads(text)


def test_simulated_and_measured_records_give_the_same_numbers():
    measured = rich()
    simulated = measured.with_(provenance=Provenance("simulated"))
    assert evaluate(measured) == evaluate(simulated)
    assert evaluate(full()) == evaluate(full().with_(provenance=Provenance("simulated")))


def test_the_record_is_not_altered():
    record = rich()
    before = record.table.clone()
    views = record.cycling.clone(), [x.impedance_ohm.copy() for x in record.spectra]
    evaluate(record)
    metrics.half_cycles(record)
    metrics.short(record)
    assert record.table.equals(before, null_equal=True)
    assert record.cycling.equals(views[0], null_equal=True)
    for x, y in zip(record.spectra, views[1], strict=True):
        np.testing.assert_array_equal(x.impedance_ohm, y)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="plateau_overpotential"):
        evaluate(rich(), ["plateau_overpotental"])


def test_names_choose_and_order():
    found = evaluate(cycled([1e-4, -1e-4], 500.0), ["dc_asr", "half_cycles"])
    assert [m.name for m in found] == ["dc_asr", "dc_asr", "half_cycles"]


@pytest.mark.parametrize(("count", "samples"), [(6000, 25), (400, 2500)])
def test_long_records_take_seconds_at_most(count, samples):
    record = cycled(alternating([1e-4] * (count // 2)), 500.0, samples=samples, noise_V=1e-4)
    start = time.perf_counter()
    found = evaluate(record)
    # measured: 0.25 s for 6000 x 25 rows, 0.9 s for a million; the limit leaves room for a loaded machine
    assert time.perf_counter() - start < 6.0
    assert sum(m.name == "dc_asr" and m.value is not None for m in found) == count


@pytest.mark.parametrize(("count", "samples"), [(6000, 25), (400, 2500)])
def test_long_records_of_full_cells_too(count, samples):
    record = cycled(
        alternating([1e-4] * (count // 2)), 0.0, samples=samples, law=lambda _, x, i: 3.4 + 1e3 * i + 0 * x
    )
    start = time.perf_counter()
    found = evaluate(record)
    # measured: 0.6 s for 6000 x 25 rows, 0.4 s for a million; the limit leaves room for a loaded machine
    assert time.perf_counter() - start < 6.0
    assert sum(m.name == "discharge_capacity" and m.value is not None for m in found) == count // 2
