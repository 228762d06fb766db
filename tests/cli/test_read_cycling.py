"""Cycling data in tables on the command line: columns, dates and a current that are said, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.record import schema as s
from interlayer.record import store
from tests.cli.run import assert_refused, run

TIME_H = 0.1 * np.arange(40)
CURRENT_A = np.where(np.arange(40) // 10 % 2 == 0, 5e-5, -5e-5)
VOLTAGE_V = 800 * CURRENT_A


@pytest.fixture
def voltage_only(tmp_path):
    """A table with names of time and voltage and nothing else."""
    path = tmp_path / "x.csv"
    rows = [f"{t:.4g},{v:.9g}" for t, v in zip(TIME_H, VOLTAGE_V, strict=True)]
    path.write_text("Time (h),Voltage (V)\n" + "\n".join(rows) + "\n")
    return path


def test_voltage_alone_has_no_current_until_one_is_said(tmp_path, voltage_only):
    ran = run("read", voltage_only, "-o", tmp_path / "a.parquet")
    assert ran.code == 0, ran.err
    assert store.load(tmp_path / "a.parquet").table[s.CURRENT].null_count() == 40
    options = ["--current", "0.1 mA/cm2", "--area", "0.5 cm2"]
    ran = run("read", voltage_only, *options, "-o", tmp_path / "b.parquet")
    assert ran.code == 0, ran.err
    record = store.load(tmp_path / "b.parquet")
    np.testing.assert_allclose(record.array(s.CURRENT), CURRENT_A)
    assert "current_given" in {f.name for f in record.findings}
    assert record.provenance.extra["read_with"] == {"current": "0.1 mA/cm2"}


def test_a_current_that_cannot_be_used(tmp_path, voltage_only):
    out = tmp_path / "r.parquet"
    assert_refused(
        run("read", voltage_only, "--current", "0.1 mA/cm2", "-o", out), "the area is unknown", "--area"
    )
    assert_refused(run("read", voltage_only, "--current", "40 mV", "-o", out), "--current", "is a voltage")
    assert_refused(run("read", voltage_only, "--current", "none.mps", "-o", out), "none.mps")
    assert not out.exists()


def test_columns_and_dates_are_said(tmp_path):
    path = tmp_path / "x.txt"
    rows = [
        f"05/06/2024 10:{k:02d}:00;{-1e6 * i:.6g};{1e3 * v:.6g}"
        for k, (i, v) in enumerate(zip(CURRENT_A, VOLTAGE_V, strict=True))
    ]
    path.write_text("\n".join(rows) + "\n")
    out = tmp_path / "r.parquet"
    said = ["--columns", "datetime,-current uA,voltage mV", "--dates", "month-first"]
    ran = run("read", path, *said, "-o", out)
    assert ran.code == 0, ran.err
    record = store.load(out)
    np.testing.assert_allclose(record.array(s.CURRENT), CURRENT_A)
    np.testing.assert_allclose(record.array(s.VOLTAGE), VOLTAGE_V)
    np.testing.assert_allclose(record.array(s.TIME), 60.0 * np.arange(40))
    assert record.provenance.extra["started_local"].startswith("2024-05-06")
    assert_refused(run("read", path, "--dates", "mdy"), "one of day-first, month-first")
    assert_refused(run("read", path, "--columns", "datetime,current V"), "V is no unit of a current")


def test_a_closed_format_is_named_with_what_to_export(tmp_path):
    path = tmp_path / "cell.cex"
    path.write_bytes(b"\x10\x11\x09\x88" + bytes(64))
    assert_refused(run("read", path, "-o", tmp_path / "r.parquet"), "a LAND (LANHE) file", "LANDdt")
