"""Inputs that cannot be used: a short message with the corrected line, exit code 2, nothing left behind."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.cli.run import assert_refused, files_in, run
from tests.writers import samples
from tests.writers.mpt import write_mpt

CELL = """format = "interlayer-cell/1"
label = "x"
area = "0.785 cm2"

[electrolyte]
material = "LATP"
thickness = "0.5 mm"

[coating]
material = "cuf2-pvdf"
thickness = "15 um"
"""

DESCRIPTIONS = {
    "wrong unit": ('thickness = "15 um"', 'thickness = "15 S"', ("cell.toml line 11", '"15 um"')),
    "no unit": ('thickness = "15 um"', "thickness = 15", ("cell.toml line 11", '"15 um"')),
    "unknown key": ("material = \"LATP\"", 'material = "LATP"\nthicknes = "1 mm"',
                    ("cell.toml line 7", "'thicknes'", "'thickness'")),
    "decimal comma": ('area = "0.785 cm2"', "area = 0,785", ("cell.toml line 3", 'write area = "0.785 cm2"')),
    "decimal comma in text": ('"0.785 cm2"', '"0,785 cm2"', ("cell.toml line 3", 'area = "0.785 cm2"')),
    "Windows path": ('label = "x"', 'label = "C:\\Users\\me\\x"',
                     ("cell.toml line 2", "write label = 'C:\\Users\\me\\x'")),
    "negative thickness": ('thickness = "15 um"', 'thickness = "-15 um"', ("cell.toml line 11", '"15 um"')),
    "no area": ('area = "0.785 cm2"', "", ("area", 'area = "0.785 cm2"')),
    "hostile arithmetic": ('"0.785 cm2"', '"9**9**9 m"', ("cell.toml line 3", "area")),
    "unknown material": ('"LATP"', '"LATPX"', ("LATP",)),
}  # fmt: skip


@pytest.mark.parametrize("case", DESCRIPTIONS)
def test_a_cell_that_cannot_be_simulated(tmp_path, case):
    old, new, words = DESCRIPTIONS[case]
    assert CELL.count(old) >= 1
    cell = tmp_path / "cell.toml"
    cell.write_text(CELL.replace(old, new, 1), encoding="utf-8")
    assert_refused(run("simulate", cell, "eis", "-o", tmp_path / "x.parquet"), *words)
    assert files_in(tmp_path) == {"cell.toml"}


PROTOCOLS = {
    "nonsense step": ("Plate at 0.1 mA/cm2 during 1 hour", ("protocol.toml line 4", "during")),
    "wrong unit": ("Plate at 0.1 mm for 1 hour", ("protocol.toml line 4", "0.1 mm")),
    "endless": ("Plate at 0.1 mA/cm2", ("protocol.toml line 4", "for 1 hour")),
    "C-rate without a cathode": ("Charge at 0.5C for 1 hour", ("C-rate",)),
}


@pytest.mark.parametrize("case", PROTOCOLS)
def test_a_protocol_that_cannot_be_run(tmp_path, case):
    step, words = PROTOCOLS[case]
    protocol = tmp_path / "protocol.toml"
    protocol.write_text(
        f'format = "interlayer-protocol/1"\nlabel = "x"\nsteps = [\n  "{step}",\n]\n', "utf-8"
    )
    assert_refused(run("simulate", "ding2024/bare", protocol, "-o", tmp_path / "x.parquet"), *words)
    assert files_in(tmp_path) == {"protocol.toml"}


@pytest.mark.parametrize(
    ("cell", "protocol", "words"),
    [
        ("ding2024/bar", "eis", ("'ding2024/bar'", "'ding2024/bare'")),
        ("ding2024/bare", "ies", ("'ies'", "'eis'")),
        ("absent.toml", "eis", ("absent.toml", "no such file")),
        ("ding2024/bare", "absent.toml", ("absent.toml", "no such file")),
    ],
)
def test_names_that_do_not_exist_offer_the_nearest(tmp_path, cell, protocol, words):
    assert_refused(run("simulate", cell, protocol, "-o", tmp_path / "x.parquet"), *words)
    assert files_in(tmp_path) == set()


def test_a_description_under_another_ending(tmp_path):
    (tmp_path / "cell.txt").write_text(CELL)
    assert_refused(run("simulate", tmp_path / "cell.txt", "eis", "-o", tmp_path / "x.parquet"), "cell.toml")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut_inside_its_header(path: Path) -> None:
    write_mpt(path, samples.cycling_record())
    path.write_bytes(path.read_bytes()[:300])


def _no_time(path: Path) -> None:
    write_mpt(path, samples.cycling_record(), columns=("Ns", "cycle number"))


def _no_frequency(path: Path) -> None:
    write_mpt(path, samples.eis_record(), columns=("Re(Z)/Ohm", "-Im(Z)/Ohm"))


def _random(path: Path) -> None:
    path.write_bytes(random.Random(path.suffix).randbytes(3000))


FILES = {
    "empty.mpt": _empty,
    "empty.ndax": _empty,
    "empty.parquet": _empty,
    "cut.mpt": _cut_inside_its_header,
    "no time.mpt": _no_time,
    "no frequency.mpt": _no_frequency,
    **{f"random{ending}": _random for ending in (".mpt", ".ndax", ".nda", ".parquet", ".toml", ".xlsx", "")},
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["read", "metrics", "report"])
def test_a_file_that_cannot_be_read(tmp_path, command, name):
    FILES[name](tmp_path / name)
    out = {"read": "r.parquet", "metrics": "m.csv", "report": "r.html"}[command]
    ran = run(command, tmp_path / name, "-o", tmp_path / out)
    if command == "metrics":
        assert ran.code == 2
        assert "Traceback" not in ran.err
    else:
        assert_refused(ran, name)
        assert files_in(tmp_path) == {name}


@pytest.mark.parametrize("command", ["read", "metrics"])
def test_an_area_that_is_none(tmp_path, cycling_file, command):
    assert_refused(run(command, cycling_file, "--area", "0,785 cm2"), "--area", '"0.785 cm2"')
    assert_refused(run(command, cycling_file, "--area", "0.785"), "--area", '"0.785 cm2"')
    assert_refused(run(command, cycling_file, "--area", "1 mm"), "--area", "area")
    assert_refused(run(command, cycling_file, "--area", "-1 cm2"), "area")
    assert files_in(tmp_path) == {cycling_file.name}


def test_a_missing_file_and_a_folder(tmp_path):
    assert_refused(run("read", tmp_path / "absent.mpt"), "absent.mpt", "no such file")
    assert_refused(run("read", tmp_path), "folder")
    assert_refused(run("read", ""), "name of a file")
    assert_refused(run("read", "a\0b"), "file")
