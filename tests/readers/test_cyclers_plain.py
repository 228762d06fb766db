"""Cycling data in tables that people make: any subset of columns, unit, language, delimiter, clock and encoding.

The table is a resistor under alternating current, V = I R; a second column of potentials, a temperature and a
pressure stand beside it. All of it is known in closed form.
"""

from __future__ import annotations

import itertools
import re

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError, ReadError
from interlayer.readers import ReadOptions, durations, read, step_labels
from interlayer.readers.cycling_roles import role_of, roles_of
from interlayer.record import schema as s
from tests.writers import cyclers

N = 40
T = 30.0 * np.arange(N)
I_A = 5e-5 * np.where(np.arange(N) // 10 % 2 == 0, 1.0, -1.0)
V = I_A * 800.0
DATES = ["05/06/2024", "06/06/2024", "13/06/2024"]


def names(record):
    return {f.name for f in record.findings}


def finding(record, name):
    return next(f for f in record.findings if f.name == name)


def write(path, columns, *, between=",", decimal=".", encoding="utf-8", header=True, above=(), below=()):
    lines = [between.join(columns)] if header else []
    cells = [
        [x if isinstance(x, str) else f"{x:.12g}".replace(".", decimal) for x in v] for v in columns.values()
    ]
    lines += [between.join(row) for row in zip(*cells, strict=True)]
    path.write_bytes(("\n".join([*above, *lines, *below]) + "\n").encode(encoding))
    return path


def assert_same(record, *, time=T, voltage=V, current=I_A, rtol=1e-9):
    table = record.table
    for label, truth in ((s.TIME, time), (s.VOLTAGE, voltage), (s.CURRENT, current)):
        if truth is None:
            assert table[label].null_count() == len(table)
        else:
            np.testing.assert_allclose(table[label].to_numpy(), truth, rtol=rtol, atol=1e-12)


# --- any subset, language, unit, delimiter, encoding -----------------------------------------------------

TIMES = {
    "Time (s)": 1.0,
    "t/h": 1 / 3600,
    "Test Time / min": 1 / 60,
    "测试时间/s": 1.0,
    "时间(小时)": 1 / 3600,
    "Zeit in s": 1.0,
    "Testzeit [h]": 1 / 3600,
    "test_time_s": 1.0,
    "Total Time (d)": 1 / 86400,
    "Seconds": 1.0,
}
VOLTAGES = {
    "Voltage(V)": 1.0,
    "U [mV]": 1e3,
    "电压/V": 1.0,
    "Spannung/mV": 1e3,
    "E (V)": 1.0,
    "voltage_V": 1.0,
    "Cell Potential (V)": 1.0,
    "电压(mV)": 1e3,
    "Volts": 1.0,
}
CURRENTS = {
    "Current (A)": 1.0,
    "I/mA": 1e3,
    "Current(uA)": 1e6,
    "Current(µA)": 1e6,
    "电流/mA": 1e3,
    "Strom [mA]": 1e3,
    "I / nA": 1e9,
    "电流(μA)": 1e6,
    "Amps": 1.0,
}


@pytest.mark.parametrize(
    "subset", [s for n in (1, 2, 3) for s in itertools.combinations("tvi", n) if set(s) & set("tv")]
)
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_any_subset_of_columns_with_a_time_or_a_voltage(tmp_path, subset, between):
    columns = {"t": ("Time (h)", T / 3600), "v": ("Voltage (mV)", V * 1e3), "i": ("Current (uA)", I_A * 1e6)}
    record = read(write(tmp_path / "x.csv", dict(columns[k] for k in subset), between=between))
    truth = {"time": T, "voltage": V, "current": I_A}
    assert_same(
        record,
        **{k: v if k[0] in subset or (k == "current" and "i" in subset) else None for k, v in truth.items()},
    )


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    time=st.sampled_from(sorted(TIMES)),
    voltage=st.sampled_from(sorted(VOLTAGES)),
    current=st.sampled_from(sorted(CURRENTS)),
    form=st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", ","), ("\t", "."), ("|", ".")]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gbk"]),
    order=st.permutations(range(3)),
    extra=st.booleans(),
)
def test_names_units_delimiters_and_encodings(tmp_path, time, voltage, current, form, encoding, order, extra):
    assume(encoding != "gbk" or "µ" not in current)  # GBK has the Greek letter only
    columns = [(time, T * TIMES[time]), (voltage, V * VOLTAGES[voltage]), (current, I_A * CURRENTS[current])]
    made = dict(columns[k] for k in order)
    if extra:
        made["备注"] = ["ok"] * N
    path = write(tmp_path / "x.txt", made, between=form[0], decimal=form[1], encoding=encoding)
    assert_same(read(path))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "utf-16-le"])
