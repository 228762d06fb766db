"""Text exports whose time is h:m:s, and those that print charges and no current."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s


def export(path, names, rows):
    path.write_text("\n".join(["\t".join(names), *("\t".join(str(v) for v in row) for row in rows)]))
    return read(path)


@pytest.mark.parametrize("mark", [".", ","])
def test_elapsed_time_as_hours_minutes_seconds(tmp_path, mark):
    times = ["0:00:00.5000", "0:01:10.2500", "27:59:59.7500"]
    rows = [(t.replace(".", mark), f"0{mark}04") for t in times]
    record = export(tmp_path / "x.mpt", ("time/s", "Ewe/V"), rows)
    assert record.array(s.TIME).tolist() == [0.5, 70.25, 100799.75]
    assert record.array(s.VOLTAGE).tolist() == [0.04] * 3


def test_words_are_no_times(tmp_path):
    with pytest.raises(ReadError, match="neither seconds, h:m:s nor dates"):
        export(tmp_path / "x.mpt", ("time/s", "Ewe/V"), [("soon", 1.0), ("later", 1.1)])


@pytest.mark.parametrize(("name", "sums"), [("dq/mA.h", False), ("(Q-Qo)/mA.h", True)])
def test_current_from_charges(tmp_path, name, sums):
    """0.36 mA for 10 s pass 1e-3 mA h: closed form."""
    charge = np.array([0.0, 1e-3, 1e-3, -1e-3, 0.0])
    printed = np.cumsum(charge) if sums else charge
    rows = [
        (3, 0, 0.04, printed[0]),
        *((1, 10 * i, 0.04, printed[i]) for i in (1, 2, 3)),
        (3, 40, 0, printed[4]),
    ]
    record = export(tmp_path / "x.mpt", ("mode", "time/s", "Ewe/V", name), rows)
    current = record.table[s.CURRENT].to_list()
    assert current[1:4] == pytest.approx([3.6e-4, 3.6e-4, -3.6e-4])
    assert current[4] == pytest.approx(0.0, abs=1e-18)
    assert "current_from_charge" in {f.name for f in record.findings}


def test_a_printed_current_goes_before_charges(tmp_path):
    record = export(tmp_path / "x.mpt", ("time/s", "I/mA", "dq/mA.h"), [(0, 2.0, 0), (10, 2.0, 1.0)])
    assert record.array(s.CURRENT).tolist() == [2e-3, 2e-3]
