"""A simulated record and a measured one go through the same functions and give the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer import cells
from interlayer.metrics import critical_current, plateau, resistances
from interlayer.protocol import Protocol
from interlayer.readers import read
from interlayer.simulation import simulate
from tests.writers.mpt import write_mpt

EIS = "EIS from 1 MHz to 0.1 Hz"


@pytest.fixture(scope="module")
def aged():
    """The bare cell with a spectrum before and after 200 h."""
    return simulate(cells.load("ding2024/bare"), Protocol([EIS, "Rest for 200 hours", EIS]))


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_simulated_spectrum_written_as_mpt_and_read_back_gives_the_same_r_int(aged, tmp_path, decimal):
    path = write_mpt(tmp_path / "spectra.mpt", aged, decimal=decimal)
    back = read(path or tmp_path / "spectra.mpt", area_m2=aged.area_m2)
    assert not back.is_simulated
    ours, theirs = resistances(aged), resistances(back)
    assert len(ours) == len(theirs) == 2
    for one, two in zip(ours, theirs, strict=True):
        for name in ("R_int", "R_b_plus_R_gb"):
            a, b = getattr(one.cell, name), getattr(two.cell, name)
            assert b.value == pytest.approx(a.value, rel=2e-3), name


def test_cycling_written_as_mpt_and_read_back_gives_the_same_plateaus(tmp_path):
    record = simulate(
        cells.load("ding2024/cuf2-20ul"), Protocol.cycling("0.1 mA/cm2", "1 hour", 3, eis_at_cycles=[])
    )
    path = write_mpt(tmp_path / "cycling.mpt", record)
    back = read(path or tmp_path / "cycling.mpt", area_m2=record.area_m2)
    ours, theirs = plateau(record), plateau(back)
    assert len(ours) == len(theirs) == 6
    np.testing.assert_allclose([m.value for m in theirs], [m.value for m in ours], rtol=1e-4)


def test_a_ramp_written_as_mpt_and_read_back_gives_the_same_critical_current(tmp_path):
    ramp = Protocol.critical_current_ramp("0.05 mA/cm2", "0.05 mA/cm2", "0.4 mA/cm2")
    record = simulate(cells.load("ding2024/bare"), ramp)
    path = write_mpt(tmp_path / "ramp.mpt", record)
    ours = critical_current(record)
    theirs = critical_current(read(path or tmp_path / "ramp.mpt", area_m2=record.area_m2))
    assert ours.first_failed_A_m2 == pytest.approx(2.0)
    assert theirs.first_failed_A_m2 == pytest.approx(ours.first_failed_A_m2, rel=1e-3)
    assert theirs.last_passed_A_m2 == pytest.approx(ours.last_passed_A_m2, rel=1e-3)


def test_the_short_in_the_voltage_is_found_where_the_filament_crossed():
    """The detector sees the voltage alone; the simulator knows when the filament crossed."""
    ramp = Protocol.critical_current_ramp("0.05 mA/cm2", "0.05 mA/cm2", "0.4 mA/cm2")
    record = simulate(cells.load("ding2024/bare"), ramp)
    truth = next(e for e in record.events if e.name == "short")
    found = critical_current(record).short
    assert found.kind in ("soft", "hard")
    assert found.time_s == pytest.approx(truth.time_s, abs=400.0)


def test_a_filaments_cross_section_decides_soft_or_hard():
    """One micrometre of lithium through the pellet is comparable to the cell: soft; a thick one: hard."""
    kinds = []
    for section in ("0.1 um2", "3000 um2"):
        cell = cells.load("ding2024/bare").override({"model.filament.filament_cross_section": section})
        ramp = Protocol.critical_current_ramp("0.05 mA/cm2", "0.05 mA/cm2", "0.4 mA/cm2")
        kinds.append(critical_current(simulate(cell, ramp)).short.kind)
    assert kinds == ["soft", "hard"]
