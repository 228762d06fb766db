"""Novonix exports against a record known in closed form, and a real one against its own columns."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from tests.writers import maccor, samples


def test_what_was_written_is_read(tmp_path):
    expected = samples.cycling_record()
    record = read(maccor.write_novonix(tmp_path / "cell.csv", expected))
    assert record.provenance.reader == "novonix 1"
    assert record.complete
    for label in (s.TIME, s.VOLTAGE, s.CURRENT, s.STEP, s.CYCLE, s.TEMPERATURE):
        np.testing.assert_allclose(record.array(label), expected.array(label), atol=1e-9, err_msg=label)
    assert record.provenance.extra["header_area_cm2"] == 0.785
    assert record.provenance.extra["private"]["serial_number"] == "1234"


def test_a_file_without_data_is_refused(tmp_path):
    path = maccor.write_novonix(tmp_path / "cell.csv", samples.cycling_record())
    path.write_bytes(path.read_bytes().partition(b"[Data]")[0])
    with pytest.raises(ReadError, match=r"ends before its \[Data\]"):
        read(path)


def test_a_real_export(shared_data):
    record = read(shared_data / "c_cycling/PyProBE/sample_data_novonix.csv")
    assert len(record.table) == 207
    time, current = record.array(s.TIME), record.array(s.CURRENT)
    assert time[-1] == pytest.approx(3.4131889 * 3600, abs=1e-3)
    charge = np.trapezoid(current, time) / 3600
    assert charge == pytest.approx(record.array("Capacity / Ah")[-1], rel=1e-3)
    assert "clock_disagrees" not in {f.name for f in record.findings}
    assert record.provenance.extra["started_local"] == "2025-07-19T15:26:20.000"
