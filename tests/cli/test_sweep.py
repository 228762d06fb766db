"""`interlayer sweep`: dry run, run, resume, and what is refused before anything is computed."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tests.cli.run import assert_refused, files_in, run
from tests.sweep.plans import SMALL


@pytest.fixture
def plan(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text(SMALL)
    return file


def test_a_dry_run_says_how_much_it_is_and_writes_nothing(plan, tmp_path):
    ran = run("sweep", plan, "--dry-run", "--workers", "2")
    assert ran.code == 0, ran.err
    for word in ("10", "3 of 4 points", "min"):
        assert word in ran.out
    assert files_in(tmp_path) == {"plan.toml"}
    (found,) = run("sweep", plan, "--dry-run", "--json").items()
    assert (found["points"], found["chunks"], found["width"], found["steps"]) == (10, 3, 4, 2)


def test_a_sweep_is_done_and_then_there_is_nothing_left_to_do(plan, tmp_path):
    out = tmp_path / "out"
    ran = run("sweep", plan, "-o", out, "--workers", "1", "--json")
    assert ran.code == 0, ran.err
    (done,) = ran.items()
    assert (done["points"], done["chunks"], done["found"], done["failed"]) == (10, 3, 0, 0)
    assert done["cycles"] == 10
    assert len(pl.read_parquet(out / "chunks" / "*.parquet")) == 10
    again = run("sweep", plan, "-o", out)
    assert again.code == 0
    assert "3 of 3 chunks were there before" in again.err
    assert json.loads((out / "plan.json").read_text())["width"] == 4


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("coating.thickness", "coating.thikness", ("thikness",)),
        ('"32 um"', '"32 mA"', ("plan.toml line 14", "length")),
        ("width = 4", "width = -4", ("plan.toml line 7", "width = -4")),
        ("cuf2-20ul", "cuf2-99ul", ("unknown cell",)),
    ],
)
def test_a_faulty_plan_exits_with_2_and_leaves_nothing(plan, tmp_path, old, new, words):
    plan.write_text(SMALL.replace(old, new))
    assert_refused(run("sweep", plan, "-o", tmp_path / "out"), *words)
    assert files_in(tmp_path) == {"plan.toml"}


def test_other_refusals(plan, tmp_path):
    assert_refused(run("sweep", plan), "needs a folder", "-o")
    assert_refused(run("sweep", tmp_path / "none.toml", "-o", tmp_path / "out"), "no such file")
    assert_refused(run("sweep", plan, "-o", tmp_path / "out", "--on", "moon"), "tcp://HOST:PORT")
    assert_refused(run("sweep", plan, "-o", tmp_path / "out", "--workers", "0"), "--workers")
    assert_refused(
        run("sweep", plan, "-o", tmp_path / "o", "--on", "tcp://x:1", "--workers", "2"), "leave it out"
    )
