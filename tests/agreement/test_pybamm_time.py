"""Twenty cycles of the same equations in PyBaMM (IDAKLU, salt in finite volumes) and here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from interlayer import cells
from interlayer.build import build
from interlayer.protocol import Protocol
from interlayer.record import schema as s
from interlayer.simulation import simulate

MOST = 0.1e-3
"""V, rms over all rows; the simulator's rows crowd where the voltage moves, just after a reversal."""
CYCLES = Protocol.cycling("0.1 mA/cm2", "1 hour", 20, eis_at_cycles=[])
CELLS = {
    "bare": cells.load("ding2024/bare"),
    "coated": cells.load("ding2024/cuf2-20ul"),
    "coated, 45 degC": cells.load("ding2024/cuf2-20ul").override({"temperature": "45 degC"}),
}


def parted(record):
    """Stages as (A/m2, s) and the moments of their rows since they began."""
    steps = record.table.partition_by(s.STEP, maintain_order=True)
    times = [(step[s.TIME] - step[s.TIME][0]).to_numpy() for step in steps]
    stages = [(step[s.CURRENT][0] / record.area_m2, t[-1]) for step, t in zip(steps, times, strict=True)]
    return stages, times


@pytest.fixture(scope="module", params=CELLS)
def both(request, reference):
    """A record of ours and the solution of PyBaMM at its moments."""
    cell = CELLS[request.param]
    record = simulate(cell, CYCLES, rtol=1e-4)
    system = build(cell).system
    stages, times = parted(record)
    return record, system, reference.run(system, stages, times), (stages, times)


def test_telemetry_is_off(reference):
    assert reference.pybamm.config.check_opt_out()
    assert reference.pybamm.telemetry._posthog.disabled


def test_voltages_agree(both, reference):
    record, _, solution, (stages, times) = both
    theirs = reference.voltage(solution, stages, times)
    apart = theirs - record.table[s.VOLTAGE].to_numpy()
    assert len(apart) == 40 * 97
    assert np.sqrt(np.mean(apart**2)) < MOST


def test_states_agree_at_the_end(both, reference):
    """IDA controls the error of all states together, so that a single one is right to some 1e-4 only."""
    record, system, solution, _ = both
    last = record.table.row(-1, named=True)
    for number, found in enumerate(reference.last_states(solution), start=1):
        assert found["interphase"] * 1e-6 == pytest.approx(
            last[f"Interphase Thickness {number} / m"], rel=2e-4
        )
        assert found["contact"] == pytest.approx(last[f"Contact Fraction {number} / 1"], rel=2e-4)
        assert found["lithium"] * system.lithium[number - 1] == pytest.approx(
            last[f"Lithium {number} / mol/m2"], rel=1e-6
        )
        if "conversion" in found:
            assert found["conversion"] == pytest.approx(last[f"Conversion {number} / 1"], rel=2e-4)
            assert found["ageing"] == pytest.approx(last[f"Layer Ageing {number} / 1"], rel=2e-4)


def test_the_comparison_notices_another_number(both, reference):
    """With the ceramic 5 % more resistive PyBaMM is apart by more than the limit: agreement is no accident."""
    record, system, _, (stages, times) = both
    less = dataclasses.replace(system.conduction, conductivity=system.conduction.conductivity / 1.05)
    off = system._replace(conduction=less)
    theirs = reference.voltage(reference.run(off, stages[:2], times[:2]), stages[:2], times[:2])
    apart = theirs - record.table[s.VOLTAGE].to_numpy()[: len(theirs)]
    assert np.sqrt(np.mean(apart**2)) > MOST
