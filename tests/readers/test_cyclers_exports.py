"""Neware, LAND and Basytec exports: a record in closed form, written as they write it, comes back.

The record is a resistor under constant current with rests: V = I R, Q = I t in each step.
"""

from __future__ import annotations

from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import polars as pl
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from interlayer.record.record import Record
from tests.writers import cyclers, samples


def resistor() -> Record:
    """Strip, rest, plate, rest, ... for two cycles, with a step number that repeats."""
    table = samples.cycling_record(6).table
    resting = pl.col(s.STEP) % 3 == 1
    table = table.with_columns(
        pl.when(resting)
        .then(0.0)
        .otherwise(pl.when(pl.col(s.STEP) % 3 == 0).then(samples.CURRENT_A).otherwise(-samples.CURRENT_A))
        .alias(s.CURRENT),
        (pl.col(s.STEP) // 3 + 1).alias(s.CYCLE),
    ).with_columns((pl.col(s.CURRENT) * samples.RESISTANCE_OHM).alias(s.VOLTAGE))
    return Record(table=table, provenance=samples.SIMULATED, label="resistor")


TRUTH = resistor()
PASSED_AH = samples.CURRENT_A * samples.SECONDS_A_ROW * (samples.ROWS_A_STEP - 1) / 3600


def names(record):
    return {f.name for f in record.findings}


def finding(record, name):
    return next(f for f in record.findings if f.name == name)


def assert_resistor(record, *, capacity=True, labels=True):
    table, truth = record.table, TRUTH.table
    assert len(table) == len(truth)
    assert record.complete
    for label, size in ((s.TIME, 1e-5), (s.VOLTAGE, 1e-8), (s.CURRENT, 1e-10)):
        np.testing.assert_allclose(table[label], truth[label], atol=size)
    assert table[s.STEP].to_list() == truth[s.STEP].to_list()
    assert table[s.CYCLE].to_list() == truth[s.CYCLE].to_list()
    if labels:
        kinds = {1.0: "CC_Chg", -1.0: "CC_DChg", 0.0: "Rest"}
        assert table["Step Type / 1"].to_list() == [kinds[x] for x in np.sign(truth[s.CURRENT]).to_list()]
    if capacity:
        ends = table.group_by(s.STEP, maintain_order=True).last()
        assert ends[s.CHARGE_CAPACITY].to_list() == pytest.approx([PASSED_AH, 0, 0] * 2, abs=1e-12)
        assert ends[s.DISCHARGE_CAPACITY].to_list() == pytest.approx([0, 0, PASSED_AH] * 2, abs=1e-12)
    assert not {"current_sign", "capacity_disagrees", "time_backwards", "clock_disagrees", "gaps"} & names(
        record
    )


# --- Neware ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("en", "utf-8"),
        ("en", "utf-16"),
        ("zh", "utf-8-sig"),
        ("zh", "gbk"),
        ("zh", "gb18030"),
        ("zh", "utf-16"),
    ],
)
@pytest.mark.parametrize("days", ["", "d"])
def test_neware_rows(tmp_path, language, encoding, days):
    path = cyclers.neware_csv(tmp_path / "x.csv", TRUTH, language=language, encoding=encoding, days=days)
    record = read(path)
    assert record.provenance.reader == "neware_csv 1"
    assert_resistor(record)
    assert record.provenance.extra["started_local"] == "2024-11-20T11:38:41.000"
    assert record.table[s.TEMPERATURE].unique().to_list() == [25.0]
    assert record.provenance.started_unix_s is None  # the clock is local


