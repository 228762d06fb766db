"""`interlayer analyse` on single files: contract, overrules by option, refusals, nothing half-written."""

from __future__ import annotations

import json

import pytest

from tests.cli.run import assert_refused, files_in, run
from tests.writers import samples

KEYS = {"file", "files", "label", "group", "kind", "cell", "complete", "checks", "metrics", "verdict", "ccd"}


def test_one_item_a_file_with_the_keys_of_the_contract(cycling_file, eis_file):
    ran = run("analyse", cycling_file, eis_file, "--json")
    assert ran.code == 0
    items = ran.items()
    assert [item["file"] for item in items] == [cycling_file.name, eis_file.name]
    for item in items:
        assert set(item) >= KEYS
        assert {"short", "failure", "time_s", "half_cycle", "confidence", "evidence"} == set(item["verdict"])
    assert [item["kind"] for item in items] == ["symmetric cycling", "impedance"]
    # A resistor in closed form, and the arc of the written spectrum.
    ohm = [m["value"] for m in items[0]["metrics"] if m["name"] == "dc_resistance"]
    assert ohm == pytest.approx([samples.RESISTANCE_OHM] * 4, rel=1e-6)
    (r_int,) = [m["value"] for m in items[1]["metrics"] if m["name"] == "R_int"]
    assert r_int == pytest.approx(samples.R_ARC_OHM, rel=1e-3)
    assert items[0]["ccd"] is None


def test_areal_numbers_need_an_area(cycling_file):
    (item,) = run("analyse", cycling_file, "--json").items()
    assert item["area_cm2"] is None
    (item,) = run("analyse", cycling_file, "--area", "0.785 cm2", "--json").items()
    assert item["area_cm2"] == pytest.approx(0.785)


def test_a_stated_kind_wins_also_by_a_short_word(cycling_file):
    (item,) = run("analyse", cycling_file, "--kind", "CCD", "--json").items()
    assert item["kind"] == "critical current ramp"
    assert item["kind_evidence"] == ["as a person says"]


def test_the_folder_holds_report_tables_and_records(tmp_path, cycling_file):
    ran = run("analyse", cycling_file, "-o", tmp_path / "out")
    assert ran.code == 0
    found = files_in(tmp_path / "out")
    assert {"report.html", "results.json", "metrics.csv", "groups.csv", "records/cycling.parquet"} <= found
    (item,) = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert set(item) >= KEYS
    # Once more into its own folder: allowed, and the same.
    assert run("analyse", cycling_file, "-o", tmp_path / "out").code == 0
    assert files_in(tmp_path / "out") == found


def test_a_file_that_cannot_be_read_stops_no_other(tmp_path, cycling_file):
    bad = tmp_path / "bad.mpt"
    bad.write_bytes(b"nothing of this kind")
    ran = run("analyse", bad, cycling_file, "--json")
    assert ran.code == 2
    assert [item["verdict"] is None for item in ran.items()] == [True, False]
    assert "bad.mpt" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "nonsense"), "unknown kind of test"),
        (("--area", "0,785"), "area"),
        (("--cells", "none.csv", "--area", "1 cm2"), "--cells"),
        (("--cells", "none.csv"), "none.csv"),
        (("--cell", "no-such-cell"), "no-such-cell"),
    ],
)
def test_bad_options_are_refused_before_anything_is_written(tmp_path, cycling_file, words, said):
    assert_refused(run("analyse", cycling_file, *words, "-o", tmp_path / "out"), said)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_other_files_is_not_written_into(tmp_path, cycling_file):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    assert_refused(run("analyse", cycling_file, "-o", tmp_path / "thesis"), "not empty")
    assert files_in(tmp_path / "thesis") == {"chapter.txt"}


def test_an_empty_folder_says_so(tmp_path):
    (tmp_path / "empty").mkdir()
    assert_refused(run("analyse", tmp_path / "empty"), "no measurement found")
