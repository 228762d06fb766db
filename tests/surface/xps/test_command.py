"""`interlayer xps` from file to page, JSON and record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interlayer.record.store import load
from interlayer.surface.observation import of_record
from tests.cli.run import run
from tests.surface.xps.drawn import copper, cuf2, region


@pytest.fixture
def file(tmp_path: Path) -> Path:
    drawn = region("Cu 2p", (926.0, 969.0), [*cuf2(12_000.0), *copper(20_000.0)], seed=3)
    rows = [f"{e:.2f},{n:.0f}" for e, n in zip(drawn.energy_eV, drawn.intensity, strict=True)]
    path = tmp_path / "cell-3.csv"
    path.write_text("Binding Energy (eV),Cu 2p\n" + "\n".join(rows) + "\n")
    return path


def test_json_holds_the_fraction(file):
    done = run(
        "xps", str(file), "--reference", "shift=0 eV", "--unit", "counts", "--state", "cycled", "--json"
    )
    assert done.code == 0, done.err
    (item,) = json.loads(done.out)
    assert (item["technique"], item["label"], item["state"]) == ("xps", "cell-3", "cycled")
    value = {m["name"]: m for m in item["metrics"]}
    assert value["copper_not_divalent_fraction"]["value"] == pytest.approx(0.625, abs=0.03)
    assert value["copper_metal_fraction"]["value"] is None
    assert item["settings"]["background"] == "active"
    assert any("skin" in word for word in item["words"])


def test_page_and_record(file, tmp_path):
    page, keep = tmp_path / "r.html", tmp_path / "kept"
    done = run(
        "xps", str(file), "--reference", "shift=0 eV", "--cell", "C3", "-o", str(page), "--save", str(keep)
    )
    assert done.code == 0, done.err
    text = page.read_text(encoding="utf-8")
    assert "Binding energy" in text and "C3" in text
    assert {p.suffix for p in (tmp_path / "r-figures").iterdir()} >= {".svg", ".csv"}
    (record,) = keep.glob("*.parquet")
    assert of_record(load(record)).label == "C3"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--line", "Ti 2p"], "Ti 2p"),
        (["--background", "shirly"], "shirley"),
        (["--reference", "carbon"], "reference"),
        (["--recipe", "absent.toml"], "absent.toml"),
        (["--reference", "C 1s=284.8 eV"], "C 1s"),
    ],
)
def test_wrong_options_are_said_and_nothing_is_written(file, tmp_path, options, word):
    done = run("xps", str(file), *options, "-o", str(tmp_path / "r.html"))
    assert done.code == 2
    assert word in done.err
    assert not (tmp_path / "r.html").exists()
