"""Numbers from records and instrument files."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.run import assert_refused, files_in, run
from tests.writers import samples

KEYS = [
    "record",
    "label",
    "name",
    "value",
    "unit",
    "uncertainty",
    "half_cycle",
    "time_s",
    "bound",
    "evidence",
    "cycle",
]


def values(items, name):
    return [item["value"] for item in items if item["name"] == name]


def test_json_items_have_the_keys_of_the_contract(cycling_file):
    ran = run("metrics", cycling_file, "--json")
    assert ran.code == 0
    items = ran.items()
    for item in items:
        assert list(item) == KEYS
        assert item["bound"] in (None, ">=", "<=")
        assert isinstance(item["evidence"], list)
        assert all(isinstance(line, str) for line in item["evidence"])
    # A resistor in closed form: V = I R.
    assert values(items, "dc_resistance") == pytest.approx([samples.RESISTANCE_OHM] * 4, rel=1e-6)


def test_without_an_area_areal_numbers_are_null_and_say_how_to_get_them(cycling_file):
    items = run("metrics", cycling_file, "--json").items()
    (asr,) = [item for item in items if item["name"] == "dc_asr"]
    assert asr["value"] is None
    assert any('no area: give --cell or --area "0.785 cm2"' in line for line in asr["evidence"])
    items = run("metrics", cycling_file, "--area", "0.785 cm2", "--json").items()
    assert values(items, "dc_asr") == pytest.approx([samples.RESISTANCE_OHM * 0.785] * 4, rel=1e-6)


def test_a_measured_file_and_its_record_give_the_same_numbers(tmp_path, eis_file):
    run("read", eis_file, "-o", tmp_path / "eis.parquet")
    of_file = run("metrics", eis_file, "--json").items()
    of_record = run("metrics", tmp_path / "eis.parquet", "--json").items()
    # Closed form: the arc of 340 ohm and 0.2 uF.
    assert values(of_file, "R_int") == pytest.approx([samples.R_ARC_OHM], rel=1e-3)
    assert [i["value"] for i in of_file] == [i["value"] for i in of_record]


def test_a_simulated_record_goes_the_same_way(simulated):
    items = run("metrics", simulated / "record.parquet", "--json").items()
    assert len(values(items, "plateau_overpotential")) == 4
    assert len(values(items, "R_int")) == 2
    assert all(item["label"] == "my cell" for item in items)


def test_csv_to_the_screen_and_to_a_file(tmp_path, cycling_file):
    ran = run("metrics", cycling_file, "--csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert list(rows[0]) == KEYS
    numbers = [float(row["value"]) for row in rows if row["name"] == "dc_resistance"]
    assert numbers == pytest.approx([samples.RESISTANCE_OHM] * 4, rel=1e-6)
    assert {row["value"] for row in rows if row["name"] == "dc_asr"} == {""}
    out = tmp_path / "m.csv"
    silent = run("metrics", cycling_file, "-o", out)
    assert silent.out == ""
    assert out.read_text("utf-8") == ran.out
    assert_refused(run("metrics", cycling_file, "-o", out), "exists already", "--force")


def test_json_to_a_file(tmp_path, cycling_file):
    out = tmp_path / "m.json"
    assert run("metrics", cycling_file, "-o", out).code == 0
    assert json.loads(out.read_text("utf-8")) == run("metrics", cycling_file, "--json").items()
    assert_refused(run("metrics", cycling_file, "-o", tmp_path / "m.txt"), ".csv or .json")
    assert_refused(run("metrics", cycling_file, "--json", "--csv"), "--json and --csv")
    assert_refused(run("metrics", cycling_file, "--json", "-o", tmp_path / "m.csv"), ".json")
    assert files_in(tmp_path) == {cycling_file.name, "m.json"}


def test_people_see_half_cycles_summed_up(cycling_file):
    short, whole = run("metrics", cycling_file).out, run("metrics", cycling_file, "--all").out
    assert short.count("plateau_overpotential") == 1
    assert whole.count("plateau_overpotential") == 4
    assert "510" in short
    assert 'no area: give --cell or --area "0.785 cm2"' in short


def test_each_input_has_its_own_items(tmp_path, cycling_file, eis_file):
    bad = tmp_path / "bad.mpt"
    bad.write_bytes(b"\0\1\2")
    ran = run("metrics", cycling_file, bad, eis_file, "--json")
    assert ran.code == 2
    assert "bad.mpt" in ran.err
    assert {item["record"] for item in ran.items()} == {"cycling.mpt", "eis.mpt"}
