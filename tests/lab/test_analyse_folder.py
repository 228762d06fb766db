"""A laboratory's folder from files to verdicts and groups, against the truth that it was written with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.run import run
from tests.lab.folder import CURRENT_A, Lab, fill_in, write_lab


@pytest.fixture(scope="module")
def analysed(tmp_path_factory) -> tuple[Lab, dict, Path]:
    folder = tmp_path_factory.mktemp("laboratory")
    lab = write_lab(folder / "data")
    assert run("collect", folder / "data", "-o", folder / "cells.csv").code == 0
    fill_in(folder / "cells.csv", lab)
    ran = run("analyse", folder / "data", "--cells", folder / "cells.csv", "--json", "-o", folder / "out")
    assert ran.code == 0, ran.err
    return lab, {item["label"]: item for item in ran.items()}, folder / "out"


def test_every_cell_has_its_hours(analysed):
    lab, items, _ = analysed
    assert set(items) == set(lab.truth)
    for label, truth in lab.truth.items():
        assert items[label]["hours_under_test"] == pytest.approx(truth.under_test, abs=1e-5), label


def test_verdicts_are_those_that_were_written(analysed):
    lab, items, _ = analysed
    for label, truth in lab.truth.items():
        verdict = items[label]["verdict"]
        if truth.half_cycles == 0:
            # Voltage alone: it may be judged or not, but the evidence says what is missing.
            assert verdict["short"] in ("none", "unknown"), label
            assert any("current is unknown" in line for line in verdict["evidence"])
            continue
        assert (verdict["short"], verdict["failure"]) == (truth.short, "none"), (label, verdict)
        if truth.short_half_cycle is not None:
            assert abs(verdict["half_cycle"] - truth.short_half_cycle) <= 1, label
            assert verdict["evidence"]
        assert 0.0 <= verdict["confidence"] <= 1.0


def test_overpotential_is_that_of_the_resistor(analysed):
    """500 ohm at 0.0785 mA, drifting by 1 % in 20 h."""
    _, items, _ = analysed
    values = [m["value"] for m in items["CuF2-3"]["metrics"] if m["name"] == "plateau_overpotential"]
    expected = CURRENT_A * 500.0 * (1 + (np.arange(20) + 0.57) / 2000.0) * 1e3
    assert values == pytest.approx(expected, rel=3e-3)


def test_groups_hold_all_cells_but_the_excluded_one(analysed):
    lab, _, out = analysed
    rows = (out / "groups.csv").read_text(encoding="utf-8").splitlines()
    heads = rows[0].split(",")
    of = {}
    for line in rows[1:]:
        values = dict(zip(heads, line.split(",", len(heads) - 1), strict=True))
        of[values["group"], values["quantity"]] = values
    assert int(of["PEO", "hours under test"]["n"]) == 2
    assert int(of["CuF2", "hours under test"]["n"]) == 3
    hours = [lab.truth[f"CuF2-{k}"].under_test for k in (1, 2, 3)]
    assert float(of["CuF2", "hours under test"]["median"]) == pytest.approx(np.median(hours), abs=1e-5)
    assert float(of["CuF2", "hours under test"]["sd"]) == pytest.approx(np.std(hours, ddof=1), abs=1e-4)
    # One of three bare cells and one of three with ZnO shorted: two times are lower bounds.
    assert (of["bare", "time to failure"]["censored"], of["ZnO", "time to failure"]["censored"]) == ("2", "2")
    assert of["bare", "time to failure"]["mean"] == ""


def test_the_excluded_cell_keeps_its_reason(analysed):
    lab, items, _ = analysed
    assert items["PEO-3"]["excluded"] == lab.truth["PEO-3"].excluded == "pellet broke"
    assert [label for label, item in items.items() if item["excluded"]] == ["PEO-3"]


def test_the_page_and_the_files_agree_with_the_items(analysed):
    _, items, out = analysed
    stored = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert {one["label"]: one["verdict"] for one in stored} == {k: v["verdict"] for k, v in items.items()}
    assert len(list((out / "records").glob("*.parquet"))) == len(items)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert all(label in page for label in items)


def test_one_item_a_cell_with_the_keys_of_the_contract(analysed):
    _, items, _ = analysed
    keys = {
        "file",
        "files",
        "label",
        "group",
        "kind",
        "cell",
        "complete",
        "checks",
        "metrics",
        "verdict",
        "ccd",
    }
    for item in items.values():
        assert keys <= set(item)
        assert set(item["verdict"]) == {"short", "failure", "time_s", "half_cycle", "confidence", "evidence"}
        assert all({"name", "value", "unit", "uncertainty", "evidence"} <= set(m) for m in item["metrics"])