def test_german_headings_in_windows_latin_1_and_others(tmp_path, encoding):
    columns = {"Prüfzeit [h]": T / 3600, "Spannung [mV]": V * 1e3, "Stromstärke [µA]": I_A * 1e6}
    columns |= {"Temperatur [°C]": 60 + 0 * T, "Entladekapazität [mAh]": np.arange(N) / 10, "Größe": T}
    record = read(write(tmp_path / "x.csv", columns, between=";", decimal=",", encoding=encoding))
    assert_same(record)
    np.testing.assert_allclose(record.table[s.TEMPERATURE], 60)
    np.testing.assert_allclose(record.table[s.DISCHARGE_CAPACITY], np.arange(N) / 1e4)
    assert "Größe / 1" in record.table.columns


@pytest.mark.parametrize(
    ("name", "kind", "unit"),
    [
        ("Chg. Cap.(mAh)", "charge_capacity", "mAh"),
        ("DChg. Cap.(Ah)", "discharge_capacity", "Ah"),
        ("充电容量/mAh", "charge_capacity", "mAh"),
        ("Entladekapazität [mAh]", "discharge_capacity", "mAh"),
        ("Charge_Capacity (Ah)", "charge_capacity", "Ah"),
        ("Capacity(mAs)", "capacity", "mA s"),
        ("CapaCity(mAh)", "capacity", "mAh"),
        ("Cur(mA)", "current", "mA"),
        ("TestTime/Sec.", "time", "s"),
        ("Relative Time(h:min:s.ms)", "step_time", "h:m:s"),
        ("T1(℃)", "temperature", "degC"),
        ("T1(?)", "temperature", "degC"),
        ("Cell_Temperature_C", "temperature", "degC"),
        ("Pressure_Psi", "pressure", "psi"),
        ("压力(MPa)", "pressure", "MPa"),
        ("Cycle Index", "cycle", ""),
        ("循环号", "cycle", ""),
        ("工步类型", "step_type", ""),
        ("SysTime", "datetime", ""),
        ("绝对时间", "datetime", ""),
        ("Ewe/V", "working_potential", "V"),
        ("对电极电位/V", "counter_potential", "V"),
    ],
)
def test_names_as_cyclers_write_them(name, kind, unit):
    role = role_of(name)
    assert role is not None
    assert (role.kind, role.unit) == (kind, unit)


@pytest.mark.parametrize(
    "name",
    [
        "Spec. Cap.(mAh/g)",
        "SCapacity/mAh/g",
        "dQ/dV(mAh/V)",
        "Energy(Wh)",
        "V1(V)",
        "I Range",
        "V_min",
        "soc",
        "Power(W)",
        "Contact resistance(mO)",
        "Capacity (mAh/cm2)",
        "Average_Voltage",
        "Max_Current (A)",
        "Real Impedance / ohm",
    ],
)
def test_names_of_other_things(name):
    assert role_of(name) is None


def test_the_time_of_the_test_goes_before_a_bare_time():
    roles = roles_of(["Time", "Total Time", "Voltage(V)"])
    assert {i: r.kind for i, r in roles.items()} == {0: "step_time", 1: "time", 2: "voltage"}


# --- clocks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("02:03:04.5", 7384.5),
        ("26:03:04", 93784.0),
        ("1d 02:03:04", 93784.0),
        ("1 day, 2:03:04", 93784.0),
        ("2 days 02:03:04", 180184.0),
        ("1-02:03:04", 93784.0),
        ("1.02:03:04", 93784.0),
        ("1:02:03:04", 93784.0),
        ("1天02:03:04", 93784.0),
        ("03:04.5", 184.5),
        ("03:04", None),
        ("2024-05-06 01:02:03", None),
    ],
)
def test_times_in_hours_minutes_and_seconds(text, seconds):
    assert durations.parse(pl.Series([text]))[0] == seconds
    assert durations.looks_like_duration(text) is (seconds is not None)


