"""Battery Data Format in and out.

References: records known in closed form, through the format and back; the raw file beside a converted one; what
the files' own columns say of each other.
"""

from __future__ import annotations

import gzip
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlayer.errors import OutputError, ReadError
from interlayer.readers import read
from interlayer.record import Provenance, Record, bdf, store
from interlayer.record import schema as s
from tests.writers import samples

FOLDER = "c_cycling"
ENDINGS = (".bdf.csv", ".bdf", ".csv", ".bdf.parquet", ".parquet")
RECORDS = {
    "cycling": samples.cycling_record,
    "eis": samples.eis_record,
    "mixed": samples.mixed_record,
}


def names(record):
    return {finding.name for finding in record.findings}


# --- out and in again ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", RECORDS)
def test_round_trip_is_exact(tmp_path, kind, ending):
    expected = RECORDS[kind]()
    path = bdf.write_bdf(expected, tmp_path / f"cell{ending}")
    record = read(path)
    assert record.provenance.reader.startswith("bdf_")
    assert record.table.equals(expected.table)
    assert record.complete
    assert {f.severity for f in record.findings} <= {"note"}


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.none()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(NUMBERS, NUMBERS, st.none() | st.integers(0, 9)), min_size=3, max_size=8))
@pytest.mark.parametrize("ending", [".bdf.csv", ".bdf.parquet"])
def test_every_number_comes_back(tmp_path, values, ending):
    """The largest and smallest doubles, negative zero, whole numbers written as such, gaps."""
    current, extra, cycle = (list(column) for column in zip(*values, strict=True))
    table = pl.DataFrame(
        {
            s.TIME: np.arange(len(values)) / 7,
            s.VOLTAGE: 0.1,
            s.CURRENT: current,
            s.CYCLE: cycle,
            "Other / Pa": extra,
        },
        schema_overrides={s.CURRENT: pl.Float64, s.CYCLE: pl.Int64, "Other / Pa": pl.Float64},
    )
    record = Record(table, Provenance("measured"))
    back = read(bdf.write_bdf(record, tmp_path / f"x{ending}", overwrite=True)).table
    for label in (s.TIME, s.CURRENT, s.CYCLE):
        assert back[label].to_list() == record.table[label].to_list()
    if "Other / Pa" in back.columns:
        assert back["Other / Pa"].to_list() == extra
    else:
        assert extra == [None] * len(extra)


def test_packed_with_gzip(tmp_path):
    whole = bdf.write_bdf(samples.mixed_record(), tmp_path / "a.bdf.csv").read_bytes()
    (tmp_path / "a.bdf.gz").write_bytes(gzip.compress(whole))
    assert read(tmp_path / "a.bdf.gz").table.equals(samples.mixed_record().table)


def test_labels_are_the_formats_own(tmp_path):
    path = bdf.write_bdf(samples.mixed_record(), tmp_path / "cell.bdf.csv")
    head = path.read_text().splitlines()[0].split(",")
    assert head[:3] == ["Test Time / s", "Voltage / V", "Current / A"]
    assert "Step Count / 1" in head
    assert "Step Index / 1" not in head
    assert "Surface Temperature T1 / degC" in head
    count = pl.read_csv(path)["Step Count / 1"]
    assert count.min() == 1  # the record counts from 0


def test_a_temperature_of_the_surroundings_stays_one(tmp_path):
    path = tmp_path / "a.bdf.csv"
    path.write_text("test_time_second,voltage_volt,ambient_temperature_celsius\n0,1.0,25.0\n1,1.0,25.5\n")
    record = read(path)
    assert record.array(s.TEMPERATURE).tolist() == [25.0, 25.5]
    assert "Ambient Temperature / degC" in bdf.bdf_table(record).columns


def test_required_columns_are_there_even_if_empty_and_own_columns_stand_back():
    table = pl.DataFrame(
        {s.TIME: [0.0, 1.0], s.STEP: [0, 1], "Step Count / 1": [5, 6], "Step Type / 1": ["a", "b"]}
    )
    made = bdf.bdf_table(Record(table, Provenance("measured")))
    assert made.columns[:3] == list(bdf.REQUIRED)
    assert made["Step Count / 1"].to_list() == [1, 2]
    assert made["Step Count (2) / 1"].to_list() == [5, 6]


