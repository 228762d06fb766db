"""Instrument files into records."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from interlayer.record import store
from tests.cli.run import assert_refused, files_in, run
from tests.writers import samples, spectra
from tests.writers.mpt import write_mpt


def test_without_an_output_it_says_what_is_in_the_file_and_stores_nothing(tmp_path, cycling_file):
    ran = run("read", cycling_file)
    assert ran.code == 0
    assert "biologic_mpt" in ran.out
    assert "48 in time" in ran.out
    assert 'unknown: give --cell or --area "0.785 cm2"' in ran.out
    assert files_in(tmp_path) == {cycling_file.name}


def test_one_file_becomes_one_record(tmp_path, cycling_file):
    out = tmp_path / "r.parquet"
    ran = run("read", cycling_file, "--area", "0.785 cm2", "--label", "Zelle ü", "-o", out)
    assert ran.code == 0, ran.err
    record = store.load(out)
    assert record.label == "Zelle ü"
    assert record.area_m2 == pytest.approx(0.785e-4)
    assert record.array("Voltage / V")[0] == pytest.approx(samples.CURRENT_A * samples.RESISTANCE_OHM)
    assert str(out) in ran.err
    assert_refused(run("read", cycling_file, "-o", out), "exists already", "--force")
    assert run("read", cycling_file, "-o", out, "--force").code == 0


def test_the_cell_gives_area_and_label(tmp_path, cycling_file):
    cell = tmp_path / "cell.toml"
    cell.write_text('format = "interlayer-cell/1"\nlabel = "A7"\ndiameter = "10 mm"\n')
    ran = run("read", cycling_file, "--cell", cell, "--json")
    (item,) = ran.items()
    assert item["label"] == "A7"
    assert item["area_cm2"] == pytest.approx(0.7853982, rel=1e-6)
    assert item["wrote"] is None
    assert_refused(run("read", cycling_file, "--cell", cell, "--area", "2 cm2"), "two areas")


def test_several_files_fill_a_folder_with_names_from_their_labels(tmp_path, cycling_file, eis_file):
    out = tmp_path / "records"
    ran = run("read", cycling_file, eis_file, "-o", out, "--json")
    assert ran.code == 0, ran.err
    assert [item["record"] for item in ran.items()] == ["cycling.mpt", "eis.mpt"]
    assert files_in(out) == {".interlayer-records", "cycling.parquet", "eis.parquet"}
    again = run("read", cycling_file, eis_file, "-o", out)
    assert again.code == 2
    assert "exists already" in again.err
    assert run("read", cycling_file, eis_file, "-o", out, "--force").code == 0


def test_equal_labels_get_different_names(tmp_path, cycling_file, eis_file):
    cell = tmp_path / "cell.toml"
    cell.write_text('format = "interlayer-cell/1"\nlabel = "Li/LATP: 20 uL"\n')
    assert run("read", cycling_file, eis_file, "--cell", cell, "-o", tmp_path / "out").code == 0
    names = {"Li-LATP-20-uL.parquet", "Li-LATP-20-uL-2.parquet"}
    assert files_in(tmp_path / "out") == {".interlayer-records", *names}


def test_a_label_belongs_to_one_file(tmp_path, cycling_file, eis_file):
    assert_refused(run("read", cycling_file, eis_file, "--label", "x", "-o", tmp_path / "out"), "--label")


def test_a_folder_of_other_things_is_not_filled(tmp_path, cycling_file):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.docx").write_text("mine")
    assert_refused(run("read", cycling_file, "-o", theirs), "theirs", "--force")
    assert_refused(run("read", cycling_file, "-o", f"{theirs}/"), "theirs", "--force")
    assert files_in(theirs) == {"thesis.docx"}
    assert run("read", cycling_file, "-o", theirs, "--force").code == 0
    assert files_in(theirs) == {"thesis.docx", ".interlayer-records", "cycling.parquet"}
    assert (theirs / "thesis.docx").read_text() == "mine"


def test_a_file_is_not_replaced_by_a_folder(tmp_path, cycling_file, eis_file):
    (tmp_path / "taken").write_text("mine")
    assert_refused(run("read", cycling_file, eis_file, "-o", tmp_path / "taken", "--force"), "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_one_bad_file_among_several_is_named_and_the_others_are_read(tmp_path, cycling_file):
    bad = tmp_path / "bad.mpt"
    bad.write_bytes(b"\0\1\2")
    ran = run("read", bad, cycling_file, "-o", tmp_path / "out", "--json")
    assert ran.code == 2
    assert "bad.mpt" in ran.err
    assert [item["record"] for item in ran.items()] == ["cycling.mpt"]
    assert files_in(tmp_path / "out") == {".interlayer-records", "cycling.parquet"}


def test_only_bad_files_leave_no_folder(tmp_path):
    (tmp_path / "a.mpt").write_bytes(b"\0")
    (tmp_path / "b.mpt").write_bytes(b"\0")
    assert run("read", tmp_path / "a.mpt", tmp_path / "b.mpt", "-o", tmp_path / "out").code == 2
    assert files_in(tmp_path) == {"a.mpt", "b.mpt"}


def test_an_input_is_never_written_over(tmp_path, cycling_file):
    record = tmp_path / "r.parquet"
    run("read", cycling_file, "-o", record)
    before = record.read_bytes()
    assert_refused(run("read", record, "--area", "1 cm2", "-o", record, "--force"), "one of the inputs")
    assert record.read_bytes() == before


def test_private_facts_stay_out_unless_asked_for(tmp_path, cycling_file):
    run("read", cycling_file, "-o", tmp_path / "clean.parquet")
    run("read", cycling_file, "-o", tmp_path / "all.parquet", "--keep-private")
    clean, everything = ((tmp_path / f"{n}.parquet").read_bytes() for n in ("clean", "all"))
    assert b"Somebody" not in clean
    assert b"Somebody" in everything
    assert str(tmp_path).encode() not in clean


@pytest.mark.parametrize("name", ["Zyklen bei 25 °C", "Größe ü", "循环测试", "a'b", "x [1]"])
def test_paths_of_other_languages(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    file = write_mpt(folder / f"{name}.mpt", samples.cycling_record())
    (item,) = run("read", file, "-o", folder / f"{name}.parquet", "--json").items()
    assert item["label"] == name
    assert store.load(folder / f"{name}.parquet").label == name
    (again,) = run("read", folder / f"{name}.parquet", "--json").items()
    assert again["rows"] == item["rows"] == 48


def test_ctrl_c_while_reading(tmp_path, cycling_file, monkeypatch):
    """The interrupt arrives while the file is being read: nothing is left behind."""

    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["interlayer.readers.read"], "choose", interrupted)
    ran = run("read", cycling_file, "-o", tmp_path / "r.parquet")
    assert ran.code == 130
    assert "Traceback" not in ran.err
    assert files_in(tmp_path) == {"cycling.mpt"}


def test_real_files(tmp_path, shared_data: Path):
    folder = shared_data / "a_eis" / "ixdat_biologic_loop"
    files = [
        folder / f"{name}_C01.mpt"
        for name in ("dataset_with_loop_01_05_PEIS_DUSB0", "multiple_techniques_dataset_01_04_CP")
    ]
    ran = run("read", *files, "-o", tmp_path / "out", "--json")
    assert ran.code == 0, ran.err
    eis, cycling = ran.items()
    assert eis["spectra"] > 0
    assert cycling["rows"] > 0


def test_conditions_that_a_file_states_are_shown(tmp_path):
    """Of a PalmSens session with its start in UTC, of a Gamry file its clock and the bias of its points."""
    session = spectra.pssession(tmp_path / "a.pssession", [spectra.sample()])
    gamry = spectra.gamry(tmp_path / "b.DTA", *spectra.sample())
    zahner = spectra.ism(tmp_path / "c.ism", *spectra.sample())
    ran = run("read", session, gamry, zahner, "--json")
    assert ran.code == 0, ran.err
    items = ran.items()
    assert [i["started"] for i in items] == ["2024-11-20T11:38:41+00:00", *["2024-11-20T11:38:41.000"] * 2]
    assert [i["temperature_C"] for i in items] == [None, None, 25.0]
    assert [i["dc_bias_V"] for i in items] == pytest.approx([spectra.BIAS_V] * 3)
    assert "temperature  25 degC" in run("read", zahner).out


def test_what_a_table_does_not_say_can_be_said(tmp_path):
    f, z = spectra.sample()
    table = spectra.table(
        tmp_path / "x.csv", {"a": -z.imag, "b": f / 1e3, "c": z.real, "d": 0 * f}, names=False
    )
    refused = run("read", table)
    assert_refused(refused, "4 columns of numbers without names", '--columns "frequency,real,imaginary"')
    out = tmp_path / "x.parquet"
    columns = "-imaginary,frequency kHz,real,skip"
    assert run("read", table, "--columns", columns, "-o", out).code == 0
    assert store.load(out).spectra[0].impedance_ohm == pytest.approx(z, rel=1e-6)
    assert_refused(run("read", table, "--imaginary", "no"), "minus: it stores -Z''")
    assert_refused(run("read", table, "--columns", "f"), "column 'f' is not known")