@pytest.mark.parametrize("between", ["\t", ";"])
def test_neware_rows_between_other_delimiters(tmp_path, between):
    assert_resistor(read(cyclers.neware_csv(tmp_path / "x.txt", TRUTH, between=between)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_current_without_sign_is_signed_by_the_label_and_that_is_said(tmp_path, language):
    record = read(cyclers.neware_csv(tmp_path / "x.csv", TRUTH, language=language, signed=False))
    assert_resistor(record)
    said = finding(record, "current_signed_by_label")
    assert said.rows == 2 * samples.ROWS_A_STEP


@pytest.mark.parametrize(("language", "encoding"), [("en", "utf-8"), ("zh", "gbk")])
def test_neware_rows_of_the_older_client(tmp_path, language, encoding):
    """It prints no time of the test: that is counted from its dates."""
    record = read(cyclers.neware_bts7(tmp_path / "x.txt", TRUTH, language=language, encoding=encoding))
    assert record.provenance.reader == "neware_csv 1"
    assert_resistor(record)
    assert {"time_from_clock", "current_signed_by_label"} <= names(record)


def test_neware_workbook_with_cells_of_time_and_texts_within_the_sheet(tmp_path):
    """A time in a cell is a date near 1900; the second half lies past the leap day that Excel invented."""
    late = TRUTH.with_(
        table=TRUTH.table.with_columns(
            pl.when(pl.col(s.STEP) > 2).then(pl.col(s.TIME) + 6e6).otherwise(pl.col(s.TIME))
        )
    )
    record = read(cyclers.neware_xlsx_times(tmp_path / "x.xlsx", late))
    assert record.provenance.reader == "neware_xlsx 1"
    np.testing.assert_allclose(record.array(s.TIME), late.array(s.TIME), atol=2e-3)
    assert "clock_disagrees" not in names(record)


@pytest.mark.parametrize(("language", "encoding"), [("en", "utf-8"), ("zh", "gbk")])
@pytest.mark.parametrize("joined", [True, False])
def test_neware_in_levels(tmp_path, language, encoding, joined):
    path = cyclers.neware_levels(
        tmp_path / "x.csv", TRUTH, language=language, encoding=encoding, joined=joined
    )
    record = read(path)
    assert record.provenance.reader == "neware_csv 1"
    assert_resistor(record)
    assert "cycle, step and record" in finding(record, "levels").detail


def test_neware_in_levels_cut_within_a_row(tmp_path):
    path = cyclers.neware_levels(tmp_path / "x.csv", TRUTH)
    path.write_bytes(path.read_bytes()[:-40])
    record = read(path)
    assert len(record.table) == len(TRUTH.table) - 1
    assert not record.complete
    assert "cut_row" in names(record)


@pytest.mark.parametrize(
    "form",
    [{}, {"language": "zh"}, {"split": 30}, {"in_levels": True}, {"in_levels": True, "language": "zh"}],
)
def test_neware_workbooks(tmp_path, form):
    record = read(cyclers.neware_xlsx(tmp_path / "x.xlsx", TRUTH, **form))
    assert record.provenance.reader == "neware_xlsx 1"
    assert_resistor(record)
    assert record.provenance.extra["barcode"] == "LATP-07"
    assert record.provenance.extra["comments"] == "20 uL, 5 MPa"
    if "split" in form:
        assert finding(record, "sheet").detail.count("Detail_") == 3


def test_a_neware_workbook_without_records_is_refused(tmp_path):
    path = cyclers.workbook(
        tmp_path / "x.xlsx",
        {"cycle": [["Cycle Index"], [1]], "step": [["Step Index"], [1]], "record": [["DataPoint"], [1]]},
    )
    with pytest.raises(
        ReadError, match="without a sheet of recorded rows; its sheets: cycle, step, record"
    ) as caught:
        read(path)
    assert caught.value.exit_code == 2


def test_a_workbook_that_unpacks_to_far_more_than_a_table_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", '<workbook><sheet name="record"/></workbook>')
        archive.writestr("xl/worksheets/sheet1.xml", bytes(60_000_000))
    with pytest.raises(ReadError, match=r"zip bomb: .* unpacks to \d+ times its size"):
        read(path)


# --- LAND ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["en", "clock", "zh"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16"])
def test_landt_text(tmp_path, form, encoding):
    record = read(cyclers.landt_text(tmp_path / "x.txt", TRUTH, form=form, encoding=encoding))
    assert record.provenance.reader == "landt_text 1"
    assert_landt(record)


def assert_landt(record, **how):
    """LAND rows carry no cycle."""
    assert record.table[s.CYCLE].null_count() == len(record.table)
    assert_resistor(record.with_(table=record.table.with_columns(TRUTH.table[s.CYCLE])), **how)


def test_landt_without_sign(tmp_path):
    record = read(cyclers.landt_text(tmp_path / "x.csv", TRUTH, signed=False, between=","))
    assert_landt(record)
    assert "current_signed_by_label" in names(record)


@pytest.mark.parametrize("form", ["en", "clock", "zh"])
@pytest.mark.parametrize("blocks", [False, True])
def test_landt_workbooks(tmp_path, form, blocks):
    record = read(cyclers.landt_xlsx(tmp_path / "x.xlsx", TRUTH, form=form, blocks=blocks))
    assert record.provenance.reader == "landt_xlsx 1"
    assert_landt(record)
    assert ("rows_left_out" in names(record)) is blocks


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.cex", b"\x10\x11\x09\x88" + bytes(500)),
        ("x.dat", b"\x10\x11\x09\x88\x01"),
        ("x.ccs", b"\x00\x01" * 99),
    ],
)
def test_closed_landt_files_are_refused_by_name_with_what_to_export(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(
        ReadError, match=r"looks like a LAND \(LANHE\) file.* -> open it with LANDdt and export"
    ):
        read(path)


# --- Basytec ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_basytec(tmp_path, language, decimal):
    record = read(cyclers.basytec(tmp_path / "x.txt", TRUTH, language=language, decimal=decimal))
    assert record.provenance.reader == "basytec 1"
    assert_resistor(record, capacity=False, labels=False)
    assert set(record.table["Step Type / 1"].unique()) == {"Chg", "DChg", "Pause"}
    extra = record.provenance.extra
    assert extra["cell_name"] == "LATP 7"
    assert extra["started_local"] == "2024-11-20T11:38:41.000"
    assert "Somebody" not in str({k: v for k, v in extra.items() if k != "private"})
    assert record.table[s.TEMPERATURE].unique().to_list() == [25.0]


def test_basytec_that_ends_in_its_header(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("~Resultfile from Basytec Battery Test System\n~Battery: 7\n")
    with pytest.raises(ReadError, match="without names of columns, or without a single row"):
        read(path)


# --- damage ----------------------------------------------------------------------------------------------

WRITERS = {
    "neware": cyclers.neware_csv,
    "neware-levels": cyclers.neware_levels,
    "landt": cyclers.landt_text,
    "basytec": cyclers.basytec,
}


@pytest.mark.parametrize("name", WRITERS)
def test_cut_anywhere_it_holds_whole_rows_only_or_is_refused(tmp_path, name):
    whole = WRITERS[name](tmp_path / "whole.txt", TRUTH).read_bytes()
    path = tmp_path / "cut.txt"
    for size in np.linspace(1, len(whole) - 1, 40).astype(int):
        path.write_bytes(whole[:size])
        try:
            record = read(path)
        except ReadError as problem:
            assert problem.exit_code == 2
            continue
        n = len(record.table)
        assert n <= len(TRUTH.table)
        np.testing.assert_allclose(record.array(s.TIME), TRUTH.array(s.TIME)[:n], atol=1e-5)
        np.testing.assert_allclose(record.array(s.CURRENT), TRUTH.array(s.CURRENT)[:n], atol=1e-10)


@pytest.mark.parametrize("name", WRITERS)
def test_a_row_that_lacks_values_is_left_out_and_counted(tmp_path, name):
    path = WRITERS[name](tmp_path / "x.txt", TRUTH)
    lines = path.read_bytes().splitlines(keepends=True)
    between = b"\t" if name in ("landt", "basytec") else b","
    broken = lines[-10].rstrip(b"\r\n").rsplit(between, 4)[0] + b"\r\n"
    path.write_bytes(b"".join([*lines[:-10], broken, *lines[-9:]]))
    record = read(path)
    assert len(record.table) == len(TRUTH.table) - 1
    assert finding(record, "short_rows").rows == 1
