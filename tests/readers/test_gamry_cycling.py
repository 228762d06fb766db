"""Gamry's time curves: chronopotentiometry, voltammetry, open circuit. Values as the files print them."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.readers import read
from interlayer.record import schema as s

NAMES = ("Pt", "T", "Vf", "Im", "Vu", "Sig", "Ach", "IERange", "Over")
UNITS = ("#", "s", "V vs. Ref.", "A", "V", "V", "V", "#", "bits")


def dta(tag, curves, names=NAMES, units=UNITS):
    lines = [
        "EXPLAIN",
        f"TAG\t{tag}",
        "TITLE\tLABEL\ttest\tTest",
        "CONVENTION\tIQUANT\t1\tCurrent Convention",
    ]
    for name, rows in curves.items():
        lines += [f"{name}\tTABLE\t{len(rows)}", "\t" + "\t".join(names), "\t" + "\t".join(units)]
        lines += ["\t" + "\t".join(str(v) for v in row) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def rows(first, count, current):
    return [
        (i, 10.0 * (first + i), 0.05 + 0.001 * i, current, 0, current, 0.5, 7, "...........")
        for i in range(count)
    ]


def test_constant_currents_are_steps(tmp_path):
    path = tmp_path / "x.dta"
    path.write_text(dta("CHRONOP", {"CURVE": rows(0, 8, 1e-4)}))
    record = read(path)
    assert record.spectra == ()
    assert record.array(s.TIME).tolist() == [10.0 * i for i in range(8)]
    assert record.array(s.CURRENT).tolist() == [1e-4] * 8
    assert record.table[s.STEP].to_list() == [0] * 8
    assert record.array("Ach / V").tolist() == [0.5] * 8
    assert record.array("IERange / 1").tolist() == [7.0] * 8
    assert record.table[s.CYCLE].null_count() == 8  # one curve is no cycle


def test_curves_of_a_voltammogram_are_cycles(tmp_path):
    path = tmp_path / "x.dta"
    path.write_text(dta("CV", {f"CURVE{k}": rows(4 * k, 4, (-1) ** k * 1e-5) for k in (1, 2, 3)}))
    record = read(path)
    assert record.table[s.CYCLE].to_list() == [1] * 4 + [2] * 4 + [3] * 4
    assert record.table[s.STEP].to_list() == [0] * 4 + [1] * 4 + [2] * 4
    assert record.array(s.CURRENT).tolist() == [-1e-5] * 4 + [1e-5] * 4 + [-1e-5] * 4


def printed(path, tags):
    """Rows of the tables as printed, by position, without the package."""
    found, inside = [], False
    for line in path.read_text(encoding="latin-1").splitlines():
        if "\tTABLE" in line:
            inside = line.split("\t")[0].startswith(tags)
        elif inside and line.startswith("\t") and line.split("\t")[1].isdigit():
            found.append([v.replace(",", ".") for v in line.split("\t")[1:]])
    return found


@pytest.mark.parametrize(
    ("name", "count"),
    [("chronoa_data", 10), ("chronoa_de_data", 10), ("cv_data", 50), ("ocp_data", 21), ("ocvcurve_data", 11)],
)
def test_time_curves_of_real_files(shared_data, name, count):
    path = shared_data / f"a_eis/gamry-parser/{name}.dta"
    record, rows_printed = read(path), printed(path, "CURVE")
    assert len(record.cycling) == len(rows_printed) == count
    for label, place in ((s.TIME, 1), (s.VOLTAGE, 2)):
        np.testing.assert_array_equal(record.array(label), [float(r[place]) for r in rows_printed])
    if name == "ocp_data":
        assert set(record.array(s.CURRENT)) == {0.0}
        assert record.table[s.TEMPERATURE].null_count() == count  # -327.62: no thermometer
        assert record.array("Vm / V").tolist() == [float(r[3]) for r in rows_printed]
        return
    np.testing.assert_array_equal(record.array(s.CURRENT), [float(r[3]) for r in rows_printed])
    np.testing.assert_array_equal(record.array("Sig / V"), [float(r[5]) for r in rows_printed])
    if name == "cv_data":
        assert record.table[s.CYCLE].to_list() == [k for k in range(1, 6) for _ in range(10)]
