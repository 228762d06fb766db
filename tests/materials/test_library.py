"""Finding materials, asking them, and refusing bad material files."""

from __future__ import annotations

import pytest

from interlayer import materials
from interlayer.errors import DescriptionError, InputError, InterlayerError
from interlayer.materials.quantity import quantity_from_table

GOOD = """format = "interlayer-material/1"
name = "mine"

[density]
value = "2.5 g/cm3"
uncertainty = "2 %"
range = ["2 g/cm3", "3 g/cm3"]
conditions = { temperature = "25 degC" }
source = "crc"
status = "measured"
"""


@pytest.mark.parametrize("name", ["LATP", "latp", "Li1.3Al0.3Ti1.7(PO4)3", " LATP "])
def test_a_material_is_found_by_name_formula_and_alias(name):
    assert materials.find(name).name == "LATP"


def test_names_of_one_material_do_not_hide_another():
    assert materials.find("cuf2").name == "CuF2"
    assert materials.find("CuF2-PVDF").name == "cuf2-pvdf"
    assert materials.find("Li").name == "lithium"
    assert len(set(materials.names())) == len(materials.names())


def test_unknown_materials_and_quantities_get_the_nearest_names():
    with pytest.raises(DescriptionError, match="did you mean 'LATP'"):
        materials.find("LAPT")
    latp = materials.find("LATP")
    with pytest.raises(InputError, match="did you mean 'ionic_conductivity'"):
        _ = latp.ionic_conductivty
    assert not hasattr(latp, "colour"), "asking whether it is there must not raise"
    assert latp.get("colour") is None
    assert "ionic_conductivity" in dir(latp)


def test_a_quantity_knows_its_unit_and_prints_well():
    sigma = materials.find("LATP").ionic_conductivity
    # 4.9e-4 S/cm, 25 degC: the paper.
    assert sigma.value == pytest.approx(0.049)
    assert sigma.to("mS/cm") == pytest.approx(0.49)
    assert sigma.conditions["temperature"] == "25 degC"
    assert str(sigma) == "0.00049 ± 4.9e-05 S/cm (0.0001 to 0.001 S/cm), measured [ding2024]"
    assert sigma.as_dict()["uncertainty"] == pytest.approx(4.9e-5)
    assert sigma.as_dict()["range"] == pytest.approx([1e-4, 1e-3])
    with pytest.raises(InterlayerError):
        sigma.to("V")


def test_notebook_view_shows_value_and_note():
    html = materials.find("LATP")._repr_html_()
    assert "ionic conductivity" in html
    assert "[ding2024]" in html


def test_a_material_file_of_ones_own(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, encoding="utf-8")
    density = materials.load(file).density
    assert density.value == pytest.approx(2500.0)
    assert density.uncertainty == pytest.approx(50.0)
    assert density.range == pytest.approx((2000.0, 3000.0))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("interlayer-material/1", "interlayer-cell/1", "is not a material file"),
        ('name = "mine"', "", "name is missing"),
        ("[density]", "[densty]", r"line 4: unknown property 'densty'; did you mean 'density'"),
        ('source = "crc"', "", r"line 4: \[density\] lacks source"),
        ('status = "measured"', 'status = "guessed"', "unknown status 'guessed'"),
        ('value = "2.5 g/cm3"', 'value = "2.5 g"', "is a mass; expected a density"),
        ('value = "2.5 g/cm3"', "value = 2.5", "has no unit"),
        ('value = "2.5 g/cm3"', 'value = "5 g/cm3"', "lies outside its own range"),
        ('value = "2.5 g/cm3"', 'values = "2.5 g/cm3"', r"unknown key of \[density\] 'values'"),
        ('["2 g/cm3", "3 g/cm3"]', '["2 g/cm3", "300 g/cm3"]', "outside the physical bounds"),
        ('["2 g/cm3", "3 g/cm3"]', '"2 g/cm3"', "a range has two ends"),
        ('uncertainty = "2 %"', 'uncertainty = "-2 g/cm3"', "an uncertainty is not"),
        ("[density]", "density = 3\n[molar_mass]", "density is not a table"),
    ],
)
def test_bad_material_files(tmp_path, old, new, says):
    file = tmp_path / "mine.toml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InterlayerError, match=says) as caught:
        materials.load(file)
    assert "mine.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            '[formulation]\n[formulation.components.A]\nvalue="0.5"\nsource="x"\nstatus="assumed"\n',
            "add up to 0.5",
        ),
        (
            '[formulation]\nreactant="B"\n[formulation.components.A]\nvalue="1"\nsource="x"\nstatus="assumed"\n',
            "unknown reactant 'B'",
        ),
    ],
)
def test_bad_formulations(tmp_path, more, says):
    file = tmp_path / "mine.toml"
    file.write_text(GOOD + more, encoding="utf-8")
    with pytest.raises(DescriptionError, match=says):
        materials.load(file)


def test_a_relative_uncertainty_is_of_the_size_not_the_sign():
    table = {"value": "-100 kJ/mol", "uncertainty": "10 %", "source": "crc", "status": "measured"}
    assert quantity_from_table("formation_energy", table, "kJ/mol").uncertainty == pytest.approx(1e4)
