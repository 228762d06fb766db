"""Arbin's files.

References: records whose values are known in closed form, through writers of the formats; `arbin_example.bdf.csv`,
which another program made of the same `.res` file; counts and ends of the real databases as `mdb-export` of
mdbtools 1.0 prints them.
"""

from __future__ import annotations

import datetime as dt
import gzip

import numpy as np
import polars as pl
import pytest

from interlayer.errors import ReadError
from interlayer.readers import ReadOptions, arbin_res, arbin_xlsx, jet, read
from interlayer.record import schema as s
from interlayer.record.store import save
from tests.writers import arbin, samples
from tests.writers import jet as writer

FOLDER = "c_cycling"
COLUMNS = (s.TIME, s.VOLTAGE, s.CURRENT, s.STEP, s.CYCLE, s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY)
WRITERS = {
    "res": lambda path, record: arbin.write_res(path / "a.res", record),
    "res_compressed_texts": lambda path, record: arbin.write_res(path / "a.res", record, compressed=True),
    "res_gz": lambda path, record: arbin.write_res(path / "a.res.gz", record, packed=True),
    "csv": lambda path, record: arbin.write_csv(path / "a.csv", record),
    "csv_without_units": lambda path, record: arbin.write_csv(path / "a.csv", record, units=False),
    "csv_decimal_comma": lambda path, record: arbin.write_csv(
        path / "a.csv", record, delimiter=";", decimal=","
    ),
    "xlsx": lambda path, record: arbin.write_xlsx(path / "a.xlsx", record),
}


def names(record):
    return {finding.name for finding in record.findings}


@pytest.mark.parametrize("kind", WRITERS)
def test_what_was_written_is_read(tmp_path, kind):
    expected = samples.cycling_record()
    record = read(WRITERS[kind](tmp_path, expected))
    assert record.complete
    assert {f.severity for f in record.findings} == {"note"}
    for label in COLUMNS:
        np.testing.assert_allclose(record.array(label), expected.array(label), rtol=1e-12, err_msg=label)
    clock = record.array("Local Time / s")
    begun = arbin.START.replace(tzinfo=dt.UTC).timestamp()
    np.testing.assert_allclose(clock, begun + expected.array(s.TIME), atol=1e-3)


def test_many_pages_pointers_and_deleted_rows(tmp_path):
    """Rows over many pages; one marked as deleted, two behind pointers, one of them at a page's end."""
    expected = samples.cycling_record(60)
    how = {"deleted": (17,), "elsewhere": (3, 700)}
    record = read(arbin.write_res(tmp_path / "a.res", expected, points=how, auxiliaries=False))
    keep = np.arange(len(expected.table)) != 17
    assert record.complete
    np.testing.assert_array_equal(record.array(s.TIME), expected.array(s.TIME)[keep])
    np.testing.assert_array_equal(record.array(s.CURRENT), expected.array(s.CURRENT)[keep])


@pytest.mark.parametrize("far_map", [False, True])
def test_a_page_that_was_freed_is_not_read(tmp_path, far_map):
    how = {"stale_page_of": "Channel_Normal_Table", "points": {"far_map": far_map}}
    path = arbin.write_res(tmp_path / "a.res", samples.cycling_record(), **how)
    assert len(read(path).table) == len(samples.cycling_record().table)


def test_auxiliary_channels(tmp_path):
    record = read(arbin.write_res(tmp_path / "a.res", samples.cycling_record()))
    point = np.arange(1, len(record.table) + 1)
    np.testing.assert_allclose(record.array(s.TEMPERATURE), 25 + 0.1 * point)
    voltage = record.array("Auxiliary Voltage 1 / V")
    assert np.isnan(voltage[1::2]).all()
    assert (voltage[::2] == 0.5).all()


def test_points_that_are_missing_are_told(tmp_path):
    record = read(arbin.write_res(tmp_path / "a.res", samples.cycling_record(), points={"announced": 60}))
    assert not record.complete
    assert "announces 60 points, 48 can be read" in " ".join(f.detail for f in record.findings)


def test_nulls_of_every_kind(tmp_path):
    columns = [(name, kind) for name, kind in (("i", writer.LONG), ("x", writer.DOUBLE), ("t", writer.TEXT))]
    columns += [("b", writer.BOOLEAN), ("m", writer.MONEY), ("f", writer.SINGLE)]
    rows = [(1, None, "Größe", True, 1.25, 0.5), (None, 2.5, None, False, None, None)]
    path = writer.write(tmp_path / "x.mdb", [writer.Table("T", columns, rows)])
    database = jet.Database(path.read_bytes())
    table = database.table(database.tables["T"])
    assert database.texts(table, "t") == ["Größe", None]
    for at, name in ((0, "i"), (1, "x"), (3, "b"), (4, "m"), (5, "f")):
        assert database.numbers(table, name).to_list() == [row[at] for row in rows]


