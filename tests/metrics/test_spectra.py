"""R_b, R_gb, R_int of a record's spectra, per interface, and their growth."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.metrics import evaluate, interface_growth, resistances
from tests.circuits.spectra import WINDOW, cell
from tests.metrics.records import cycled, with_spectra

AGES = (0.0, 360000.0, 720000.0, 1440000.0)
R_INT = (562.0, 1006.0, 2931.0, 4083.0)
"""Bare cell of Ding et al., Chem. Sci. 2024, 15, 3730: 0, 100, 200, 400 h."""


def aged(noise=1e-3, **keys):
    spectra = [
        (when, WINDOW, cell(interfaces=((ohm, 3e-6, 0.9),), noise=noise, seed=k))
        for k, (when, ohm) in enumerate(zip(AGES, R_INT, strict=True))
    ]
    return with_spectra(cycled([1e-4, -1e-4] * 200, 700.0, samples=6, **keys), spectra)


def test_published_growth_comes_back_from_spectra():
    record = aged()
    found = resistances(record)
    assert [x.time_s for x in found] == list(AGES)
    assert [x.after_half_cycles for x in found] == [0, 100, 200, 400]
    for x, truth in zip(found, R_INT, strict=True):
        assert x.cell is not None and x.cell.R_int is not None and x.cell.R_b_plus_R_gb is not None
        assert x.cell.R_int.value == pytest.approx(truth, rel=0.02)
        assert x.cell.R_b_plus_R_gb.value == pytest.approx(180.0, rel=0.02)
    points = interface_growth(record)
    assert [p.ratio for p in points] == pytest.approx(np.array(R_INT) / R_INT[0], rel=0.01)
    assert [p.increment_ohm for p in points] == pytest.approx([0, 444, 1925, 1152], rel=0.03)
    assert points[0].ratio_stderr == 0.0
    assert all(0 < (p.ratio_stderr or 0) < 0.02 * p.ratio for p in points[1:])


def test_metrics_carry_errors_time_and_evidence():
    metrics = evaluate(aged(), ["R_int"])
    assert [m.unit for m in metrics] == ["ohm"] * 4
    assert [m.time_s for m in metrics] == list(AGES)
    for metric, truth in zip(metrics, R_INT, strict=True):
        assert metric.value is not None and metric.uncertainty is not None
        assert abs(metric.value - truth) < 5 * metric.uncertainty
    text = " | ".join(metrics[1].evidence)
    assert "spectrum 1, after 100 half-cycles" in text
    assert "circuit R0-p(R1,CPE1)" in text
    assert "Hsu-Mansfeld" in text


def test_per_interface_only_for_two_equal_faces():
    name = ["asr_per_interface"]
    (refused,) = evaluate(aged(), name)
    assert refused.value is None
    assert "two nominally equal lithium faces" in refused.evidence[0]
    (one_sided,) = evaluate(aged(cell={"symmetric": False}), name)
    assert one_sided.value is None
    equal = evaluate(aged(cell={"symmetric": True}), name)
    assert [m.value for m in equal] == pytest.approx([r * 0.785 / 2 for r in R_INT], rel=0.02)
    assert equal[0].unit == "ohm cm2"
    assert equal[0].evidence[0] == "R_int A/2, A = 0.785 cm2"
    (no_area,) = evaluate(aged(cell={"symmetric": True}, area=None), name)
    assert no_area.evidence == ('no area: give --cell or --area "0.785 cm2"',)


def test_no_spectra_and_unusable_spectra_are_said():
    plain = cycled([1e-4, -1e-4], 700.0)
    for name in ("R_b", "R_gb", "R_b_plus_R_gb", "R_int", "asr_per_interface", "R_int_ratio"):
        (metric,) = evaluate(plain, [name])
        assert metric.value is None
        assert "no impedance spectrum" in metric.evidence[0]
    short_one = with_spectra(plain, [(0.0, WINDOW[:3], cell()[:3])])
    (metric,) = evaluate(short_one, ["R_int"])
    assert metric.value is None
    assert any("too few" in e for e in metric.evidence)
    (metric,) = evaluate(short_one, ["R_int_ratio"])
    assert "0 of 1 spectra" in metric.evidence[0]


def test_a_record_of_spectra_alone():
    record = with_spectra(cycled([0.0], 1.0), [(10.0, WINDOW, cell())])
    record = record.with_(table=record.table.filter(record.table["Frequency / Hz"].is_not_null()))
    (metric,) = evaluate(record, ["R_int"])
    assert metric.value == pytest.approx(300.0, rel=0.01)
    assert len(evaluate(record)) > 10


def test_a_shorted_spectrum_has_no_interface():
    omega = 2 * np.pi * WINDOW
    record = with_spectra(cycled([1e-4, -1e-4], 700.0), [(0.0, WINDOW, 3.0 + 1e-7j * omega)])
    r_int, total = evaluate(record, ["R_int", "R_b_plus_R_gb"])
    assert r_int.value is None
    assert total.value == pytest.approx(3.0, rel=1e-3)
