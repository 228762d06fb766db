"""What the model takes from observations: values with their errors, and the reasons of what it does not take."""

from __future__ import annotations

import dataclasses

import pytest
from typer.testing import CliRunner

from interlayer import cells
from interlayer.cli.app import app
from interlayer.errors import InputError
from interlayer.metrics.base import Metric
from interlayer.record.store import load, save
from interlayer.surface.to_cell import taken
from tests.surface.test_in_the_laboratory import seen
from tests.writers import samples

COATED, BARE = cells.load("ding2024/cuf2-20ul"), cells.load("ding2024/bare")
SKIN = "copper_not_divalent_fraction"


def test_thickness_replaces_the_described_one_with_its_error():
    cell = taken(COATED, [seen(value=12.5, uncertainty=0.4)]).cell
    for side, layer in zip(("left", "right"), cell.dry_layers, strict=True):
        assert layer is not None
        assert layer.thickness_m == pytest.approx(12.5e-6)
        assert cell.uncertainty_of(f"coating.{side}.thickness") == pytest.approx(0.4e-6)


def test_the_skin_is_ten_nanometres_of_the_layer():
    cell = taken(COATED, [seen(value=0.8, name=SKIN, unit="1", uncertainty=0.03), seen(value=10.0)]).cell
    assert cell.coating.left is not None
    # 10 nm of 10 um, the thickness that was taken and not the described 15 um
    assert cell.coating.left.converted == pytest.approx(0.8 * 1e-3)


def test_density_in_percent_and_as_a_share_are_the_same():
    one = taken(COATED, [seen(value=93.0, name="relative_density", unit="%")]).cell
    other = taken(COATED, [seen(value=0.93, name="relative_density", unit="1", uncertainty=0.005)]).cell
    assert one.electrolyte == other.electrolyte


def test_a_cycled_skin_is_not_where_the_test_begins():
    with pytest.raises(InputError, match="nothing of the start"):
        taken(COATED, [seen(state="cycled", value=0.8, name=SKIN, unit="1")])


def test_a_bound_is_no_value():
    with pytest.raises(InputError, match="only a bound"):
        taken(COATED, [seen(value=0.05, name=SKIN, unit="1", bound="<=")])


def test_two_different_thicknesses_are_not_averaged_silently():
    with pytest.raises(InputError, match=r"14 \+- 0.5 um.*15 \+- 0.5 um"):
        taken(COATED, [seen(value=14.0), seen(value=15.0)])


def test_a_bare_cell_takes_no_thickness():
    with pytest.raises(InputError, match="no coating"):
        taken(BARE, [seen()])


def test_angles_are_not_used_and_that_is_said():
    angle = dataclasses.replace(
        seen(label="drop"), technique="wetting", metrics=(Metric("contact_angle", 30.0, "deg", 1.0),)
    )
    found = taken(COATED, [seen(), angle]).findings
    assert any(f.name == "not_taken" and "25 degC" in f.detail for f in found)


def test_the_converted_part_is_where_the_simulation_begins(tmp_path):
    written = save(seen(value=0.8, name=SKIN, unit="1").to_record(), tmp_path / "skin.parquet")
    thick = save(seen(value=0.1).to_record(), tmp_path / "layer.parquet")
    text = 'format = "interlayer-protocol/1"\nlabel = "rest"\nsteps = ["rest for 1 min"]\n'
    (tmp_path / "p.toml").write_text(text)
    out = tmp_path / "r.parquet"
    result = CliRunner().invoke(
        app,
        [
            "simulate",
            "ding2024/cuf2-20ul",
            str(tmp_path / "p.toml"),
            "-o",
            str(out),
            "--from-record",
            str(written),
            "--from-record",
            str(thick),
        ],
    )
    assert result.exit_code == 0, result.output
    record = load(out)
    # 10 nm of 100 nm have converted to 0.8 before the first row
    assert record.array("Conversion 1 / 1")[0] == pytest.approx(0.08, rel=1e-6)
    assert any(f.name == "taken" and "converted" in f.detail for f in record.findings)


def test_a_record_of_cycling_is_refused(tmp_path):
    path = save(samples.cycling_record(), tmp_path / "cycling.parquet")
    result = CliRunner().invoke(
        app,
        [
            "simulate",
            "ding2024/cuf2-20ul",
            "rate-test",
            "-o",
            str(tmp_path / "r.parquet"),
            "--from-record",
            str(path),
        ],
    )
    assert result.exit_code == 2
    assert "no observation of a surface" in " ".join(result.output.split())
    assert not (tmp_path / "r.parquet").exists()


def test_an_angle_is_a_wide_prior_if_a_person_says_so():
    angle = dataclasses.replace(
        seen(label="drop"), technique="wetting", metrics=(Metric("contact_angle", 90.0, "deg", 1.0),)
    )
    cell = taken(COATED.override({"assembly_pressure": "0.44 MPa"}), [angle], use_angles=True).cell
    # P/H = 0.44/2.2, half of the assumed gain of 0.25 at 90 degrees
    assert cell.model["contact"]["initial"] == "0.325 +- 0.14"
