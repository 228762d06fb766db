"""Maccor's exports against records known in closed form, and against what their own columns say of each other."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from interlayer.record.store import save
from tests.writers import maccor, samples

FOLDER = "c_cycling"
DIALECTS = {
    "minutes": maccor.write_minutes,
    "minutes_without_clock": lambda path, record: maccor.write_minutes(path, record, clock=False),
    "seconds": maccor.write_seconds,
    "durations": maccor.write_durations,
}


def finding(record, name):
    return next((f for f in record.findings if f.name == name), None)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect(tmp_path, dialect):
    expected = samples.cycling_record()
    record = read(DIALECTS[dialect](tmp_path / "cell.txt", expected))
    assert record.provenance.reader == "maccor 1"
    assert record.complete
    assert {f.severity for f in record.findings} <= {"note"}
    for label in (s.TIME, s.VOLTAGE, s.CURRENT, s.STEP, s.CYCLE):
        np.testing.assert_allclose(record.array(label), expected.array(label), atol=1e-6, err_msg=label)
    for label in (s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY):
        np.testing.assert_allclose(record.array(label), expected.array(label), atol=1e-9, err_msg=label)


def test_the_unit_of_time_is_shown_by_the_file(tmp_path):
    record = read(maccor.write_minutes(tmp_path / "a.txt", samples.cycling_record()))
    assert "minutes: the clock" in finding(record, "time_unit").detail
    record = read(maccor.write_minutes(tmp_path / "b.txt", samples.cycling_record(), clock=False))
    assert "minutes: the capacity" in finding(record, "time_unit").detail
    path = tmp_path / "c.txt"
    path.write_text(
        "Rec\tCycle C\tStep\tTestTime\tVoltage [V]\n1\t1\t1\t0.0\t1.0\n2\t1\t1\t1.0\t1.0\n3\t1\t1\t2.0\t1.0\n"
    )
    with pytest.raises(ReadError, match="has no unit, and neither clock nor capacity show it"):
        read(path)


def test_a_current_without_sign_or_state_is_an_error_finding(tmp_path):
    path = maccor.write_seconds(tmp_path / "a.csv", samples.cycling_record())
    path.write_text(path.read_text().replace(",State,", ",Other,"))
    record = read(path)
    assert finding(record, "unsigned_current").severity == "error"
    assert record.array(s.CURRENT).min() > 0


def test_a_file_with_negative_currents_is_kept_as_it_is(tmp_path):
    path = maccor.write_seconds(tmp_path / "a.csv", samples.cycling_record())
    lines = path.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    for row in cells[3:]:
        row[7] = ("-" if row[9] == "D" else "") + row[7]
    path.write_text("\n".join(",".join(row) for row in cells) + "\n")
    np.testing.assert_array_equal(read(path).array(s.CURRENT), samples.cycling_record().array(s.CURRENT))


def test_a_cut_file_keeps_its_whole_rows(tmp_path):
    path = maccor.write_minutes(tmp_path / "a.txt", samples.cycling_record())
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"\r\n30\t") + 12])
    record = read(path)
    assert not record.complete
    assert len(record.table) == 29
    assert finding(record, "cut_row") is not None


def test_private_facts_are_not_stored(tmp_path):
    record = read(maccor.write_minutes(tmp_path / "a.txt", samples.cycling_record()))
    assert record.provenance.extra["private"]["name"] == "cell 7.001"
    assert record.provenance.extra["started_local"] == "2024-03-15T08:30:00.000"
    assert b"7.001" not in save(record, tmp_path / "r.parquet").read_bytes()


# --- real files ------------------------------------------------------------------------------------------


def test_a_real_text_export(shared_data):
    """7446 rows over 63.5 h by its clock, printed in minutes; its own charge is the integral of its current."""
    record = read(shared_data / FOLDER / "cellpy/maccor_002.txt")
    assert len(record.table) == 7446
    assert record.complete
    assert "minutes" in finding(record, "time_unit").detail
    clock = record.array("Local Time / s")
    assert record.array(s.TIME)[-1] == pytest.approx(clock[-1] - clock[0], abs=2)
    assert record.array(s.STEP).max() == 4
    current, step = record.array(s.CURRENT), record.array(s.STEP)
    assert (current[step == 1] > 0).all()
    assert (current[step == 2] < 0).all()
    charge = record.array(s.CHARGE_CAPACITY)[step == 1][-1]
    integral = np.trapezoid(current[step == 1], record.array(s.TIME)[step == 1]) / 3600
    assert charge == pytest.approx(0.00244213, abs=1e-9)
    assert integral == pytest.approx(charge, rel=2e-3)
    assert finding(record, "clock_disagrees") is None
    assert finding(record, "capacity_disagrees") is None


def test_a_real_csv_export(shared_data):
    record = read(shared_data / FOLDER / "PyProBE/sample_data_maccor.csv")
    assert len(record.table) == 15
    np.testing.assert_array_equal(record.array(s.TIME)[:3], [0, 1, 2])
    assert record.provenance.extra["started_local"] == "2023-11-23T15:56:08.000"
    assert record.array(s.TEMPERATURE)[0] == 22.2591
    assert finding(record, "unsigned_current").severity == "error"
