"""The cell: fields, areas, layers, changes, and the sentence for everything that is wrong."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer import units
from interlayer.cell import Cell, Layer
from interlayer.errors import DescriptionError, InputError, MissingAreaError

FULL = """format = "interlayer-cell/1"
label = "B7"
group = "20 uL"
batch = "2024-05"
assembled = 2024-05-01
operator = "Müller"
area = "0.785 cm2"
pellet_diameter = "12 mm"
coating_area = "1.13 cm2"
temperature = "30 degC"
assembly_pressure = "100 MPa"
operating_pressure = "0.4 MPa"
parameters = "ding2024-b"

[electrolyte]
material = "LATP"
thickness = "0.7 mm"
activation_energy = "31 kJ/mol"
conductivity = "5.1e-4 S/cm"

[lithium]
thickness = "450 um"

[coating]
material = "cuf2-pvdf"
thickness = "15 um"
porosity = 0.067

[coating.right]
thickness = "17 um"

[model.charge_transfer]
law = "butler-volmer"
exchange_current = "0.7 mA/cm2"

[model.left.interphase]
law = "parabolic"

[notes]
anything = { goes = [1, 2], unknown = "unknown" }
"""


def cell(text: str) -> Cell:
    return Cell.from_text(text, name="cell.toml")


def refusal(text: str) -> str:
    with pytest.raises(DescriptionError) as caught:
        cell(text)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_numbers_are_si():
    c = cell(FULL)
    assert c.area == pytest.approx(0.785e-4, rel=1e-15)
    assert c.pellet_diameter == pytest.approx(0.012)
    assert c.temperature == pytest.approx(303.15)
    assert c.assembly_pressure == pytest.approx(1e8)
    assert c.operating_pressure == pytest.approx(4e5)
    assert c.electrolyte is not None
    assert c.electrolyte.thickness == pytest.approx(7e-4)
    assert c.electrolyte.conductivity == pytest.approx(0.051)
    # kJ/mol and eV name the same quantity: 96.485 kJ/mol is 1 eV.
    assert c.electrolyte.activation_energy == pytest.approx(31 / 96.48533212 * 1.602176634e-19, rel=1e-9)
    assert c.assembled == "2024-05-01"
    assert c.notes == {"anything": {"goes": [1, 2], "unknown": "unknown"}}


def test_a_cell_for_measured_files_needs_only_label_and_area():
    c = cell('label = "a"\narea = "0.785 cm2"\n')
    assert c.electrode_area == pytest.approx(0.785e-4)
    assert c.temperature == pytest.approx(298.15)
    assert c.layers == ()
    assert c.symmetric is None, "nothing is said about the layers"
    assert "0.785 cm2" in repr(c)


def test_diameter_gives_the_area_of_a_disc():
    c = cell('label = "a"\ndiameter = "10 mm"\n')
    assert c.electrode_area == pytest.approx(math.pi * 25e-6)
    assert cell('label = "a"\nelectrode_area = "1 cm2"\n').electrode_area == pytest.approx(1e-4)


def test_areas_default_to_the_electrode_and_say_so():
    c = cell('label = "a"\narea = "1 cm2"\n[electrolyte]\nmaterial = "LATP"\n')
    assert c.areas.pellet == c.areas.coating == c.areas.cathode == pytest.approx(1e-4)
    assert set(c.areas.assumed) == {"pellet", "coating", "cathode"}
    assert [f.detail for f in c.findings] == ["pellet area taken from the electrode"]


def test_a_wider_pellet_warns_of_fringing_and_an_equal_one_does_not():
    wide = cell('label = "a"\narea = "0.785 cm2"\npellet_area = "1.13 cm2"\n')
    assert any(f.name == "fringing" and "1.13 cm2 pellet" in f.detail for f in wide.findings)
    equal = cell('label = "a"\ndiameter = "10 mm"\npellet_diameter = "10 mm"\n')
    assert not equal.findings


def test_current_density_uses_the_smaller_electrode():
    c = cell('label = "a"\narea = "1 cm2"\ncathode_area = "0.8 cm2"\n')
    assert c.areas.current == pytest.approx(0.8e-4)
    assert c.need_area("ASR") == pytest.approx(0.8e-4)
    assert c.symmetric is False
    with pytest.raises(MissingAreaError, match="ASR needs an area"):
        cell('label = "a"\n').need_area("ASR")


def test_sides_inherit_from_the_table_above():
    c = cell(FULL)
    left, right = c.coatings
    assert left is not None
    assert right is not None
    assert left.thickness == pytest.approx(15e-6)
    assert right.thickness == pytest.approx(17e-6)
    assert right.porosity == left.porosity == 0.067
    assert c.symmetric is False
    assert c.layers == (
        Layer("lithium", "lithium", pytest.approx(450e-6), 1),
        Layer("interlayer", "cuf2-pvdf", pytest.approx(15e-6), 1),
        Layer("electrolyte", "LATP", pytest.approx(7e-4)),
        Layer("interlayer", "cuf2-pvdf", pytest.approx(17e-6), 2),
        Layer("lithium", "lithium", pytest.approx(450e-6), 2),
    )


BASE = 'label = "a"\narea = "1 cm2"\n[electrolyte]\nmaterial = "LATP"\nthickness = "0.7 mm"\n'
COAT = 'material = "cuf2-pvdf"\nthickness = "15 um"\n'


@pytest.mark.parametrize(
    ("more", "symmetric", "interlayers"),
    [
        ("", True, []),
        (f"[coating]\n{COAT}", True, [1, 2]),
        (f"[coating.left]\n{COAT}", False, [1]),
        (f"[coating.right]\n{COAT}", False, [2]),
        (f"[coating.left]\n{COAT}[coating.right]\n{COAT}", True, [1, 2]),
        (f'[coating]\n{COAT}[coating.right]\nthickness = "16 um"\n', False, [1, 2]),
        ('[model.left.interphase]\nlaw = "linear"\n', False, []),
        ('[model.interphase]\nlaw = "linear"\n', True, []),
    ],
)
def test_symmetry_and_layers_follow_from_the_coatings(more, symmetric, interlayers):
    c = cell(BASE + more)
    assert c.symmetric is symmetric
    assert [x.side for x in c.layers if x.kind == "interlayer"] == interlayers


def test_symmetry_can_be_said_outright():
    assert cell('label = "a"\nsymmetric = true\n').symmetric is True
    assert cell('label = "a"\nsymmetric = false\n' + BASE.partition("\n")[2]).symmetric is False


def test_unknown_is_legal_for_every_quantity_and_remembered():
    top = 'label = "unknown"\narea = "unknown"\ntemperature = " Unknown"\n'
    c = cell(top + '[electrolyte]\nmaterial = "LATP"\nthickness = "unknown"\n')
    assert c.electrode_area is None
    assert c.temperature is None
    assert c.unknown == ("area", "temperature", "electrolyte.thickness")


def test_simulation_says_everything_that_is_missing():
    tables = '[electrolyte]\nmaterial = "LAPT"\n[coating]\nmaterial = "cuf2-pvdf"\n'
    with pytest.raises(DescriptionError) as caught:
        cell('label = "a"\ntemperature = "unknown"\n' + tables).require_for_simulation()
    message = str(caught.value)
    for part in (
        'area = "0.785 cm2"',
        "did you mean 'LATP'",
        'thickness = "0.7 mm" below [electrolyte]',
        'thickness = "15 um" below [coating]',
        'temperature = "25 degC"',
    ):
        assert part in message
    with pytest.raises(DescriptionError, match=r"\[electrolyte\] with material"):
        cell('label = "a"\narea = "1 cm2"\n').require_for_simulation()
    cell(BASE).require_for_simulation()


def test_own_measurement_wins_over_the_library():
    c = cell(FULL)
    own = c.electrolyte_quantity("ionic_conductivity")
    assert own.value == pytest.approx(0.051)
    assert own.printed == pytest.approx(5.1e-4)
    assert "B7" in own.source
    stored = c.electrolyte_quantity("electronic_conductivity")
    assert stored.source == "ding2024"
    assert stored.value == pytest.approx(1.11e-6)
    with pytest.raises(InputError, match="unknown quantity of LATP 'colour'"):
        c.electrolyte_quantity("colour")
    with pytest.raises(DescriptionError, match="no electrolyte is described"):
        cell('label = "a"\n').electrolyte_quantity("density")


def test_a_material_outside_the_library_is_a_finding_not_an_error():
    c = cell('label = "a"\narea = "1 cm2"\n[electrolyte]\nmaterial = "my own ceramic"\n')
    assert any(f.name == "material not in library" for f in c.findings)


# Messages


@pytest.mark.parametrize(
    ("line", "says", "write"),
    [
        ("area = 0,785", "area = 0,785", 'area = "0.785 cm2"'),
        ('area = "0,785 cm2"', "has a decimal comma", 'area = "0.785 cm2"'),
        ("area = 0.785", "has no unit", 'area = "0.785 cm2"'),
        ('area = "0.785"', "has no unit", 'area = "0.785 cm2"'),
        ('area = "0.785 cm"', "is a length; expected an area", 'area = "0.785 cm2"'),
        ('area = "-0.785 cm2"', "must be above 0 cm2", 'area = "0.785 cm2"'),
        ('area = "0 cm2"', "must be above 0 cm2", 'for instance area = "0.785 cm2"'),
        ('area = "0.785 square cm"', "square", 'for instance area = "0.785 cm2"'),
        ("area = true", "is not an area", 'for instance area = "0.785 cm2"'),
        ("area = nan", "area = nan", 'for instance area = "0.785 cm2"'),
        ('area = "9**9**9 m"', "9**9**9", 'for instance area = "0.785 cm2"'),
        ('temperature = "25 C"', "expected a temperature", 'temperature = "25 degC"'),
        ('temperature = "-300 degC"', "absolute zero", 'temperature = "25 degC"'),
        ('temperature = "2500 degC"', "lies outside -100 degC to 300 degC", 'temperature = "25 degC"'),
        ('operating_pressure = "-1 MPa"', "lies outside 0 MPa to 2 GPa", 'operating_pressure = "1 MPa"'),
        ("batch = 7", "is not text", 'batch = "7"'),
        ("symmetric = 'yes please'", "neither true nor false", "symmetric = true"),
        ('format = "interlayer-cell/9"', "is version 9", 'format = "interlayer-cell/1"'),
        ('format = "interlayer-protocol/1"', "is not a cell", 'format = "interlayer-cell/1"'),
        (r'operator = "C:\Users"', "backslash", r"operator = 'C:\Users'"),
    ],
)
def test_a_bad_line_is_shown_corrected_and_the_correction_is_accepted(line, says, write):
    message = refusal(f'label = "a"\n{line}\n')
    assert message.startswith("cell.toml line 2: ")
    assert says in message
    assert message.endswith(f"write {write}") or f"for instance {write}" in message
    cell(f'label = "a"\n{write.removeprefix("for instance ")}\n')


@pytest.mark.parametrize(
    ("line", "says", "write"),
    [
        ('thickness = "85 m"', "lies outside 0 mm to 10 mm", 'thickness = "0.7 mm"'),
        ('thickness = "-1 mm"', "must be above 0 mm", 'thickness = "1 mm"'),
        ('thickness = "7 m"', "lies outside", 'thickness = "7 mm"'),
        ('thickness = "700 kg"', "is a mass; expected a length", 'thickness = "0.7 mm"'),
        ('relative_density = "950 %"', "lies outside 30 % to 100 %", 'relative_density = "95 %"'),
        ("relative_density = 95", "lies outside 30 % to 100 %", 'relative_density = "95 %"'),
    ],
)
def test_a_bad_line_in_a_table(line, says, write):
    message = refusal(f'label = "a"\n[electrolyte]\nmaterial = "LATP"\n{line}\n')
    assert message.startswith("cell.toml line 4: ")
    assert says in message
    assert message.endswith(write)
    cell(f'label = "a"\n[electrolyte]\nmaterial = "LATP"\n{write}\n')


@pytest.mark.parametrize(
    ("text", "line", "offer"),
    [
        ('label = "a"\narae = "1 cm2"\n', 2, "'area'"),
        ('label = "a"\n[electrolyt]\n', 2, "'electrolyte'"),
        ('label = "a"\n[electrolyte]\nmaterial = "LATP"\n\nthicknes = "1 mm"\n', 5, "'thickness'"),
        ('label = "a"\n[coating]\nmaterial = "x"\ndropvolume = "1 uL"\n', 4, "'drop_volume'"),
        ('label = "a"\n[coating.left]\nmaterial = "x"\nporosty = 0.1\n', 4, "'porosity'"),
        ('label = "a"\nsymetric = true\n', 2, "'symmetric'"),
    ],
)
def test_unknown_keys_get_the_nearest_names(text, line, offer):
    message = refusal(text)
    assert message.startswith(f"cell.toml line {line}: unknown key")
    assert offer in message
    assert "\n" not in message, "one fault, one line, even if the table serves both sides"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('area = "1 cm2"\n', 'cell.toml: label is missing -> write label = "cell 1"'),
        ('label = " "\n', "label is empty"),
        ('label = "a"\nelectrolyte = "LATP"\n', "is not a table -> write [electrolyte] and its keys"),
        ('label = "a"\ncoating = 3\n', "is not a table -> write [coating] and its keys"),
        ('label = "a"\nnotes = "x"\n', "is not a table"),
        ('label = "a"\n[electrolyte]\n', 'line 2: material is missing -> write material = "LATP"'),
        ('label = "a"\n[coating]\nthickness = "15 um"\n', "line 2: material is missing"),
        ('label = "a"\narea = "1 cm2"\ndiameter = "1 cm"\n', "area and diameter say the same thing twice"),
        ('label = "a"\narea = "1 cm2"\nelectrode_area = "1 cm2"\n', "area and electrode_area say"),
        ('label = "a"\npellet_area = "1 cm2"\npellet_diameter = "1 cm"\n', "pellet_area and pellet_diameter"),
        ('label = "a"\n[model]\ncharge_transfer = "x"\n', "model.charge_transfer = 'x' is not a table"),
        ('label = "a"\n[model]\nleft = 3\n', "model.left is not a table"),
        ('label = "a"\n[model.left]\ninterphase = 1\n', "model.left.interphase = 1 is not a table"),
    ],
)
def test_other_faults(text, says):
    assert says in refusal(text)


def test_all_faults_are_reported_at_once_each_with_its_line():
    message = refusal('area = "5 mm"\nlabel = 3\n[electrolyte]\nthickness = "85 m"\n')
    assert [row.split(":")[0] for row in message.split("\n")] == [
        "cell.toml line 2",
        "cell.toml line 1",
        "cell.toml line 3",
        "cell.toml line 4",
    ]


def test_messages_name_no_library_and_python_descriptions_name_the_dotted_key():
    with pytest.raises(DescriptionError) as caught:
        Cell(label="a", electrolyte={"material": "LATP", "thickness": "85 m", "colour": 1})
    message = str(caught.value)
    assert "cell 'a': electrolyte.thickness = \"85 m\" lies outside" in message
    assert "pydantic" not in message.lower()


@given(st.text(max_size=30))
def test_any_text_for_a_quantity_is_taken_or_refused_in_our_words(text):
    try:
        c = Cell(label="a", area=text)
    except DescriptionError as error:
        assert "area" in str(error)
    else:
        assert c.area is None or 0 < c.area <= 0.1


@given(st.text(max_size=80))
def test_any_text_for_a_whole_file_is_taken_or_refused_in_our_words(text):
    try:
        cell(text)
    except DescriptionError as error:
        assert "cell.toml" in str(error)


@given(
    st.floats(0.02, 900),
    st.sampled_from([("um", 1e-6), ("µm", 1e-6), ("nm", 1e-9), ("mm", 1e-3), ("m", 1.0), ("cm", 1e-2)]),
)
def test_thickness_is_converted_exactly_or_refused_by_the_bound(number, unit):
    name, size = unit
    text = f"{number!r} {name}"
    try:
        c = Cell(label="a", electrolyte={"material": "LATP", "thickness": text})
    except DescriptionError:
        assert number * size > 0.01
    else:
        assert c.electrolyte is not None
        assert c.electrolyte.thickness == pytest.approx(number * size, rel=1e-14)
        assert number * size <= 0.01 * (1 + 1e-14)


# Plain data, changes


def test_round_trip_through_toml_dict_json_and_pickle():
    c = cell(FULL)
    assert Cell.from_text(c.to_toml()) == c
    assert Cell.from_dict(c.as_dict()) == c
    assert Cell.from_dict(json.loads(json.dumps(c.as_dict()))) == c
    assert pickle.loads(pickle.dumps(c)) == c
    assert hash(Cell.from_text(c.to_toml())) == hash(c)
    assert c.as_dict()["format"] == "interlayer-cell/1"
    assert c.as_dict()["electrolyte"]["thickness"] == "0.7 mm", "as the file says it"


def test_the_dict_of_a_record_adds_what_was_resolved_and_reads_back():
    c = cell(FULL)
    data = json.loads(json.dumps(c.record_dict()))
    assert data["symmetric"] is False
    assert data["resolved"]["area_m2"] == pytest.approx(0.785e-4)
    assert data["resolved"]["coating_area_m2"] == pytest.approx(1.13e-4)
    assert data["resolved"]["pellet_area_m2"] == pytest.approx(math.pi * 36e-6)
    assert data["resolved"]["layers"][1] == {
        "kind": "interlayer",
        "name": "cuf2-pvdf",
        "thickness_m": pytest.approx(15e-6),
        "side": 1,
    }
    assert Cell.from_dict(data).areas == c.areas
    assert Cell.from_dict(cell('label = "a"\n').record_dict()).symmetric is None


def test_a_cell_is_not_changed_in_place():
    c = cell(FULL)
    with pytest.raises(DescriptionError, match=r"use cell\.with_\(area=\.\.\.\)"):
        c.area = 1.0
    c.as_dict()["electrolyte"]["thickness"] = "1 mm"
    assert c.as_dict()["electrolyte"]["thickness"] == "0.7 mm"


def test_override_by_dotted_key():
    c = cell(FULL)
    new = c.override(
        {"electrolyte.thickness": "0.5 mm", "label": "B8", "model.charge_transfer.law": "linear"}
    )
    assert new.electrolyte is not None
    assert new.electrolyte.thickness == pytest.approx(5e-4)
    assert new.label == "B8"
    assert new.model["charge_transfer"]["law"] == "linear"
    assert c.label == "B7", "the old one stays"
    assert c.model["charge_transfer"]["law"] == "butler-volmer"
    assert c.override({"group": None}).group is None
    assert c.with_(temperature="60 degC").temperature == pytest.approx(333.15)


def test_override_makes_tables_and_replaces_the_other_way_of_saying_it():
    c = cell('label = "a"\ndiameter = "10 mm"\n')
    new = c.override({"area": "2 cm2", "electrolyte.material": "LATP", "electrolyte.thickness": "1 mm"})
    assert new.electrode_area == pytest.approx(2e-4)
    assert new.diameter is None
    assert units.to_unit(new.layers[1].thickness or 0.0, "mm") == pytest.approx(1.0)


def test_override_of_a_coating_reaches_every_described_side():
    c = cell(FULL).override({"coating.thickness": "9 um"})
    assert [x.thickness for x in c.layers if x.kind == "interlayer"] == pytest.approx([9e-6, 9e-6])
    one = cell(BASE + f"[coating.left]\n{COAT}").override({"coating.thickness": "9 um"})
    assert one.coating.right is None
    assert one.coating.left is not None
    assert one.coating.left.thickness == pytest.approx(9e-6)
    side = cell(FULL).override({"coating.right.thickness": "9 um"})
    assert [x.thickness for x in side.layers if x.kind == "interlayer"] == pytest.approx([15e-6, 9e-6])


def test_a_bad_override_is_refused_by_name():
    c = cell(FULL)
    with pytest.raises(DescriptionError, match=r"cell 'B7': electrolyte\.thickness = \"5 kg\" is a mass"):
        c.override({"electrolyte.thickness": "5 kg"})
    with pytest.raises(DescriptionError, match=r"label = 'B7' is not a table, so label\.x cannot be set"):
        c.override({"label.x": "1"})
    with pytest.raises(DescriptionError, match="unknown key 'electrolite'"):
        c.override({"electrolite.thickness": "5 mm"})


def test_notebook_view_escapes_and_shows_the_stack():
    c = cell(FULL.replace('label = "B7"', 'label = "<B7>"'))
    html = c._repr_html_()
    assert "&lt;B7&gt;" in html
    assert "Li | cuf2-pvdf 15 um | LATP 0.7 mm | cuf2-pvdf 17 um | Li" in html
    assert "0.785 cm2" in html
    assert "30 degC" in html


def test_no_plotting_or_array_engine_is_loaded():
    code = (
        "import sys, interlayer.cell, interlayer.cells, interlayer.chemistry\n"
        "print([m for m in ('jax', 'matplotlib', 'plotly', 'scipy') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
