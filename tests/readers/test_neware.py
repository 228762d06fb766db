"""Neware files against what Neware's own program exported from them (the .parquet beside each file).

The references hold Neware's integers: voltage in mV, current in uA, capacity in mAs, time in s.
"""

from __future__ import annotations

import zipfile

import fastnda
import numpy as np
import polars as pl
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s

FOLDER = "c_cycling/fastnda"
NDAX = [
    "21_10_7_85",
    "46_1_5_60_bts16",
    "TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation",
    "TESTCELL0001-Test_Data_Collection_Ndc17",
    "Unit27_Example_Corrupt",
    "Unit27_Example_Data_File",
    "interp-test",
    "scrubbed_ndc2",
]
NDA = ["SIM", "SINTEF__G20M7_BTS91", "TestFile", "nda8", "new_nda_file", "2-1-6_61_07005012"]


@pytest.fixture
def instrument_file(shared_data, tmp_path):
    """Function from a name to the instrument's file and the export beside it."""
    folder = shared_data / FOLDER

    def find(name):
        path = folder / f"{name}.ndax"
        if not path.exists():
            with zipfile.ZipFile(folder / f"{name}.nda.zip") as archive:
                archive.extractall(tmp_path)
            (path,) = tmp_path.rglob(f"{name}.nda")
        return path, pl.read_parquet(folder / f"{name}.parquet")

    return find


@pytest.mark.parametrize("name", NDAX + NDA)
def test_against_the_makers_own_export(instrument_file, name):
    path, golden = instrument_file(name)
    record = read(path)
    table = record.cycling
    assert len(table) == len(golden)
    assert record.complete
    expected = {
        c: golden[c].cast(pl.Float64).to_numpy() for c in golden.columns if golden[c].dtype.is_numeric()
    }
    np.testing.assert_allclose(table[s.VOLTAGE].to_numpy(), expected["Voltage(mV)"] * 1e-3, atol=1e-4)
    # One sign throughout: positive in charge steps. The export rounds to 1 uA or the digits of its range.
    np.testing.assert_allclose(
        table[s.CURRENT].to_numpy(), expected["Current(uA)"] * 1e-6, atol=1.5e-6, rtol=1e-5
    )
    steps = table[s.STEP].to_numpy()
    assert steps.min() == 0
    assert set(np.diff(steps)) <= {0, 1}
    np.testing.assert_array_equal(steps, expected["Step Count"] - expected["Step Count"][0])
    net = expected["Capacity(mAs)"] / 3600 / 1e3
    np.testing.assert_allclose(
        np.abs(table["Step Net Capacity / Ah"].to_numpy()), np.abs(net), atol=1e-6 + 1e-5 * np.abs(net).max()
    )


@pytest.mark.parametrize("name", NDAX + NDA)
def test_time_and_cycles_of_the_makers_own_export(instrument_file, name):
    path, golden = instrument_file(name)
    record = read(path)
    total = golden["Total Time"].cast(pl.Float64).to_numpy()
    np.testing.assert_allclose(record.array(s.TIME), total, atol=1.5e-3)  # the export prints milliseconds
    np.testing.assert_array_equal(record.array(s.CYCLE), golden["Cycle Index"].to_numpy())


@pytest.mark.parametrize("name", NDAX + NDA)
def test_clock_of_the_makers_own_export(instrument_file, name):
    """The export's dates are local where it was made: whole hours from UTC, none from a local clock."""
    path, golden = instrument_file(name)
    record = read(path)
    local = s.UNIX_TIME not in record.columns
    clock = record.array("Local Time / s" if local else s.UNIX_TIME)
    apart = golden["Date"].dt.epoch("ms").to_numpy() / 1e3 - clock
    assert np.ptp(apart) < 2e-3
    assert apart[0] / 3600 == pytest.approx(round(apart[0] / 3600), abs=1e-6)
    assert local == (name in {"SIM", "new_nda_file", "scrubbed_ndc2"})
    if local:
        assert abs(apart[0]) < 2e-3
        assert record.provenance.started_unix_s is None
        assert record.provenance.extra["started_local"].startswith(str(golden["Date"][0])[:10])
    else:
        assert record.provenance.started_unix_s == pytest.approx(clock[0] - record.array(s.TIME)[0])


REAL = [
    "navani/test.nda",
    "navani/test.ndax",
    "bdf/filetype14-0.ndax",
    *(f"fastnda/{name}.ndax" for name in NDAX),
]


@pytest.mark.parametrize("name", REAL)
def test_against_the_decoder_itself(shared_data, name):
    """Files without an export beside them too: rows, times, voltages, currents and capacities, bit by bit."""
    path = shared_data / "c_cycling" / name
    frame = fastnda.read(path, cycle_mode="raw")
    record = read(path)
    assert len(record.table) == len(frame)
    mine = {s.TIME: "total_time_s", s.VOLTAGE: "voltage_V", s.CURRENT: "current_mA"}
    for label, column in mine.items():
        theirs = frame[column].cast(pl.Float64).to_numpy() * (1e-3 if label == s.CURRENT else 1.0)
        np.testing.assert_array_equal(record.array(label), theirs)
    net = frame["capacity_mAh"].cast(pl.Float64).to_numpy() * 1e-3
    np.testing.assert_allclose(record.array("Step Net Capacity / Ah"), net, rtol=1e-15)


def test_what_was_typed_in_for_the_test(shared_data):
    extra = read(shared_data / FOLDER / "TESTCELL0001-Test_Data_Collection_Ndc17.ndax").provenance.extra
    assert (extra["barcode"], extra["remark"]) == ("TESTCELL0001", "Test_Data_Collection_Ndc17")


