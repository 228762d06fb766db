"""`interlayer export`: tables for other programs, a workbook, and the bundle for a supporting information."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile

import polars as pl
import pytest

from interlayer.export import bundle
from interlayer.record import schema as s
from interlayer.record import store
from interlayer.report.lab_page import lab_page
from tests.cli.run import assert_refused, files_in, run
from tests.report.synthetic import ramp
from tests.writers import samples

PRIVATE = ("C:\\Users\\anna", "/home/anna", "192.168.7.9", "SN 4711")


@pytest.fixture
def record_file(tmp_path):
    """A record whose provenance holds what belongs to nobody else."""
    record = samples.cycling_record()
    source = record.provenance
    extra = {
        "instrument": "VMP3 (SN 4711)",
        "comments": "saved to C:\\Users\\anna\\x.mpr on 192.168.7.9",
        "private": {"user": "anna"},
    }
    made = record.with_(
        label="resistor <b>",
        provenance=type(source)(
            "measured", file_name="/home/anna/x.mpr", reader="biologic_mpr 1", extra=extra
        ),
    )
    return store.save(made, tmp_path / "r.parquet", keep_private=True)


@pytest.fixture
def ramp_file(tmp_path):
    return store.save(ramp("ramp", [0.1, 0.2, 0.3], fails_at=0.3), tmp_path / "ramp.parquet")


def test_csv_and_bdf_hold_the_numbers_of_the_record(tmp_path, record_file):
    assert run("export", record_file, "--to", "csv", "-o", tmp_path / "r.csv").code == 0
    assert run("export", record_file, "--to", "bdf", "-o", tmp_path / "r.bdf.csv").code == 0
    mine = pl.read_csv(tmp_path / "r.csv")
    bdf = pl.read_csv(tmp_path / "r.bdf.csv")
    table = samples.cycling_record().table
    for read in (mine, bdf):
        for name in (s.TIME, s.VOLTAGE, s.CURRENT):
            assert read[name].to_list() == table[name].to_list()
    assert s.FREQUENCY not in mine.columns


def test_several_records_go_into_a_folder(tmp_path, record_file, ramp_file):
    out = tmp_path / "tables"
    assert run("export", record_file, ramp_file, "--to", "csv", "-o", out).code == 0
    assert {"ramp.csv", "resistor-b.csv"} <= files_in(out)
    assert_refused(run("export", record_file, ramp_file, "--to", "csv", "-o", out), "--force")


def test_a_workbook_has_a_sheet_a_record(tmp_path, record_file, ramp_file):
    fastexcel = pytest.importorskip("fastexcel")
    out = tmp_path / "all.xlsx"
    assert run("export", record_file, ramp_file, "--to", "xlsx", "-o", out).code == 0
    book = fastexcel.read_excel(out)
    assert book.sheet_names == ["cells", "metrics", "resistor <b>", "ramp"]
    sheet = book.load_sheet("resistor <b>").to_polars()
    assert sheet[s.VOLTAGE].to_list() == pytest.approx(samples.cycling_record().table[s.VOLTAGE].to_list())
    again = tmp_path / "again.xlsx"
    run("export", record_file, ramp_file, "--to", "xlsx", "-o", again)
    assert out.read_bytes() == again.read_bytes()


def test_without_the_extra_a_workbook_is_refused_politely(tmp_path, record_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ran = run("export", record_file, "--to", "xlsx", "-o", tmp_path / "x.xlsx")
    assert_refused(ran, 'pip install "interlayer[xlsx]"', "--to csv")
    assert not (tmp_path / "x.xlsx").exists()


@pytest.fixture
def one_figure(monkeypatch):
    """Figures take nearly all of a bundle's time: one of them stands for all."""

    def only(*args, **options):
        page, figures = lab_page(*args, **options)
        return page, tuple(one for one in figures if one.id == "c2-critical-current")

    monkeypatch.setattr(bundle, "lab_page", only)


def test_the_bundle_is_whole_and_the_same_each_time(tmp_path, record_file, ramp_file, one_figure):
    out, again = tmp_path / "a.zip", tmp_path / "b.zip"
    assert run("export", record_file, ramp_file, "--to", "zip", "-o", out).code == 0
    with zipfile.ZipFile(out) as packed:
        names = packed.namelist()
        content = {name: packed.read(name) for name in names}
    assert names == sorted(names)
    assert {
        "README.txt", "cells.csv", "metrics.csv", "results.json", "methods.txt", "supporting-table.csv",
        "supporting-table.html", "records/ramp.parquet", "figures/c2-critical-current.svg",
    } <= set(names)  # fmt: skip
    assert all(f"{name[:-4]}.csv" in names for name in names if name.endswith(".svg"))
    readme = content["README.txt"].decode()
    for name in names:
        if name != "README.txt":
            assert f"{hashlib.sha256(content[name]).hexdigest()}  {name}" in readme
    assert "c2  ramp" in readme and "biologic_mpr 1" in readme

    text = b"".join(content.values()).decode("utf-8", "replace")
    for secret in (*PRIVATE, "anna"):
        assert secret not in text, secret
    assert "<b>" not in content["supporting-table.html"].decode()

    rows = list(csv.DictReader(io.StringIO(content["supporting-table.csv"].decode())))
    assert rows[0]["last passed"] == "mA/cm2"
    of_ramp = next(row for row in rows if row["cell"] == "ramp")
    # Declared by the record.
    assert (float(of_ramp["last passed"]), float(of_ramp["first failed"])) == pytest.approx((0.2, 0.3))
    assert float(of_ramp["area"]) == pytest.approx(0.785)
    items = json.loads(content["results.json"])
    assert [item["label"] for item in items] == ["resistor <b>", "ramp"]

    assert run("export", record_file, ramp_file, "--to", "zip", "-o", again).code == 0
    assert out.read_bytes() == again.read_bytes()
    assert {p for p in files_in(tmp_path) if p.startswith(".")} == set()


def test_a_bundle_of_nothing_is_not_written(tmp_path, record_file):
    before = files_in(tmp_path)
    ran = run("export", record_file, tmp_path / "none.mpt", "--to", "zip", "-o", tmp_path / "x.zip")
    assert_refused(ran, "none.mpt", "nothing was written")
    assert files_in(tmp_path) == before
