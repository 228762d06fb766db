"""The critical current falls with the areal capacity of a half-cycle, since voids open by what is stripped."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import interlayer as il
from interlayer.build import Built, build

FARADAY, V_LI = 96485.33212, 12.997e-6
VOIDS = 20e-6
LIMIT = "critical_current_density_last_passed"


@cache
def voiding() -> Built:
    """Bare cell whose voids neither heal nor are replenished, and whose filaments cross in seconds."""
    table = il.cells.load("ding2024/bare").as_dict()
    table["model"] = {
        "contact": {
            "void_height": "20 um",
            "replenishment": "0 mA/cm2",
            "healing_time": "1e6 hour",
            "initial": 0.16,
        },
        "filament": {"threshold_current": "1 mA/cm2", "tip_focusing": 1e6},
    }
    return build(il.Cell.from_dict(table))


def ramp(start: str, step: str, end: str, **constant: str) -> il.Record:
    protocol = il.Protocol.critical_current_ramp(start, step, end, **constant)
    made = voiding()
    return il.simulate(made.cell, protocol, built=made, stop_on=("short",))


def left(capacity: float) -> float:
    """Contact that stripping a capacity (mAh/cm2) leaves: f^2 = f0^2 - 2 V_Li Q / (F l), whatever the current."""
    return float(np.sqrt(0.16**2 - 2 * V_LI * capacity * 36e3 / (FARADAY * VOIDS)))


@pytest.mark.parametrize("current", ["0.02 mA/cm2", "0.08 mA/cm2"])
def test_contact_after_stripping_depends_on_the_capacity_alone(current):
    record = ramp(current, current, current, capacity="0.03 mAh/cm2")
    contact = record.table["Contact Fraction 2 / 1"].to_numpy()
    np.testing.assert_allclose(contact.min(), left(0.03), rtol=2e-3)


@pytest.mark.parametrize("capacity", [0.01, 0.03, 0.045])
def test_one_cycle_fails_above_the_threshold_on_what_contact_is_left(capacity):
    """The stripped side is plated next: i = 1 mA/cm2 times the closed form of the contact."""
    critical = left(capacity)
    for factor, fails in ((0.97, False), (1.03, True)):
        text = f"{critical * factor:.6f} mA/cm2"
        record = ramp(text, text, text, capacity=f"{capacity} mAh/cm2")
        assert any(e.name == "short" for e in record.events) is fails


@pytest.mark.parametrize(
    ("kind", "constants", "apart"),
    [
        # Not 0.04 mAh/cm2: its long half-cycles at the low currents let contact heal, and it shorts later.
        ("capacity", ["0.01 mAh/cm2", "0.02 mAh/cm2"], 1.2),
        ("half_cycle", ["0.1 hour", "0.3 hour", "1 hour"], 1.3),
    ],
)
def test_a_ramp_of_larger_half_cycles_finds_a_lower_critical_current(kind, constants, apart):
    """Capacity-constant and time-constant ramps alike; never above the threshold on full contact."""
    found = []
    for constant in constants:
        record = ramp("0.01 mA/cm2", "0.01 mA/cm2", "0.3 mA/cm2", **{kind: constant})
        passed = il.metrics.evaluate(record, [LIMIT])[0]
        assert passed.bound is None
        found.append(passed.value)
    assert found == sorted(found, reverse=True)
    assert found[0] > apart * found[-1]
    assert found[0] <= 0.16


@pytest.mark.parametrize("capacity", ["0.01 mAh/cm2", "0.02 mAh/cm2", "0.04 mAh/cm2"])
def test_the_ramp_fails_where_the_simulation_says_that_it_shorted(capacity):
    """The metric sees voltage and current alone; the event is the model's own."""
    record = ramp("0.01 mA/cm2", "0.01 mA/cm2", "0.3 mA/cm2", capacity=capacity)
    (short,) = [e for e in record.events if e.name == "short"]
    time = record.table["Test Time / s"].to_numpy()
    current = np.abs(record.table["Current / A"].to_numpy())
    at = current[np.searchsorted(time, short.time_s + 1.0)] / record.area_m2 / 10.0
    failed = il.metrics.evaluate(record, ["critical_current_density_first_failed"])[0]
    assert failed.value == pytest.approx(at, rel=1e-6)