def test_private_texts_are_taken_out(tmp_path):
    table = pl.DataFrame({s.TIME: [0.0], s.VOLTAGE: [1.0], "File / 1": [r"C:\Users\jane\cell.mpr"]})
    extra = {"private": {"user": "Jane Doe"}, "comments": "as built"}
    record = Record(table, Provenance("measured", extra=extra), label="cell")
    for ending in (".csv", ".parquet"):
        data = bdf.write_bdf(record, tmp_path / f"a{ending}").read_bytes()
        assert b"jane" not in data.lower()
        assert b"cell.mpr" in data


def test_written_whole_or_not_at_all(tmp_path, monkeypatch):
    record = samples.cycling_record()
    path = bdf.write_bdf(record, tmp_path / "a.bdf.csv")
    with pytest.raises(OutputError, match="exists already"):
        bdf.write_bdf(record, path)
    with pytest.raises(OutputError, match=r"no ending '\.json'"):
        bdf.write_bdf(record, tmp_path / "a.json")
    before = path.read_bytes()

    def breaks(self, target):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", breaks)
    with pytest.raises(OutputError, match="No space left"):
        bdf.write_bdf(record, path, overwrite=True)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.bdf.csv"]


# --- names -----------------------------------------------------------------------------------------------


def test_machine_readable_and_older_names(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "test_time_millisecond,current_milliampere,voltage_volt,cycle_dimensionless,date_time_millisecond,"
        "charging_capacity_ampere_hour,temperature_t1_celsius,step_count\n"
        "0,1.0,2.0,0,1719933538046,0.0,25.0,3\n500,-1.0,2.5,1,1719933538546,0.001,25.5,4\n"
        "1000,-1.0,2.5,1,1719933539046,0.001,26,4\n"
    )
    record = read(path)
    assert record.array(s.TIME).tolist() == [0.0, 0.5, 1.0]
    assert record.array(s.CURRENT).tolist() == [1e-3, -1e-3, -1e-3]
    assert record.array(s.UNIX_TIME)[0] == 1719933538.046
    assert record.array(s.CYCLE).tolist() == [0, 1, 1]
    assert record.array(s.STEP).tolist() == [2, 3, 3]
    assert record.array(s.CHARGE_CAPACITY)[1] == 0.001


def test_step_index_today_and_before(tmp_path):
    head = "Test Time / s,Voltage / V,Current / A,Step Index / 1\n"
    path = tmp_path / "a.bdf.csv"
    path.write_text(head + "0,1.5,0,1\n1,1.5,0,2\n2,1.5,0,3\n3,1.5,1,1\n4,1.5,1,2\n")
    record = read(path)
    assert record.array(s.STEP).tolist() == [0, 0, 0, 1, 1]
    assert "step_index_in_step" in names(record)
    path.write_text(head + "0,1.5,0,1\n1,1.5,0,1\n2,1.5,0,2\n3,1.5,1,1\n4,1.5,1,1\n")
    record = read(path)
    assert record.array(s.STEP).tolist() == [0, 0, 1, 2, 2]
    assert "steps_counted" in names(record)


def test_current_against_the_names_of_steps(tmp_path):
    path = tmp_path / "a.bdf.csv"
    path.write_text(
        "Test Time / s,Voltage / V,Current / A,Step Type / 1\n0,3,0.1,discharge\n1,3,-0.1,charge\n2,3,0,rest\n"
    )
    record = read(path)
    assert "current_sign" in names(record)
    assert record.array(s.CURRENT).tolist() == [0.1, -0.1, 0]


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_cut_text_is_told(tmp_path, cut):
    path = bdf.write_bdf(samples.cycling_record(), tmp_path / "a.bdf.csv")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 3 * cut])
    record = read(path)
    assert names(record) & {"no_line_end", "cut_row"}