def test_charge_steps_charge_and_discharge_steps_discharge(instrument_file):
    path, _ = instrument_file("TESTCELL0001-Test_Data_Collection_Ndc17")
    table = read(path).cycling
    kinds = table["Step Type / 1"].cast(pl.String)
    charge, discharge = table.filter(kinds == "CC_Chg"), table.filter(kinds == "CC_DChg")
    assert charge[s.CURRENT].min() > 0 > discharge[s.CURRENT].max()
    assert charge[s.VOLTAGE][-1] > charge[s.VOLTAGE][0]  # and the voltage agrees
    assert charge[s.CHARGE_CAPACITY].max() == pytest.approx(1.0 * 15 / 3600, rel=2e-3)  # 1 A for 15 s
    assert charge[s.DISCHARGE_CAPACITY].abs().max() == 0
    assert discharge[s.DISCHARGE_CAPACITY].max() == pytest.approx(1.0 * 15 / 3600, rel=2e-3)


def test_pulse_steps_have_no_one_sided_capacity(instrument_file):
    path, _ = instrument_file("SIM")
    table = read(path).cycling
    simulated = table.filter(table["Step Type / 1"].cast(pl.String) == "SIM")
    assert simulated[s.CHARGE_CAPACITY].null_count() == len(simulated)
    assert simulated["Step Net Capacity / Ah"].null_count() == 0


def test_unix_time_is_utc(shared_data):
    """21_10_7_85 was started at 16:55:02 in central Europe in November, that is 15:55 UTC."""
    record = read(shared_data / FOLDER / "21_10_7_85.ndax")
    assert record.table[s.UNIX_TIME][0] == pytest.approx(1762358211.786, abs=0.01)


def test_a_pause_is_found_by_the_clock(instrument_file):
    path, _ = instrument_file("TestFile")
    assert "clock_disagrees" in {f.name for f in read(path).findings}


def test_lost_auxiliary_channels_are_named_and_nothing_is_printed(shared_data, capfd, caplog):
    record = read(shared_data / FOLDER / "Unit27_Example_Corrupt.ndax")
    assert "auxiliary_channels_unread" in {f.name for f in record.findings}
    assert record.table[s.TEMPERATURE].null_count() == len(record.table)
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_temperature_comes_from_the_auxiliary_channel(shared_data):
    record = read(shared_data / FOLDER / "Unit27_Example_Data_File.ndax")
    golden = pl.read_parquet(shared_data / FOLDER / "Unit27_Example_Data_File.parquet")
    np.testing.assert_allclose(record.array(s.TEMPERATURE), golden["T1(?)"].to_numpy(), atol=0.06)
    assert "Auxiliary 2 Temperature / degC" in record.columns


def test_a_packed_file_is_refused_by_name(shared_data):
    found = sorted((shared_data / FOLDER).glob("*.nda.zip"))
    assert found
    for path in found:
        with pytest.raises(ReadError, match=r"a zip archive or an Excel file.*unpack it"):
            read(path)


def test_a_file_without_rows_is_refused(shared_data):
    with pytest.raises(ReadError, match="without a single row") as caught:
        read(shared_data / FOLDER / "empty.ndax")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["interp-test", "new_nda_file"])
@pytest.mark.parametrize("sixteenths", range(16))
def test_cut_at_every_sixteenth(instrument_file, tmp_path, name, sixteenths):
    path, golden = instrument_file(name)
    data = path.read_bytes()
    cut = tmp_path / f"cut{path.suffix}"
    cut.write_bytes(data[: len(data) * sixteenths // 16])
    try:
        record = read(cut)
    except ReadError as problem:
        text = str(problem)
        assert problem.exit_code == 2
        assert "fastnda" not in text
        assert "Traceback" not in text
        assert path.suffix == ".nda" or sixteenths == 0 or "the archive is damaged or cut" in text
        return
    # An archive has its list of files at its end and cannot be read in part;
    # a flat file keeps its whole rows and says that it is cut.
    assert path.suffix == ".nda"
    assert not record.complete
    assert "cut_file" in {f.name for f in record.findings}
    assert 0 < len(record.table) < len(golden)
    np.testing.assert_allclose(
        record.array(s.VOLTAGE), golden["Voltage(mV)"].to_numpy()[: len(record.table)] * 1e-3, atol=1e-4
    )


@pytest.mark.parametrize("name", ["interp-test", "new_nda_file"])
def test_damaged_bytes_never_end_in_a_traceback(instrument_file, tmp_path, name):
    path, _ = instrument_file(name)
    data = path.read_bytes()
    rng = np.random.default_rng(7)
    damaged = tmp_path / f"damaged{path.suffix}"
    for _ in range(60):
        changed = bytearray(data)
        for at in rng.integers(0, min(len(data), 2000), size=5):
            changed[at] = rng.integers(256)
        damaged.write_bytes(changed)
        try:
            read(damaged)
        except ReadError as problem:
            assert "fastnda" not in str(problem)


@pytest.mark.parametrize("name", ["interp-test", "new_nda_file"])
def test_content_counts_not_the_ending(instrument_file, tmp_path, name):
    path, golden = instrument_file(name)
    renamed = tmp_path / "renamed.dat"
    renamed.write_bytes(path.read_bytes())
    record = read(renamed)
    assert len(record.table) == len(golden)
    assert record.provenance.file_name == "renamed.dat"
