"""`interlayer wetting` on files: what it writes, what it refuses, and real photographs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from interlayer.cli.app import app
from interlayer.record.store import load
from interlayer.surface.observation import of_record
from tests.surface.wetting.test_measure import drop

PHOTOGRAPHS = Path(__file__).parents[3].parent / "shared/data/d_characterisation/contact_angle_dropletscript"


def run(*arguments):
    return CliRunner().invoke(app, ["wetting", *map(str, arguments)])


def test_json_page_and_record(tmp_path):
    image, truth = drop()
    Image.fromarray(image).save(tmp_path / "a.png")
    ran = run(
        tmp_path / "a.png", "--json", "-o", tmp_path / "a.html", "--save", tmp_path / "kept",
        "--cell", "A1", "--state", "coated", "--surface-tension", "0.398 +- 0.01 N/m",
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    (item,) = json.loads(ran.stdout)
    values = {m["name"]: m["value"] for m in item["metrics"]}
    assert values["contact_angle"] == pytest.approx(truth.angle_deg, abs=1.0)
    assert values["work_of_adhesion"] == pytest.approx(
        0.398 * (1 + np.cos(np.radians(values["contact_angle"])))
    )
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "data:image/svg+xml" in page
    (kept,) = (tmp_path / "kept").glob("*.parquet")
    assert of_record(load(kept)).as_dict()["label"] == "A1"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.jpg", None, "no image"),
        ("text.png", b"Time,Voltage\n0,1\n", "no image"),
        ("empty.png", b"", "no image"),
    ],
)
def test_what_is_no_image_is_refused(tmp_path, name, content, said):
    path = tmp_path / name
    if content is None:
        Image.fromarray(drop()[0]).save(path)
        path.write_bytes(path.read_bytes()[:300])
    else:
        path.write_bytes(content)
    ran = run(path, "-o", tmp_path / "x.html")
    assert ran.exit_code == 2
    assert said in ran.output
    assert not (tmp_path / "x.html").exists()


def test_a_bomb_is_refused_unopened(tmp_path):
    path = tmp_path / "large.png"
    Image.new("1", (30_000, 30_000)).save(path)
    ran = run(path)
    assert ran.exit_code == 2
    assert "pixels" in ran.output


def test_wrong_options_are_said(tmp_path):
    Image.fromarray(drop()[0]).save(tmp_path / "a.png")
    for option, value in (
        ("--region", "1,2,3"),
        ("--region", "0,0,99999,10"),
        ("--baseline", "5,5,5,5"),
        ("--surface-tension", "0.4 V"),
        ("--surface-tension", "-1 N/m"),
    ):
        ran = run(tmp_path / "a.png", option, value)
        assert ran.exit_code == 2, (option, value, ran.output)
        assert option in ran.output


@pytest.mark.parametrize(
    ("name", "width_px", "height_px"), [("copper1.jpg", 211.0, 91.0), ("teflon1.jpg", 192.0, 67.5)]
)
def test_real_photographs(name, width_px, height_px):
    """No angle is published with them; width and height were read off the photographs.

    The spherical cap that they make, 2 atan(2 h/w), is too small by what gravity does: some degrees in such drops.
    """
    path = PHOTOGRAPHS / name
    if not path.exists():
        pytest.skip("shared data absent")
    ran = run(path, "--json")
    assert ran.exit_code == 0, ran.output
    values = {m["name"]: m["value"] for m in json.loads(ran.stdout)[0]["metrics"]}
    cap = 2.0 * np.degrees(np.arctan(2.0 * height_px / width_px))
    assert cap - 1.0 < values["contact_angle"] < cap + 9.0