def test_foreign_and_damaged_parquet_is_refused_by_name(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"time": [1.0], "U": [2.0]}).write_parquet(path)
    with pytest.raises(
        ReadError, match="neither a record of interlayer nor Battery Data Format: its columns are time, U"
    ):
        read(path)
    whole = bdf.write_bdf(samples.cycling_record(), tmp_path / "b.bdf.parquet").read_bytes()
    for size in (len(whole) // 2, len(whole) - 5, 20):
        path.write_bytes(whole[:size])
        with pytest.raises(ReadError, match="Parquet"):
            read(path)


def test_a_stored_record_is_still_one(tmp_path):
    record = samples.cycling_record()
    back = read(store.save(record, tmp_path / "a.parquet"))
    assert back.label == record.label
    assert back.provenance.kind == "simulated"


# --- real files ------------------------------------------------------------------------------------------

REAL = {
    "bdf/legacy.bdf.parquet": (5000, 148781.953),
    "bdf/sample.bdf.csv": (3, 2.0),
    "bdf/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.bdf.csv": (25162, 262657.764),
    "bdf/SINTEF__G20M7-202512-Gru6mV__20251228__C30__25degC__Neware.bdf.csv": (17587, 175734.14),
    "datalab/arbin_example.bdf.csv": (2150, 345733.3894574374),
    "cellpy/batmo_bdf.csv": (21206, 392.077777777778 * 3600),
    "ROVI/raw_data.parquet": (3701, 7400.0),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files(shared_data, name):
    rows, last = REAL[name]
    record = read(shared_data / FOLDER / name)
    assert record.provenance.reader.startswith("bdf_")
    assert len(record.table) == rows
    assert record.array(s.TIME)[-1] == pytest.approx(last, rel=1e-12)
    assert not {f.name for f in record.findings if f.severity == "error"}


@pytest.mark.parametrize("name", REAL)
def test_real_files_out_and_in_again(shared_data, tmp_path, name):
    record = read(shared_data / FOLDER / name)
    back = read(bdf.write_bdf(record, tmp_path / "a.bdf.csv"))
    for label in s.CORE_LABELS:
        assert back.table[label].equals(record.table[label]), label


def test_the_pair_of_a_raw_and_a_converted_file(shared_data):
    """The raw Landt export beside the converted one: rows, times, voltage, current and charges."""
    folder = shared_data / FOLDER / "bdf"
    record = read(folder / "SINTEF__LiGrR2032__2024-04-30__25degC__Landt.bdf.csv")
    raw = pl.read_csv(
        folder / "SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv",
        skip_rows=6,
        truncate_ragged_lines=True,
        infer_schema_length=None,
    )
    assert len(raw) == len(record.table)
    same = {s.TIME: "test_time_s", s.VOLTAGE: "voltage_V", s.CURRENT: "current_A"}
    same |= {s.CHARGE_CAPACITY: "charge_capacity_Ah", s.DISCHARGE_CAPACITY: "discharge_capacity_Ah"}
    for label, name in same.items():
        np.testing.assert_array_equal(record.array(label), raw[name].to_numpy(), err_msg=label)


def test_a_turn_for_a_cycle_is_named(shared_data):
    record = read(
        shared_data / FOLDER / "bdf/SINTEF__G20M7-202512-Gru6mV__20251228__C30__25degC__Neware.bdf.csv"
    )
    found = next(f for f in record.findings if f.name == "counter_not_whole")
    assert "multiples of 2 pi" in found.detail
    assert math.isnan(record.array(s.CYCLE)[0])


def test_a_file_with_the_wrong_sign_is_named(shared_data):
    """Charging with negative current: said twice, by the names of the steps and by the capacity."""
    record = read(shared_data / FOLDER / "cellpy/batmo_bdf.csv")
    assert {"current_sign", "capacity_disagrees"} <= names(record)


def test_every_foreign_parquet_is_refused_by_name(shared_data):
    found = sorted((shared_data / FOLDER / "fastnda").glob("*.parquet"))
    assert found
    for path in found:
        with pytest.raises(
            ReadError, match=r"neither a record of interlayer nor Battery Data Format: its columns are"
        ):
            read(path)
