"""`interlayer xrd` from outside: JSON, page, records, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.diffraction_population import pattern

from interlayer.record.store import load
from interlayer.surface.observation import of_record
from tests.cli.run import assert_refused, files_in, run


@pytest.fixture(scope="module")
def pellet(tmp_path_factory):
    x, y, _ = pattern(41, {"latp": 0.95, "alpo4-berlinite": 0.05}, shift_deg=0.05)
    path = tmp_path_factory.mktemp("xrd") / "pellet <1>.xy"
    np.savetxt(path, np.column_stack([x, y]), fmt="%.3f %.0f")
    return path


def test_json_page_and_record(pellet, tmp_path):
    ran = run(
        "xrd", pellet, "--phase", "latp", "--wavelength", "Cu", "--mass", "0.300 g", "--diameter", "10.00 mm",
        "--thickness", "1.50 mm", "--cell", "Cell 3", "--state", "pristine", "--json", "-o", tmp_path / "p.html",
        "--save", tmp_path / "kept",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    (item,) = ran.items()
    assert (item["technique"], item["label"], item["state"]) == ("xrd", "Cell 3", "pristine")
    values = {(m["name"], m["evidence"][0]): m["value"] for m in item["metrics"]}
    assert values["lattice_a", "LATP"] == pytest.approx(8.5022, abs=0.002)
    assert values["lattice_c", "LATP"] == pytest.approx(20.8154, abs=0.002)
    assert values["mass_fraction", "AlPO4 (berlinite)"] == pytest.approx(5.0, abs=1.5)
    density = next(m for m in item["metrics"] if m["name"] == "relative_density")
    assert density["value"] == pytest.approx(100 * 3e-4 / (np.pi / 4 * 1e-4 * 1.5e-3) / 2923.4, rel=2e-3)
    assert any("which was not given" in one for one in item["words"])
    (rests,) = [one for one in item["words"] if "from memory" in one]
    assert "LATP (atoms)" in rests and "AlPO4 (berlinite) (cell, atoms)" in rests
    assert item["settings"]["status of LATP"] == {"cell": "measured", "atoms": "memory"}
    page = (tmp_path / "p.html").read_text("utf-8")
    assert "pellet <1>" not in page and "pellet &lt;1&gt;" in page
    assert {"p-figures/diffraction-Cell-3.svg", "p-figures/diffraction-Cell-3.csv"} <= files_in(tmp_path)
    (kept,) = (tmp_path / "kept").glob("*.parquet")
    assert of_record(load(kept)).as_dict()["words"] == item["words"]


def test_text_on_the_screen(pellet):
    ran = run("xrd", pellet, "--phase", "latp", "--wavelength", "Cu")
    assert ran.code == 0
    for word in ("LATP is there", "AlPO4 (berlinite)", "angstrom", "texture"):
        assert word in ran.err + ran.out


def test_what_is_wrong_is_said_with_exit_code_2(pellet, tmp_path):
    assert_refused(run("xrd", pellet), "does not say its wavelength", "--wavelength")
    assert_refused(run("xrd", pellet, "--wavelength", "Zz"), "neither an anode nor a wavelength")
    assert_refused(run("xrd", pellet, "--wavelength", "Cu", "--phase", "lapt"), "did you mean")
    assert_refused(run("xrd", pellet, "--wavelength", "Cu", "--mass", "1 g"), "--diameter and --thickness")
    (tmp_path / "a.xy").write_bytes(b"")
    ran = run("xrd", tmp_path / "a.xy", "-o", tmp_path / "p.html")
    assert ran.code == 2 and "empty" in ran.err
    assert files_in(tmp_path) == {"a.xy"}
