"""Every real file of cycling data in text and Excel is read rightly, or refused with its reason.

Values are compared with those in the text, parsed here with `csv`, and with the exports that lie beside some:
Neware's own decoder output for interp-test, the Battery Data Format table for LAND's text.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s


@dataclass(frozen=True)
class Expected:
    """What a file holds.

    `time`, `voltage`, `current` are names of its columns with the factor to SI; `names_at` the line of names, from 0.
    """

    reader: str
    rows: int
    names_at: int = 0
    between: str = ","
    time: tuple[str, float] | None = None
    voltage: tuple[str, float] | None = None
    current: tuple[str, float] | None = None
    findings: tuple[str, ...] = ()
    complete: bool = True
    steps: int | None = None


CUSTOM = {
    "names_at": 19,
    "between": ";",
    "time": ("test_time", 1.0),
    "voltage": ("voltage", 1.0),
    "current": ("current", 1.0),
}
VOLTS_ONLY = {"voltage": ("voltage", 1.0)}
ICI = {"time": ("Seconds", 1.0), "voltage": ("Volts", 1.0), "current": ("Amps", 1.0)}
LANDT = "bdf/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv"
LEVELS = "cellpy/nw_regular_export_ife_example.csv"
READ = {
    "PyProBE/sample_data_basytec.txt": Expected(
        "basytec", 74, 12, "\t", ("~Time[s]", 1.0), ("U[V]", 1.0), ("I[A]", 1.0), steps=2
    ),
    "ROVI/CALCE_CX2-33_prism_LCO_25C_0-100_0.5-0.5C_d_timeseries.csv": Expected(
        "arbin_csv", 15, 0, ",", ("Test_Time (s)", 1.0), ("Voltage (V)", 1.0), ("Current (A)", 1.0)
    ),
    # The columns of impedance are there and hold nothing but NaN.
    "ROVI/p492-13-raw.csv": Expected(
        "plain_table",
        2021,
        0,
        ",",
        ("Time_s", 1.0),
        ("Voltage_V", 1.0),
        ("Current_A", 1.0),
        findings=("clock_disagrees", "serial_dates"),
    ),
    "ampworks/an_T23_C_24_dis.csv": Expected("plain_table", 500, **VOLTS_ONLY, findings=("missing_columns",)),
    "ampworks/ca_T23_C_6_ch.csv": Expected("plain_table", 500, **VOLTS_ONLY, findings=("missing_columns",)),
    "ampworks/charge2.csv": Expected("plain_table", 792, **VOLTS_ONLY, findings=("missing_columns",)),
    "ampworks/ici_charge.csv": Expected("plain_table", 21555, **ICI),
    "ampworks/ici_discharge.csv": Expected("plain_table", 21410, **ICI),
    LANDT: Expected(
        "landt_text",
        25162,
        6,
        ",",
        ("test_time_s", 1.0),
        ("voltage_V", 1.0),
        ("current_A", 1.0),
        findings=("date_order", "sensors_silent", "coarse_current"),
        steps=4,
    ),
    "cellpy/custom_data_001.csv": Expected(
        "plain_table", 2442, **CUSTOM, findings=("unit_assumed", "coarse_dates"), steps=181
    ),
    # 32 changes of the step index in the file, the first row counted as one.
    "cellpy/neware_uio.csv": Expected(
        "neware_csv", 9065, voltage=("Voltage(V)", 1.0), current=("Current(A)", 1.0), steps=32
    ),
    LEVELS: Expected("neware_csv", 9295, findings=("levels",), steps=81),
    "cellpy_bad/custom_good_small.csv": Expected("plain_table", 60, **CUSTOM, steps=2),
    "cellpy_bad/custom_missing_cycle.csv": Expected(
        "plain_table", 40, **CUSTOM, findings=("cycles_missing",)
    ),
    "cellpy_bad/custom_nan_inf.csv": Expected(
        "plain_table", 60, **CUSTOM, findings=("not_finite", "blank_values")
    ),
    "cellpy_bad/custom_missing_column.csv": Expected(
        "plain_table",
        60,
        **{k: v for k, v in CUSTOM.items() if k != "voltage"},
        findings=("missing_columns",),
    ),
    "cellpy_bad/custom_truncated.csv": Expected(
        "plain_table", 59, **CUSTOM, findings=("cut_row",), complete=False
    ),
    "fastnda/interp-test.csv": Expected(
        "neware_csv", 333, voltage=("Voltage(mV)", 1e-3), current=("Current(µA)", 1e-6), steps=1
    ),
}
REFUSED = {
    "ROVI/CALCE_CX2-33_prism_LCO_25C_0-100_0.5-0.5C_d_cycle_data.csv": "a summary with one row a cycle (9 rows)",
    "ROVI/p492-13-summary.csv": "a summary with one row a cycle (267 rows)",
    "PyProBE/Experiment_Record.xlsx": "no sheet with a spectrum or cycling data among sample_data_neware",
}
ALL = {**READ, **REFUSED}


@pytest.fixture
def folder(shared_data) -> Path:
    """Folder of real cycling data."""
    return shared_data / "c_cycling"


def rows_of(path: Path, expected: Expected) -> list[dict[str, str]]:
    text = path.read_bytes().decode("cp1252" if path.name == "interp-test.csv" else "utf-8", errors="replace")
    lines = text.splitlines()[expected.names_at :]
    return [row for row in csv.DictReader(lines, delimiter=expected.between) if any(row.values())]


@pytest.mark.parametrize("name", READ)
def test_a_real_file_is_read(folder, name):
    expected = READ[name]
    record = read(folder / name)
    assert record.provenance.reader.split()[0] == expected.reader
    assert len(record.table) == expected.rows
    assert record.complete is expected.complete
    assert set(expected.findings) <= {f.name for f in record.findings}
    assert "current_sign" not in {f.name for f in record.findings}
    if expected.steps is not None:
        assert record.table[s.STEP].max() == expected.steps - 1
        assert set(np.diff(record.array(s.STEP))) <= {0, 1}
    printed = rows_of(folder / name, expected)[: expected.rows] if name != LEVELS else []
    for column, label in (
        (expected.time, s.TIME),
        (expected.voltage, s.VOLTAGE),
        (expected.current, s.CURRENT),
    ):
        if column is None:
            continue
        key, factor = column
        truth = np.array([float(row[key] or "nan") * factor for row in printed])
        truth[~np.isfinite(truth)] = np.nan
        np.testing.assert_allclose(record.array(label), truth, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", REFUSED)
def test_a_real_file_is_refused_with_its_reason(folder, name):
    with pytest.raises(ReadError, match=re.escape(REFUSED[name])) as caught:
        read(folder / name)
    assert caught.value.exit_code == 2


def test_neware_text_against_what_neware_decoded(folder):
    record = read(folder / "fastnda/interp-test.csv")
    golden = pl.read_parquet(folder / "fastnda/interp-test.parquet")
    assert len(record.table) == len(golden)
    np.testing.assert_allclose(record.array(s.TIME), golden["Total Time"].to_numpy(), atol=1e-3)
    np.testing.assert_allclose(record.array("Step Time / s"), golden["Time"].to_numpy(), atol=1e-3)
    np.testing.assert_allclose(record.array(s.VOLTAGE), golden["Voltage(mV)"].to_numpy() * 1e-3, atol=1e-6)
    np.testing.assert_allclose(record.array(s.CURRENT), golden["Current(uA)"].to_numpy() * 1e-6, atol=1e-9)
    np.testing.assert_array_equal(record.array(s.STEP), golden["Step Count"].to_numpy() - 1)
    clock = golden["Date"].dt.epoch("ms").to_numpy() / 1e3
    np.testing.assert_allclose(record.array("Local Time / s"), clock, atol=1e-3)


def test_neware_text_against_the_file_it_was_exported_from(folder):
    text, own = read(folder / "fastnda/interp-test.csv"), read(folder / "fastnda/interp-test.ndax")
    assert len(text.table) == len(own.table)
    for label, size in ((s.TIME, 1.5e-3), (s.VOLTAGE, 1e-4), (s.CURRENT, 1.5e-6), (s.STEP, 0), (s.CYCLE, 0)):
        np.testing.assert_allclose(text.array(label), own.array(label), atol=size)
    assert text.table["Step Type / 1"].to_list() == own.table["Step Type / 1"].cast(pl.String).to_list()


def test_landt_text_against_its_battery_data_format_table(folder):
    record = read(folder / LANDT)
    pair = pl.read_csv(folder / LANDT.replace("Landt.csv", "Landt.bdf.csv"), infer_schema_length=None)
    assert len(record.table) == len(pair)
    for label, column in (
        (s.TIME, "test_time_second"),
        (s.VOLTAGE, "voltage_volt"),
        (s.CURRENT, "current_ampere"),
        (s.CHARGE_CAPACITY, "charging_capacity_ah"),
        (s.DISCHARGE_CAPACITY, "discharging_capacity_ah"),
    ):
        np.testing.assert_allclose(record.array(label), pair[column].cast(pl.Float64).to_numpy(), atol=1e-12)
    # Its step index is the number in the program; ours counts through repeats.
    np.testing.assert_array_equal(record.array("Step Number / 1"), pair["step_index"].to_numpy())


def test_charges_of_neware_levels_are_those_of_its_lines_of_cycles(folder):
    """20 lines of cycles print charge and discharge of each; the last cycle was cut in the export."""
    lines = (folder / LEVELS).read_text(encoding="utf-8", errors="replace").splitlines()
    printed = [line.split(",") for line in lines if re.match(r"\d", line)]
    record = read(folder / LEVELS)
    for cells in printed:
        cycle = record.table.filter(pl.col(s.CYCLE) == int(cells[0]))
        assert cycle[s.CHARGE_CAPACITY].max() == pytest.approx(float(cells[1]), abs=1e-5)
        assert cycle[s.DISCHARGE_CAPACITY].max() == pytest.approx(float(cells[2]), abs=1e-5)
    # 22 commas a row: two of the levels, then the record's own columns.
    rows = [line.split(",") for line in lines if line.startswith(",,") and line[2:3].isdigit()]
    np.testing.assert_allclose(record.array(s.VOLTAGE), [float(c[6]) for c in rows])
    np.testing.assert_allclose(record.array(s.CURRENT), [float(c[5]) for c in rows])
    np.testing.assert_allclose(record.array(s.TEMPERATURE), [float(c[12]) for c in rows])


def test_the_integral_of_the_current_is_the_charge_that_neware_counted(folder):
    record = read(folder / "cellpy/neware_uio.csv")
    assert "capacity_disagrees" not in {f.name for f in record.findings}
    step = record.table.filter(pl.col(s.STEP) == 1)
    passed = np.trapezoid(step[s.CURRENT].to_numpy(), step[s.TIME].to_numpy()) / 3600
    assert step["Step Net Capacity / Ah"][-1] == pytest.approx(abs(passed), rel=5e-3)
