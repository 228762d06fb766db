"""The command around the reproduction; the reproduction itself has its own tests."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from interlayer.published.ding2024 import reproduce
from interlayer.published.ding2024.reproduce import Reproduction
from tests.cli.run import assert_refused, files_in, run

ROWS = [
    {"id": "a", "quantity": "interface resistance", "cell": "ding2024/bare", "conditions": "fresh",
     "unit": "ohm", "published": 562.0, "simulated": 570.0, "low": 560.0, "high": 580.0,
     "deviation": 570.0 / 562.0 - 1.0, "satisfied": None, "role": "calibrates"},
    {"id": "b", "quantity": "critical current density", "cell": "ding2024/cuf2-20ul", "conditions": "ramp",
     "unit": "mA/cm2", "published": 1.7, "simulated": float("nan"), "low": None, "high": None,
     "deviation": None, "satisfied": "no", "role": "bound"},
]  # fmt: skip


@pytest.fixture
def reproduction(monkeypatch):
    """Replaces the simulations by two rows; returns whether all is said to have run, to be changed."""
    state = {"all_ran": True, "force": None, "ensemble": None, "seed": None}

    def replaced(out: Path, *, progress=None, force=False, ensemble=0, seed=0) -> Reproduction:
        state.update(force=force, ensemble=ensemble, seed=seed)
        out.mkdir(parents=True, exist_ok=True)
        progress("simulating", 0.4)
        (out / "report.html").write_text("<html>")
        rows = [row | ({"p05": 550.0, "p95": ">=600"} if ensemble else {}) for row in ROWS]
        notes = ("the verdict",) if ensemble else ()
        return Reproduction(rows, out / "report.html", out / "comparison.csv", state["all_ran"], 61.0, notes)

    monkeypatch.setattr(reproduce, "run", replaced)
    return state


def test_the_table_is_printed(tmp_path, reproduction):
    ran = run("reproduce", "ding2024", "--out", tmp_path / "out")
    assert ran.code == 0
    assert "+1.4 %" in ran.out
    assert "satisfied: no" in ran.out
    assert "nan" not in ran.out
    assert "report.html in 1 min 1 s" in ran.err
    assert reproduction["force"] is False
    assert (reproduction["ensemble"], reproduction["seed"]) == (0, 0)
    assert "p95" not in ran.out


def test_an_ensemble_adds_its_quantiles_and_its_verdict(tmp_path, reproduction):
    ran = run("reproduce", "ding2024", "--out", tmp_path / "out", "--ensemble", "50", "--seed", "7")
    assert (reproduction["ensemble"], reproduction["seed"]) == (50, 7)
    assert "p95" in ran.out
    assert ">=600" in ran.out
    assert "the verdict" in ran.err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--ensemble", "5", ("20 to 5000", "--ensemble 200")),
        ("--ensemble", "-1", ("20 to 5000",)),
        ("--ensemble", "many", ("--ensemble",)),
        ("--seed", "-3", ("--seed",)),
    ],
)
def test_an_ensemble_that_cannot_be_drawn_is_refused_before_anything_is_written(
    tmp_path, option, value, words
):
    """The true one: it refuses before it computes anything."""
    ran = run("reproduce", "ding2024", "--out", tmp_path / "out", option, value)
    assert_refused(ran, *words)
    assert files_in(tmp_path) == set()


def test_json_has_no_nan(tmp_path, reproduction):
    items = run("reproduce", "ding2024", "--out", tmp_path / "out", "--json", "--force").items()
    assert [item["id"] for item in items] == ["a", "b"]
    assert items[1]["simulated"] is None
    assert reproduction["force"] is True


def test_exit_code_1_if_not_everything_ran(tmp_path, reproduction):
    reproduction["all_ran"] = False
    assert run("reproduce", "ding2024", "--out", tmp_path / "out").code == 1


def test_open_shows_the_report(tmp_path, reproduction, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    run("reproduce", "ding2024", "--out", tmp_path / "out ü", "--open")
    assert shown == [(tmp_path / "out ü" / "report.html").as_uri()]


def test_other_publications_are_unknown(tmp_path):
    assert_refused(run("reproduce", "ding2023", "--out", tmp_path / "out"), "'ding2024'")
    assert files_in(tmp_path) == set()


def test_a_folder_of_other_things_is_not_overwritten(tmp_path):
    """The true one: it refuses before it computes anything."""
    (tmp_path / "thesis.docx").write_text("mine")
    began = time.monotonic()
    assert_refused(run("reproduce", "ding2024", "--out", tmp_path), "--force")
    assert time.monotonic() - began < 5
    assert files_in(tmp_path) == {"thesis.docx"}
    assert "interlayer.published.ding2024.reproduce" in sys.modules