def test_private_facts_are_not_stored(tmp_path):
    record = read(arbin.write_res(tmp_path / "a.res", samples.cycling_record()))
    assert record.provenance.extra["private"]["user"] == "Jane Doe"
    assert record.provenance.extra["test"] == "cell 7"
    assert record.provenance.extra["started_local"] == "2024-03-15T08:30:00.000"
    assert b"Jane" not in save(record, tmp_path / "r.parquet").read_bytes()


def test_several_tests_and_several_channels(tmp_path):
    record = samples.cycling_record()
    rows = arbin.rows(record) + arbin.rows(record, test=2)[:5]
    path = writer.write(tmp_path / "a.res", [writer.Table("Channel_Normal_Table", arbin.POINTS, rows)])
    assert len(read(path).table) == len(record.table)
    assert "other_tests" in names(read(path))
    both = read(arbin.write_xlsx(tmp_path / "a.xlsx", record, channels=(3, 11), sheets=1))
    assert len(both.table) == len(record.table)
    assert "other_channels" in names(both)


def test_a_sheet_that_a_person_names(tmp_path):
    path = arbin.write_xlsx(tmp_path / "a.xlsx", samples.cycling_record(), channels=(3, 11), sheets=2)
    record = read(path, options=ReadOptions(sheet="Channel_11_2"))
    assert record.provenance.reader == "arbin_xlsx 1"
    assert len(record.table) == 24
    assert record.provenance.extra["sheet"] == "Channel_11_2"
    with pytest.raises(ReadError, match="no sheet 'x'; its sheets: Global_Info, Channel_3_1"):
        read(path, options=ReadOptions(sheet="x"))


def test_without_the_engine_of_workbooks(tmp_path, monkeypatch):
    path = arbin.write_xlsx(tmp_path / "a.xlsx", samples.cycling_record())
    monkeypatch.setattr(arbin_xlsx, "find_spec", lambda name: None)
    with pytest.raises(ReadError, match=r"not installed -> run: python -m pip install 'interlayer\[xlsx\]'"):
        read(path)


# --- refused ---------------------------------------------------------------------------------------------


def test_other_databases_are_refused_by_name(tmp_path):
    path = writer.write(tmp_path / "a.res", [writer.Table("Customers", [("Id", writer.LONG)], [(1,)])])
    with pytest.raises(ReadError, match="not one of Arbin: it has no Channel_Normal_Table, only Customers"):
        read(path)
    old = writer.write(tmp_path / "b.res", [writer.Table("T", [("Id", writer.LONG)], [(1,)])], version=0)
    with pytest.raises(ReadError, match="Access 97"):
        read(old)
    empty = writer.write(tmp_path / "c.res", [writer.Table("Channel_Normal_Table", arbin.POINTS, [])])
    with pytest.raises(ReadError, match="without a single point"):
        read(empty)
    h5 = tmp_path / "a.h5"
    h5.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(ReadError, match=r"an HDF5 file \(\.h5\), as newer Arbin programs write it"):
        read(h5)


def test_a_gzip_bomb_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(arbin_res, "LARGEST_UNPACKED", 2**20)
    path = tmp_path / "bomb.res.gz"
    path.write_bytes(gzip.compress(b"\x00\x01\x00\x00Standard Jet DB\x00\x01" + bytes(2**22)))
    with pytest.raises(ReadError, match="unpacks to more than 1 MiB"):
        read(path)
    whole = arbin.write_res(tmp_path / "a.res.gz", samples.cycling_record(), packed=True).read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(ReadError, match="gzip archive is cut"):
        read(path)


def test_a_summary_of_cycles_is_refused(tmp_path):
    path = tmp_path / "cycles.csv"
    path.write_text(
        "Cycle_Index,Test_Time (s),Min_Current (A),Max_Current (A),Min_Voltage (V),Max_Voltage (V)\n1,2,3,4,5,6\n"
    )
    with pytest.raises(ReadError, match="one row a cycle"):
        read(path)


def test_a_definition_that_points_to_itself_ends(tmp_path):
    data = bytearray(arbin.write_res(tmp_path / "a.res", samples.cycling_record()).read_bytes())
    at = 2 * writer.PAGE
    data[at + 4 : at + 8] = (2).to_bytes(4, "little")
    data[at + 8 : at + 12] = (100_000).to_bytes(4, "little")
    (tmp_path / "loop.res").write_bytes(data)
    with pytest.raises(ReadError, match="damaged Access database"):
        read(tmp_path / "loop.res")


