"""Impedance beside direct current, on cells whose resistances are known on both sides."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.circuits import Parameter
from interlayer.metrics import compare_ac_dc, evaluate
from interlayer.metrics.ac_dc import verdict
from interlayer.record import schema as s
from tests.circuits.spectra import WINDOW, cell
from tests.metrics.records import cycled, with_spectra

PELLET, R_INT = 180.0, 300.0
TOTAL = PELLET + R_INT


def plain_cell(**keys):
    """Pellet of 180 ohm, interfaces of 300 ohm, no tail."""
    return cell(warburg=None, slow=None, noise=1e-3, **keys)


def record(ohm, **keys):
    """Half-cycles with this |V|/|I|, a spectrum before the first and one after the fourth."""
    spectra = [(0.0, WINDOW, plain_cell()), (14400.0, WINDOW, plain_cell(seed=1))]
    return with_spectra(cycled([1e-4, -1e-4] * 4, ohm, **keys), spectra)


@pytest.mark.parametrize(
    ("ohm", "expected"),
    [
        (TOTAL, "consistent"),
        (1.02 * TOTAL, "consistent"),
        (1.3 * TOTAL, "excess polarisation"),
        (0.7 * TOTAL, "below the total"),
        (0.9 * PELLET, "below the ohmic floor"),
    ],
)
def test_each_verdict(ohm, expected):
    found = compare_ac_dc(record(ohm))
    assert [p.verdict for p in found.points] == [expected] * 2
    assert [p.half_cycle for p in found.points] == [0, 3]
    assert found.floor_ohm is not None and found.floor_ohm.value == pytest.approx(PELLET, rel=0.01)
    assert len(found.shorted) == (8 if expected == "below the ohmic floor" else 0)


def test_a_short_between_spectra_is_seen_against_the_early_floor():
    found = compare_ac_dc(record([480, 480, 480, 480, 480, 60, 60, 480]))
    assert found.shorted == (5, 6)


def test_metrics_say_the_same_with_errors():
    metrics = evaluate(record(1.3 * TOTAL, noise_V=1e-4), ["ac_resistance", "dc_over_ac"])
    assert [m.name for m in metrics] == ["ac_resistance"] * 2 + ["dc_over_ac"] * 2
    assert metrics[0].value == pytest.approx(TOTAL, rel=0.01)
    assert metrics[0].uncertainty is not None and metrics[0].uncertainty < 0.02 * TOTAL
    assert metrics[2].value == pytest.approx(1.3, rel=0.01)
    assert metrics[2].uncertainty is not None and metrics[2].uncertainty > 0
    assert any(e.startswith("excess polarisation") for e in metrics[2].evidence)
    assert any(e.startswith("AC ") for e in metrics[2].evidence)


def test_the_end_of_diffusion_belongs_to_the_sum():
    """An arc of 80 ohm at 10 mHz, seen to its end: direct current meets it too."""
    f = np.geomspace(1e6, 1e-3, 91)
    omega = 2 * np.pi * f
    z = plain_cell(frequency=f) + 80.0 / (1 + 1j * omega * 16.0)
    found = compare_ac_dc(with_spectra(cycled([1e-4, -1e-4], TOTAL + 80.0), [(0.0, f, z)]))
    assert found.points[0].verdict == "consistent"
    assert found.points[0].ac_ohm is not None
    assert found.points[0].ac_ohm.value == pytest.approx(TOTAL + 80.0, rel=0.01)
    assert any("R_diff" in note for note in found.points[0].notes)


def test_other_temperatures_are_not_compared():
    warm = record(0.5 * PELLET)
    table = warm.table.with_columns(
        pl.when(pl.col(s.FREQUENCY).is_null()).then(60.0).otherwise(25.0).alias(s.TEMPERATURE)
    )
    found = compare_ac_dc(warm.with_(table=table))
    assert [p.verdict for p in found.points] == [None, None]
    assert found.shorted == ()
    assert any("spectrum at 25 degC, current at 60 degC" in note for note in found.points[0].notes)


def test_large_errors_make_everything_consistent():
    ac, dc = Parameter(480.0, 60.0, "ohm"), Parameter(400.0, 30.0, "ohm")
    assert verdict(ac, dc, None) == "consistent"
    assert verdict(Parameter(480.0, 6.0, "ohm"), Parameter(400.0, 3.0, "ohm"), None) == "below the total"
    # a floor that is not sure makes no short
    assert verdict(None, Parameter(170.0, 1.0, "ohm"), Parameter(180.0, 20.0, "ohm")) is None


def test_what_cannot_be_compared_says_why():
    (none,) = evaluate(cycled([1e-4, -1e-4], 500.0), ["dc_over_ac"])
    assert none.value is None and "no impedance spectrum" in none.evidence[0]
    full = record(TOTAL, cell={"resolved": {"cathode": {"material": "LFP"}}, "cathode": {"material": "LFP"}})
    (other,) = evaluate(full, ["dc_over_ac"])[:1]
    assert other.value is None or other.evidence
