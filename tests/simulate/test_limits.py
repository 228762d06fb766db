"""What ends a step: found inside the compiled loop, to rounding, whatever the order of steps."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import interlayer as il
from interlayer.protocol import Protocol
from interlayer.record import schema as s


@pytest.fixture(scope="module")
def full():
    return il.cells.load("ding2024/lfp-cuf2").override(
        {"model.polarisation.law": "none", "cathode.active_mass": "1 mg", "area": "0.785 cm2"}
    )


def steps_of(record):
    """First and last row of each step."""
    rows = record.table.filter(pl.col(s.VOLTAGE).is_not_null())
    return [rows.filter(pl.col(s.STEP) == k) for k in rows[s.STEP].unique(maintain_order=True)]


def test_each_kind_of_limit_is_met_to_rounding(full):
    record = il.simulate(
        full,
        Protocol([
            "Charge at 0.5C until 4.0 V",
            "Hold at 4.0 V until 0.05C",
            "Discharge at 0.5C until 0.05 mAh/cm2",
            "Discharge at 1C until 2.5 V",
            "Hold at 2.5 V until 0.01 mAh/cm2",
            "Charge at 0.2C until 3.45 V or 20 minutes",
        ]),
    )  # fmt: skip
    charge, hold, part, rest, low, again = steps_of(record)
    one_c = 1.0e-6 * 170 * 3600 / 1e3 * 1e3 / 3600  # A: 1 mg at 170 mAh/g
    assert charge[s.VOLTAGE][-1] == pytest.approx(4.0, abs=1e-6)
    assert hold[s.VOLTAGE].to_numpy() == pytest.approx(4.0, abs=1e-12)
    assert hold[s.CURRENT][-1] == pytest.approx(0.05 * one_c, rel=1e-6)
    hours = (part[s.TIME][-1] - part[s.TIME][0]) / 3600
    assert hours * 0.5 * one_c / 0.785 * 1e3 == pytest.approx(0.05, rel=1e-9)
    assert rest[s.VOLTAGE][-1] == pytest.approx(2.5, abs=1e-6)
    passed = np.trapezoid(np.abs(low[s.CURRENT]), low[s.TIME]) / 3600 / 0.785 * 1e3
    assert passed == pytest.approx(0.01, rel=1e-6)
    early = again[s.VOLTAGE][-1] == pytest.approx(3.45, abs=1e-6)
    assert early or again[s.TIME][-1] - again[s.TIME][0] == pytest.approx(1200.0)


def test_a_step_whose_length_was_guessed_too_short_goes_on(full):
    """A tiny final current takes longer than the first guess of how long a hold lasts."""
    record = il.simulate(full, Protocol(["Charge at 1C until 4.0 V", "Hold at 4.0 V until 0.0002C"]))
    hold = steps_of(record)[1]
    assert hold[s.CURRENT][-1] == pytest.approx(0.0002 * 170e-6, rel=1e-4)
    assert (np.diff(hold[s.TIME]) >= 0).all()
    assert hold[s.TIME][-1] - hold[s.TIME][0] > 3600


def test_a_limit_already_passed_ends_the_step_at_once(full):
    record = il.simulate(
        full, Protocol(["Charge at 0.5C until 4.0 V", "Charge at 0.5C until 3.0 V", "Rest for 1 hour"])
    )
    first, second, rest = steps_of(record)
    assert len(second) == 1
    assert rest[s.TIME][0] == pytest.approx(first[s.TIME][-1])


def test_held_current_decays_smoothly_and_converges(full):
    """A hold relaxes the cell faster than its steps: no ringing, and finer steps change little."""
    protocol = Protocol(["Charge at 1C until 3.6 V", "Hold at 3.6 V for 1 hour"])
    found = [steps_of(il.simulate(full, protocol, rtol=rtol))[1] for rtol in (1e-3, 1e-4)]
    for hold in found:
        current = hold[s.CURRENT].to_numpy()
        assert (current > 0).all()
        assert (np.diff(current) < 0.05 * current[0]).all()
    charges = [np.trapezoid(hold[s.CURRENT], hold[s.TIME]) for hold in found]
    assert charges[0] == pytest.approx(charges[1], rel=0.02)


def test_an_anode_free_cell_ends_its_discharge_with_its_lithium():
    """All metal comes from the first charge; of each plating a share is lost, so each discharge returns less.

    Closed form: with share x lost of what is plated and the same charge every time, a discharge returns 1 - x of it.
    """
    cell = il.cells.load("ding2024/lfp-cuf2").override(
        {
            "lithium.right.thickness": "0 um",
            "model.plating.law": "inactive-share",
            "model.plating.share": 0.05,
            "model.conversion.law": "none",
            "model.leakage.law": "blocked",
        }
    )
    empty = "Discharge at 0.5C until 2.5 V"
    steps = ["Charge at 0.5C for 30 minutes", empty, "Charge at 0.5C for 6 minutes", empty]
    record = il.simulate(cell, Protocol(steps))
    charge, discharge, more, last = steps_of(record)
    assert "lithium exhausted" in {event.name for event in record.events}
    times = [x[s.TIME][-1] - x[s.TIME][0] for x in (charge, discharge, more, last)]
    assert times[1] == pytest.approx(0.95 * times[0], rel=1e-6)
    assert times[3] == pytest.approx(0.95 * times[2], rel=1e-6)
    assert discharge[s.VOLTAGE][-1] > 2.5  # ended by the metal, not by the cathode
    exhausted = next(e for e in record.events if e.name == "lithium exhausted")
    assert exhausted.time_s == pytest.approx(discharge[s.TIME][-1], rel=1e-9)


def test_a_symmetric_cell_still_ends_at_the_safety_limit():
    cell = il.cells.load("ding2024/bare").override({"model.filament.threshold_current": "900 mA/cm2"})
    record = il.simulate(
        cell, Protocol(["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 30 mA/cm2 for 10 hours"])
    )
    assert record.events[-1].name == "voltage limit"
    assert record.table[s.VOLTAGE].drop_nulls()[-1] == pytest.approx(5.0, abs=1e-6)