@pytest.mark.parametrize("seed", range(4))
def test_damaged_databases_are_refused_or_read(tmp_path, seed):
    """Random bytes anywhere, and everywhere in the pages of definitions and maps."""
    data = arbin.write_res(tmp_path / "a.res", samples.cycling_record(8)).read_bytes()
    rng = np.random.default_rng(seed)
    path = tmp_path / "damaged.res"
    for number in range(60):
        changed = bytearray(data)
        limit = len(data) if number % 2 else 4 * writer.PAGE
        for at in rng.integers(20, limit, size=int(rng.integers(1, 30))):
            changed[at] = rng.integers(256)
        path.write_bytes(bytes(changed[: int(rng.integers(len(data) // 2, len(data) + 1))]))
        try:
            record = read(path)
        except ReadError as problem:
            assert "\n" not in str(problem)
            continue
        assert len(record.table) <= 2 * 96


# --- real files ------------------------------------------------------------------------------------------


def test_a_real_database_against_another_programs_table(shared_data):
    record = read(shared_data / FOLDER / "navani/arbin_example.res")
    golden = pl.read_csv(shared_data / FOLDER / "datalab/arbin_example.bdf.csv")
    assert len(record.table) == len(golden) == 2150
    same = {s.TIME: "Test_Time", s.VOLTAGE: "Voltage", s.CURRENT: "Current"}
    same |= {s.CHARGE_CAPACITY: "Charge_Capacity", s.DISCHARGE_CAPACITY: "Discharge_Capacity"}
    for label, name in same.items():
        # That table holds single-precision voltages with eight digits.
        np.testing.assert_allclose(record.array(label), golden[name].to_numpy(), rtol=2e-8, atol=1e-15)
    # Its own columns `Current / A` and `... Capacity / Ah` are a thousandth of Arbin's: they are in kA and kAh.
    np.testing.assert_allclose(
        record.array(s.CURRENT), golden[s.CURRENT].to_numpy() * 1e3, rtol=2e-8, atol=1e-15
    )
    np.testing.assert_array_equal(record.array("Step Number / 1"), golden["Step_Index"].to_numpy())
    np.testing.assert_array_equal(record.array(s.CYCLE), golden["Cycle_Index"].to_numpy())
    np.testing.assert_array_equal(record.array(s.STEP), golden["Step Count / 1"].to_numpy() - 1)


@pytest.mark.parametrize(
    ("name", "rows", "last_s", "cycles", "charge_Ah"),
    [
        ("cellpy/20160805_test001_45_cc_01.res", 10261, 859077.2406335169, 18, 0.001731507850782),
        ("navani/arbin_example.res", 2150, 345733.3894574374, 5, 0.000483514940818),
        ("bdf/mits7-0.res.gz", 8, 141.264096, 1, 0.0),
        (
            "navani/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx",
            4526,
            1204815.81068,
            1,
            0.005702702794224,
        ),
        ("ROVI/arbin_example.csv", 2142, 6308.4823, 2, 1.0725317),
        ("PyProBE/sample_data_arbin.csv", 13, 301.214, 1, None),
        ("ROVI/CALCE_CX2-33_prism_LCO_25C_0-100_0.5-0.5C_d_timeseries.csv", 15, None, 1, None),
    ],
)
def test_real_files(shared_data, name, rows, last_s, cycles, charge_Ah):
    record = read(shared_data / FOLDER / name)
    assert record.provenance.reader.startswith("arbin_")
    assert record.complete
    assert len(record.table) == rows
    assert not {f.name for f in record.findings if f.severity == "error"}
    time = record.array(s.TIME)
    assert (np.diff(time) >= 0).all()
    assert record.array(s.CYCLE).max() == cycles
    if last_s is not None:
        assert time[-1] == pytest.approx(last_s, abs=1e-3)
    if charge_Ah is not None:
        assert record.array(s.CHARGE_CAPACITY).max() == pytest.approx(charge_Ah, rel=1e-12)
    assert "capacity_disagrees" not in names(record)
    assert "clock_disagrees" not in names(record)


def test_a_real_summary_is_refused(shared_data):
    with pytest.raises(ReadError, match="one row a cycle"):
        read(shared_data / FOLDER / "ROVI/CALCE_CX2-33_prism_LCO_25C_0-100_0.5-0.5C_d_cycle_data.csv")


def test_unix_seconds_of_the_export(shared_data):
    record = read(shared_data / FOLDER / "ROVI/arbin_example.csv")
    assert record.table[s.UNIX_TIME][0] == 1499006353