@pytest.mark.parametrize("days", ["", "d", "-"])
def test_a_column_of_h_m_s(tmp_path, days):
    time = T * 100  # beyond a day
    columns = {"Time": [cyclers.clock(x, days=days) for x in time], "Voltage/V": V}
    assert_same(read(write(tmp_path / "x.csv", columns)), time=time, current=None)


def test_dates_alone_give_the_time_and_the_order_is_said(tmp_path):
    stamps = [f"{13 + k // 20}/06/2024 {k % 20:02d}:00:00" for k in range(N)]
    record = read(write(tmp_path / "x.csv", {"Date": stamps, "Voltage/V": V}))
    hours = np.array([24 * (k // 20) + k % 20 for k in range(N)])
    assert_same(record, time=3600.0 * hours, current=None)
    assert "day/month/year: a first number of" in finding(record, "date_order").detail
    assert record.provenance.extra["started_local"] == "2024-06-13T00:00:00.000"


def test_a_date_that_may_be_two_things_is_no_clock_until_somebody_says_which(tmp_path):
    stamps = [f"05/06/2024 10:{k:02d}:00" for k in range(N)]
    path = write(tmp_path / "x.csv", {"Date": stamps, "Time (s)": 60.0 * np.arange(N), "Voltage/V": V})
    record = read(path)
    assert finding(record, "ambiguous_dates").severity == "warning"
    assert "--dates day-first or month-first" in finding(record, "ambiguous_dates").detail
    assert "Local Time / s" not in record.table.columns
    assert "started_local" not in record.provenance.extra
    for order, start in (("day-first", "2024-06-05"), ("month-first", "2024-05-06")):
        said = read(path, options=ReadOptions(dates=order))
        assert said.provenance.extra["started_local"].startswith(start)
    jumps = [f"{k % 10 + 1:02d}/0{1 + k // 10}/2024 10:00:00" for k in range(20)]
    lonely = read(write(tmp_path / "y.csv", {"Date": jumps, "Voltage/V": V[:20]}))
    assert "day/month/year" in finding(lonely, "date_order").detail  # months would run back


def test_dates_stored_as_numbers(tmp_path):
    days = 45000 + T / 86400  # 15 March 2023, as Excel counts
    record = read(write(tmp_path / "x.csv", {"Date": days, "Time (s)": T, "Voltage/V": V}))
    assert record.provenance.extra["started_local"] == "2023-03-15T00:00:00.000"
    assert "clock_disagrees" not in names(record)
    record = read(write(tmp_path / "y.csv", {"DateTime": 1_700_000_000 + T, "Voltage/V": V}))
    assert record.provenance.started_unix_s == 1_700_000_000
    assert_same(record, current=None)


def test_a_time_of_each_step_only_is_joined_and_said(tmp_path):
    step_time = T % 300
    columns = {"Step Time (s)": step_time, "Step": [1 + k // 10 for k in range(N)], "U/V": V, "I/A": I_A}
    record = read(write(tmp_path / "x.csv", columns))
    joined = 270.0 * (np.arange(N) // 10) + step_time
    assert_same(record, time=joined)
    assert "4 of them are joined" in finding(record, "time_from_step_time").detail
    assert record.table[s.STEP].to_list() == [k // 10 for k in range(N)]


# --- what stands around a table --------------------------------------------------------------------------


def test_names_and_units_in_two_lines_below_a_block_of_facts(tmp_path):
    columns = {"Time": T / 3600, "Voltage": V * 1e3, "Current": I_A * 1e6}
    path = write(
        tmp_path / "x.csv",
        columns,
        header=False,
        above=["Cell;LATP 7", "Operator;Somebody", "Mass (mg);12.5", "", "Time;Voltage;Current", "h;mV;uA"],
        between=";",
    )
    record = read(path)
    assert_same(record)
    assert "Somebody" not in str(record.provenance.extra)
    assert "LATP 7" in record.provenance.extra["comments"]


def test_one_row_with_a_small_time_is_no_beginning_of_a_step(tmp_path):
    time = T.copy()
    time[20] = 1.0
    record = read(write(tmp_path / "x.csv", {"Time (s)": time, "Voltage (V)": V}))
    assert_same(record, time=time, current=None)
    assert finding(record, "time_backwards").severity == "error"


def test_a_bare_time_that_begins_anew_in_each_step_is_joined(tmp_path):
    record = read(write(tmp_path / "x.csv", {"Time (s)": T % 300, "Voltage (V)": V}))
    assert_same(record, time=270.0 * (np.arange(N) // 10) + T % 300, current=None)
    assert "time_from_step_time" in names(record)


@pytest.mark.parametrize(
    ("above", "between"),
    [
        (["sep=;", "Time (s);Voltage (V);Current (A)"], ";"),
        (["Time\tVoltage\tCurrent", "s\tV\tA", "\tcell 7\tcell 7", ""], "\t"),  # long name, units, comments
        (["Cell 7, tested 2024", "", "Time (s), Voltage (V), Current (A)"], ", "),
        (["# Time (s)\tVoltage (V)\tCurrent (A)"], "\t"),
        (["% exported", "Time;Voltage;Current", "[s];[V];[A]"], ";"),
    ],
)
def test_what_programs_put_above_a_table(tmp_path, above, between):
    columns = {"a": T, "b": V, "c": I_A}
    assert_same(read(write(tmp_path / "x.txt", columns, header=False, above=above, between=between)))


def test_row_numbers_without_a_name_in_front(tmp_path):
    """As pandas writes its index."""
    columns = {"": np.arange(N), "Time (s)": T, "Voltage (V)": V, "Current (A)": I_A}
    assert_same(read(write(tmp_path / "x.csv", columns)))


def test_dates_with_morning_and_afternoon(tmp_path):
    stamps = [f"5/16/2024 {(11 + k) % 12 or 12}:00:00 {'AM' if k == 0 else 'PM'}" for k in range(8)]
    record = read(write(tmp_path / "x.csv", {"Date_Time": stamps, "Voltage (V)": V[:8]}))
    assert_same(record, time=3600.0 * np.arange(8), voltage=V[:8], current=None)


def test_sums_and_words_below_a_table_are_no_rows(tmp_path):
    path = write(
        tmp_path / "x.csv",
        {"Time (s)": T, "Voltage (V)": V, "Current (A)": I_A},
        below=["", "Mean,0.01,0.0", "Max,,1", "End of test"],
    )
    record = read(path)
    assert_same(record)
    assert {"rows_left_out", "short_rows"} <= names(record)


def test_a_table_whose_names_are_repeated_within(tmp_path):
    header = "Time (s),Voltage (V),Current (A)"
    path = write(tmp_path / "x.csv", {"Time (s)": T, "Voltage (V)": V, "Current (A)": I_A})
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:15], header, *lines[15:]]) + "\n")
    record = read(path)
    assert_same(record)
    assert finding(record, "rows_left_out").rows == 1


def test_quoted_values_with_decimal_commas_between_commas(tmp_path):
    rows = [f'"{t:.1f}","{v:.9f}","{i:.9f}"'.replace(".", ",") for t, v, i in zip(T, V, I_A, strict=True)]
    path = tmp_path / "x.csv"
    path.write_text('"Time (s)","Voltage (V)","Current (A)"\n' + "\n".join(rows) + "\n")
    assert_same(read(path))


def test_blanks_between_the_values(tmp_path):
    rows = [f"{t:10.1f} {v:12.9f}   {i:.9f}" for t, v, i in zip(T, V, I_A, strict=True)]
    path = tmp_path / "x.txt"
    path.write_text("time/s  voltage/V  current/A\n" + "\n".join(rows) + "\n")
    assert_same(read(path))


# --- more columns ----------------------------------------------------------------------------------------


def test_three_electrodes_temperature_and_pressure_are_kept(tmp_path):
    columns = {"t/s": T, "Ewe/V": V + 0.1, "Ece/V": 0.1 + 0 * V, "I/mA": I_A * 1e3}
    columns |= {
        "Cell Temperature (K)": 298.15 + 0 * T,
        "Stack Pressure (MPa)": 5 + 0 * T,
        "Ambient T (°C)": 21 + 0 * T,
    }
    record = read(write(tmp_path / "x.csv", columns))
    assert_same(record)
    table = record.table
    assert "voltage_from_potentials" in names(record)
    np.testing.assert_allclose(table["Working Electrode Potential / V"], V + 0.1)
    np.testing.assert_allclose(table["Counter Electrode Potential / V"], 0.1)
    np.testing.assert_allclose(table[s.TEMPERATURE], 25.0)
    np.testing.assert_allclose(table["Stack Pressure / MPa"], 5.0)
    np.testing.assert_allclose(table["Ambient T / degC"], 21.0)


def test_labels_sign_an_unsigned_current(tmp_path):
    labels = ["恒流充电" if i > 0 else "恒流放电" for i in I_A]
    record = read(write(tmp_path / "x.csv", {"t/s": T, "U/V": V, "I/A": np.abs(I_A), "工步类型": labels}))
    assert_same(record)
    assert finding(record, "current_signed_by_label").rows == int((I_A < 0).sum())
    assert record.table[s.STEP].to_list() == [k // 10 for k in range(N)]


def test_labels_sign_an_unsigned_current_density(tmp_path):
    labels = ["charge" if i > 0 else "discharge" for i in I_A]
    columns = {"t/s": T, "U/V": V, "j (mA/cm2)": np.abs(I_A) / 5e-5 * 0.1, "Step Type": labels}
    assert_same(read(write(tmp_path / "x.csv", columns), area_m2=5e-5))


def test_a_signed_current_is_not_turned_by_labels_and_the_check_speaks(tmp_path):
    labels = ["charge" if i < 0 else "discharge" for i in I_A]
    record = read(write(tmp_path / "x.csv", {"t/s": T, "U/V": V, "I/A": I_A, "Step Type": labels}))
    assert_same(record)
    assert "current_sign" in names(record)


@pytest.mark.parametrize(
    ("label", "known"),
    [
        *[
            (x, "CC_Chg")
            for x in ("CC Chg", "CC_Chg", "charge CC", "C_CC", "c_rate", "恒流充电", "CC Charge")
        ],
        *[(x, "CC_DChg") for x in ("CC DChg", "discharge CC", "D_CC", "恒流放电", "CC Discharge")],
        *[(x, "CCCV_Chg") for x in ("CCCV Chg", "CC-CV charge", "恒流恒压充电")],
        *[(x, "Rest") for x in ("Rest", "R", "搁置", "静置", "OCV", "Ruhe")],
        ("恒压充电", "CV_Chg"),
        ("Pause", "Pause"),
        ("Laden", "Chg"),
        ("Entladen", "DChg"),
        ("SIM", "SIM"),
    ],
)
def test_labels_of_steps(label, known):
    assert step_labels.normalise(label) == known


# --- a current that somebody states ----------------------------------------------------------------------


def test_a_stated_current_takes_its_sign_from_an_alternating_voltage(tmp_path):
    path = write(tmp_path / "x.csv", {"t/s": T, "U/V": V})
    record = read(path, options=ReadOptions(current="50 uA"))
    assert_same(record)
    said = finding(record, "current_given")
    assert said.severity == "warning"
    assert "its sign is taken from the voltage" in said.detail
    assert record.provenance.extra["read_with"] == {"current": "50 uA"}


def test_a_stated_current_density_needs_an_area(tmp_path):
    path = write(tmp_path / "x.csv", {"t/s": T, "U/V": V})
    assert_same(read(path, area_m2=5e-5, options=ReadOptions(current="0.1 mA/cm2")))
    with pytest.raises(
        InputError, match=r'is a current density and the area is unknown -> give --area "0\.785 cm2"'
    ):
        read(path, options=ReadOptions(current="0.1 mA/cm2"))


def test_a_stated_current_takes_its_sign_from_labels(tmp_path):
    labels = ["Rest" if k < 10 else "Charge" if i > 0 else "Discharge" for k, i in enumerate(I_A)]
    path = write(tmp_path / "x.csv", {"t/s": T, "U/V": np.abs(V), "state": labels})
    record = read(path, options=ReadOptions(current="50 uA"))
    assert_same(record, voltage=np.abs(V), current=np.where(np.arange(N) < 10, 0.0, I_A))


@pytest.mark.parametrize(
    "name", ["Current density (mA/cm2)", "j / mA cm-2", "电流密度(mA/cm²)", "i [uA/cm^2]"]
)
def test_a_current_density_becomes_a_current_where_the_area_is_known(tmp_path, name):
    factor = 1e3 if "uA" in name else 1.0
    columns = {"t/s": T, "U/V": V, name: I_A / 5e-5 * 0.1 * factor}  # 0.1 mA/cm2 on 0.5 cm2 is 50 uA
    path = write(tmp_path / "x.csv", columns)
    assert_same(read(path, area_m2=5e-5))
    alone = read(path)
    assert_same(alone, current=None)
    assert "--area" in finding(alone, "current_needs_area").detail


def test_without_alternation_a_stated_current_is_taken_as_it_stands_with_what_would_help(tmp_path):
    path = write(tmp_path / "x.csv", {"t/s": T, "U/V": np.abs(V)})
    record = read(path, options=ReadOptions(current="-50 uA"))
    assert_same(record, voltage=np.abs(V), current=np.full(N, -5e-5))
    assert "--columns step_type" in finding(record, "current_given").detail


def test_a_table_with_a_current_of_its_own_refuses_another(tmp_path):
    path = write(tmp_path / "x.csv", {"t/s": T, "U/V": V, "I/A": I_A})
    with pytest.raises(ReadError, match="a current of its own, and --current states another"):
        read(path, options=ReadOptions(current="50 uA"))


def test_the_current_of_a_settings_file(tmp_path):
    settings_file = tmp_path / "x.mps"
    about = ["EC-LAB SETTING FILE", "", "Number of linked techniques : 1", ""]
    rows = [("Is", "0.000", "0,050", "-0.050"), ("unit Is", "mA", "mA", "mA")]
    cycling = ["Technique : 1", "Galvanostatic Cycling with Potential Limitation"]
    cycling += ["".join(cell.ljust(20) for cell in row) for row in rows]
    settings_file.write_text("\n".join([*about, *cycling]) + "\n", encoding="cp1252")
    path = write(tmp_path / "x.csv", {"t/s": T, "U/V": V})
    assert_same(read(path, options=ReadOptions(current=str(settings_file))))
    more = [x.replace("0,050", "0.400") for x in cycling]
    settings_file.write_text("\n".join([*about, *cycling, "", *more]) + "\n")
    with pytest.raises(ReadError, match=r"the settings state 2 currents \(0.05 mA, 0.4 mA\)"):
        read(path, options=ReadOptions(current=str(settings_file)))


# --- options and tables without names --------------------------------------------------------------------


def test_columns_can_be_named_with_units_and_signs(tmp_path):
    columns = {
        "a": T / 3600,
        "b": ["x"] * N,
        "c": -I_A * 1e6,
        "d": V * 1e3,
        "e": [str(1 + k // 20) for k in range(N)],
    }
    path = write(tmp_path / "x.csv", columns)
    options = ReadOptions(columns=("time h", "skip", "-current uA", "voltage mV", "cycle"))
    record = read(path, options=options)
    assert_same(record)
    assert record.table[s.CYCLE].to_list() == [1 + k // 20 for k in range(N)]
    assert record.provenance.extra["read_with"]["columns"] == options.columns
    headless = write(tmp_path / "y.csv", columns, header=False)
    assert_same(read(headless, options=options))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (("time h", "current V"), "column 'current V': V is no unit of a current -> one of A, kA, mA"),
        (("time", "speed"), "column 'speed' is not known"),
    ],
)
def test_columns_that_cannot_be(tmp_path, columns, words):
    path = write(tmp_path / "x.csv", {"t": T, "v": V})
    with pytest.raises(InputError, match=re.escape(words)):
        read(path, options=ReadOptions(columns=columns))


@pytest.mark.parametrize("between", [",", "\t", ";", " "])
def test_time_and_voltage_without_names(tmp_path, between):
    record = read(
        write(tmp_path / "x.txt", {"a": T, "b": V + 1e-6 * np.sin(T)}, header=False, between=between)
    )
    assert_same(record, voltage=V + 1e-6 * np.sin(T), current=None)
    said = finding(record, "columns_assumed")
    assert said.severity == "warning"
    assert "column 1 as time in s, column 2 as voltage in V" in said.detail


def test_three_columns_without_names_are_told_apart_by_the_current_that_is_held(tmp_path):
    voltage = V * (1 + 0.1 * np.sin(T))
    for order in ("vi", "iv"):
        columns = {"t": T} | {k: {"v": voltage, "i": I_A}[k] for k in order}
        assert_same(read(write(tmp_path / f"{order}.csv", columns, header=False)), voltage=voltage)
    with pytest.raises(ReadError, match="nothing tells voltage and current apart"):
        read(write(tmp_path / "x.csv", {"t": T, "v": V, "i": I_A}, header=False))


# --- refused, in words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Time (s),Voltage (V)\n", "no row that holds numbers only"),
        ("Time (s),Voltage (V)\n1.5,2,3,4\n2.5,3,4,5\n3.5,4,5,6\n", "the rows have 4 values under 2 names"),
        ("Time (s),Frequency (Hz),Z' (ohm)\n1,9,1\n2,8,2\n3,7,3\n", "not both parts of the impedance"),
        (
            "循环号,工步号,工步类型,工步时间,容量(mAh)\n1,1,搁置,00:10:00,0\n1,2,恒流充电,00:10:00,1\n",
            "a summary with one row a step",
        ),
        ("Zeit,Potenziale\nheute,viel\n", "no row that holds numbers only"),
        (
            "czas,napiecie,prad\n0,0.1,1\n1,0.2,1\n2,0.3,1\n3,0.3,1\n4,0.3,1\n",
            "nothing is known by the names 'czas,napiecie,prad'",
        ),
        ("cycle,charge capacity (mAh)\n1,2\n2,2\n3,2\n", "without names"),
        (
            "cycle,Time (s),Charge Capacity (mAh)\n1,2,1\n2,4,1\n3,9,1\n",
            "a summary with one row a cycle (3 rows)",
        ),
    ],
)
def test_tables_that_are_refused(tmp_path, text, words):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(ReadError, match=re.escape(words)) as caught:
        read(path)
    assert caught.value.exit_code == 2
    assert len(str(caught.value)) < 500


def test_values_that_are_no_numbers_are_blank_and_counted(tmp_path):
    path = write(tmp_path / "x.csv", {"Time (s)": T, "Voltage (V)": V, "Current (A)": I_A})
    lines = path.read_text().splitlines()
    for row, value in ((5, "inf"), (6, "NaN"), (7, "overload"), (8, "")):
        cells = lines[row].split(",")
        lines[row] = ",".join([cells[0], value, cells[2]])
    path.write_text("\n".join(lines) + "\n")
    record = read(path)
    assert len(record.table) == N
    assert record.table[s.VOLTAGE].null_count() == 4
    assert finding(record, "blank_values").rows == 4
    assert "not_finite" in names(record)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from(b'x,;\x00\xff"#')),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_table_is_never_read_as_other_numbers(tmp_path, changes):
    """Bytes are overwritten, none by a blank: each number left was written in its row, or the file is refused."""
    path = write(tmp_path / "x.csv", {"Time (s)": T, "Voltage (V)": V, "Current (A)": I_A})
    written = set(zip(T.tolist(), V.round(12).tolist(), I_A.round(12).tolist(), strict=True))
    raw = bytearray(path.read_bytes())
    lines = [raw[: int(where * len(raw))].count(10) for where, _ in changes]
    assume(len(set(lines)) == len(lines))  # two in one row can make a row of another, whoever reads it
    for where, byte in changes:
        at = int(where * len(raw))
        raw[at] = byte if raw[at] != 10 else raw[at]
    path.write_bytes(raw)
    try:
        record = read(path)
    except ReadError as problem:
        assert "\n" not in str(problem)
        return
    assert len(record.table) >= N - len(changes)
    times = {row[0]: row for row in written}
    for row in record.table.select(s.TIME, pl.col(s.VOLTAGE).round(12), pl.col(s.CURRENT).round(12)).rows():
        if row[0] is not None:
            assert all(x is None or x == y for x, y in zip(row, times[row[0]], strict=True))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_below_a_line_of_names_make_it_fall(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "x.csv"
    path.write_bytes(b"Time (s),Voltage (V),Step Type\n1,2,Rest\n" + data)
    try:
        read(path)
    except ReadError as problem:
        assert problem.exit_code == 2
