"""Full cells: cathode | electrolyte | interlayer | Li."""

from __future__ import annotations

import json
import math
import pickle
from importlib.resources import files

import pytest

from interlayer.cell import Cell, Layer
from interlayer.errors import DescriptionError

HEAD = 'label = "F1"\narea = "0.785 cm2"\n'
PELLET = '[electrolyte]\nmaterial = "LATP"\nthickness = "0.7 mm"\n'
CATHODE = """[cathode]
material = "LFP"
active_mass = "1.0 mg"
nominal_capacity = "170 mAh/g"
upper_cutoff = "4.0 V"
lower_cutoff = "2.5 V"
"""
COAT = 'material = "cuf2-pvdf"\nthickness = "15 um"\n'
FULL = HEAD + PELLET + CATHODE + f'[lithium.right]\nthickness = "20 um"\n[coating]\n{COAT}'


def cell(text: str) -> Cell:
    return Cell.from_text(text, name="cell.toml")


def refusal(text: str) -> str:
    with pytest.raises(DescriptionError) as caught:
        cell(text)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_numbers_are_si():
    c = cell(FULL)
    assert c.is_full
    assert c.cathode is not None
    assert c.cathode.active_mass == pytest.approx(1e-6)
    assert c.cathode.nominal_capacity == pytest.approx(170 * 3600.0)  # 1 mAh/g = 3.6 C/g
    assert (c.cathode.lower_cutoff, c.cathode.upper_cutoff) == (2.5, 4.0)
    # 170 mAh/g of 1 mg in one hour: 170 uA.
    assert c.one_c_A == pytest.approx(170e-6)


def test_the_loading_counts_on_the_cathodes_own_area():
    loaded = FULL.replace('active_mass = "1.0 mg"', 'loading = "1.3 mg/cm2"')
    assert cell(loaded).active_mass_kg == pytest.approx(1.3e-6 * 0.785)
    assert any("cathode area taken from the electrode" in f.detail for f in cell(loaded).findings)
    own = cell(loaded.replace('area = "0.785 cm2"', 'area = "0.785 cm2"\ncathode_area = "0.5 cm2"'))
    assert own.active_mass_kg == pytest.approx(0.65e-6)
    assert own.areas.current == pytest.approx(0.5e-4)


def test_n_over_p_is_lithium_over_nominal_capacity():
    # By hand: 20 um of lithium (0.534 g/cm3, 6.941 g/mol) on 0.785 cm2 hold 0.785 * 4.124 mAh, as 1 um of
    # lithium is 0.534e-4 g/cm2 / 6.941 g/mol * 26801 mAh/mol = 0.2062 mAh/cm2; the cathode holds 0.170 mAh.
    assert cell(FULL).n_over_p == pytest.approx(20 * 0.2062 * 0.785 / 0.170, rel=2e-3)
    assert cell(FULL.replace('"20 um"', '"unknown"')).n_over_p is None
    assert cell(HEAD).n_over_p is None


def test_an_anode_free_cell_has_no_lithium_but_a_collector():
    c = cell(FULL.replace('thickness = "20 um"', 'thickness = "0 um"\ncollector = "Cu"'))
    assert c.n_over_p == 0.0
    assert c.lithium.right.collector == "Cu"
    assert c.layers[-1] == Layer("lithium", "Cu", 0.0, 2)
    assert "Cu (no Li)" in repr(c)


@pytest.mark.parametrize("table", ["lithium", "lithium.left", "lithium.right"])
def test_only_a_full_cell_can_do_without_lithium(table):
    message = refusal(HEAD + PELLET + f'[{table}]\nthickness = "0 um"\n')
    assert "cell.toml line 6" in message
    assert "describe the [cathode]" in message


def test_layers_run_from_the_cathode_to_the_lithium():
    c = cell(FULL)
    assert c.layers == (
        Layer("cathode", "LFP", None, 1),
        Layer("electrolyte", "LATP", pytest.approx(7e-4)),
        Layer("interlayer", "cuf2-pvdf", pytest.approx(15e-6), 2),
        Layer("lithium", "lithium", pytest.approx(20e-6), 2),
    )
    assert repr(c).startswith("Cell('F1', LFP | LATP 0.7 mm | cuf2-pvdf 15 um | Li,")
    assert c.symmetric is False
    assert c.coatings[0] is None
    html = c._repr_html_()
    for part in ("LFP | LATP", "1 mg", "170 mAh/g", "2.5 V", "N/P"):
        assert part in html


@pytest.mark.parametrize("lithium", ["[lithium]", "[lithium.right]"])
@pytest.mark.parametrize("coating", ["[coating]", "[coating.right]"])
def test_tables_without_a_side_mean_the_lithium_side(lithium, coating):
    c = cell(HEAD + PELLET + CATHODE + f'{lithium}\nthickness = "20 um"\n{coating}\n{COAT}')
    assert c.lithium.left.thickness is None
    assert c.lithium.right.thickness == pytest.approx(20e-6)
    assert c.coating.left is None
    assert c.coating.right is not None


def test_the_left_side_is_the_cathode():
    coated = refusal(HEAD + PELLET + CATHODE + f"[coating.left]\n{COAT}")
    assert "cell.toml line 12" in coated
    assert "[model.cathode_contact]" in coated
    # even where the table alone would be faulty, and next to a shared one
    assert "[model.cathode_contact]" in refusal(HEAD + CATHODE + f"[coating]\n{COAT}[coating.left]\n")
    metal = refusal(HEAD + PELLET + CATHODE + '[lithium.left]\nthickness = "20 um"\n')
    assert "cell.toml line 12" in metal
    assert "[lithium.right]" in metal


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"1.0 mg"', '"1.0 mg"\nloading = "1.3 mg/cm2"', "active_mass and loading say the same thing twice"),
        ('upper_cutoff = "4.0 V"', 'upper_cutoff = "2.4 V"', "2.5 V is not below upper_cutoff = 2.4 V"),
        ('"1.0 mg"', '"1.0 mAh"', "active_mass"),
        ('"1.0 mg"', '"0 mg"', "must be above 0 mg"),
        ('"170 mAh/g"', '"170 mAh"', 'for instance nominal_capacity = "170 mAh/g"'),
        ('material = "LFP"\n', "", 'material is missing -> write material = "LFP"'),
        ("lower_cutoff", "lower_cut_off", "lower_cutoff"),
        ("[cathode]", "symmetric = true\n[cathode]", "symmetric"),
    ],
)
def test_faults_name_what_to_write(old, new, says):
    assert says in refusal(FULL.replace(old, new, 1))


def test_symmetric_is_refused():
    text = FULL.replace(HEAD, HEAD + "symmetric = true\n")
    assert "a cell with a [cathode] is not symmetric" in refusal(text)


def test_one_c_says_all_that_it_lacks():
    bare = HEAD + PELLET + '[cathode]\nmaterial = "LFP"\n'
    with pytest.raises(DescriptionError) as caught:
        _ = cell(bare).one_c_A
    assert 'active_mass = "1.0 mg" or loading' in str(caught.value)
    assert 'nominal_capacity = "170 mAh/g"' in str(caught.value)
    with pytest.raises(DescriptionError, match="without one there is no C-rate"):
        _ = cell(HEAD + PELLET).one_c_A
    with pytest.raises(DescriptionError, match="area that the loading refers to"):
        _ = cell('label = "a"\n[cathode]\nmaterial = "LFP"\nloading = "1 mg/cm2"\n').one_c_A


def test_simulation_says_everything_that_is_missing():
    with pytest.raises(DescriptionError) as caught:
        cell('label = "a"\n[cathode]\nmaterial = "unknown"\n').require_for_simulation()
    message = str(caught.value)
    for part in ("active_mass", "area =", "[electrolyte]", "library for the cathode"):
        assert part in message
    # a BPX file stands in for the library
    cell(FULL.replace('"LFP"', '"mine"\nbpx = "lfp.json"')).require_for_simulation()


def test_an_unknown_material_is_remembered():
    c = cell(FULL.replace('"LFP"', '"unknown"').replace('"1.0 mg"', '"unknown"'))
    assert set(c.unknown) == {"cathode.material", "cathode.active_mass"}
    assert c.active_mass_kg is None
    assert not any("cathode" in f.detail for f in c.findings)


def test_a_record_stores_what_metrics_need():
    stored = json.loads(json.dumps(cell(FULL).record_dict()))
    assert stored["symmetric"] is False
    part = stored["resolved"]["cathode"]
    assert part["active_mass_kg"] == pytest.approx(1e-6)
    assert part["one_c_A"] == pytest.approx(170e-6)
    assert (part["lower_cutoff_V"], part["upper_cutoff_V"]) == (2.5, 4.0)
    assert part["n_over_p"] == pytest.approx(19.0, abs=0.1)
    assert stored["resolved"]["layers"][0]["kind"] == "cathode"
    unsure = cell(FULL.replace('"1.0 mg"', '"unknown"')).record_dict()["resolved"]["cathode"]
    assert unsure["active_mass_kg"] is None
    assert unsure["one_c_A"] is None
    assert "cathode" not in cell(HEAD + PELLET).record_dict()["resolved"]


def test_it_survives_the_way_to_disk_and_back():
    c = cell(FULL)
    assert Cell.from_text(c.to_toml()) == c
    assert Cell.from_dict(c.record_dict() | {"symmetric": None}) == c
    assert pickle.loads(pickle.dumps(c)) == c


def test_changes():
    c = cell(FULL)
    assert c.override({"cathode.loading": "2 mg/cm2"}).active_mass_kg == pytest.approx(2e-6 * 0.785)
    assert c.override({"coating.thickness": "25 um"}).coating.right.thickness == pytest.approx(25e-6)  # type: ignore[union-attr]
    assert c.override({"lithium.thickness": "30 um"}).lithium.right.thickness == pytest.approx(30e-6)
    mixed = cell(FULL + '[coating.right]\nporosity = "5 %"\n')
    assert mixed.coating.right is not None
    changed = mixed.override({"coating.porosity": "6 %"}).coating
    assert changed.left is None
    assert changed.right is not None
    assert math.isclose(changed.right.porosity or 0.0, 0.06)


def test_the_bpx_file_lies_beside_the_cell_file(tmp_path):
    file = tmp_path / "cell.toml"
    file.write_text(FULL.replace('"LFP"', '"LFP"\nbpx = "lfp.json"'), encoding="utf-8")
    c = Cell.from_toml(file)
    with pytest.raises(DescriptionError, match="no such file"):
        _ = c.bpx_path
    (tmp_path / "lfp.json").write_text("{}", encoding="utf-8")
    assert c.bpx_path == tmp_path / "lfp.json"
    assert c.override({"temperature": "30 degC"}).bpx_path == tmp_path / "lfp.json"
    assert str(tmp_path) not in json.dumps(c.record_dict()), "a record holds no path of a machine"
    assert cell(FULL).bpx_path is None


def test_the_template_is_a_full_cell():
    c = Cell.from_text((files("interlayer") / "templates" / "full_cell.toml").read_text(encoding="utf-8"))
    assert c.is_full
    assert c.one_c_A == pytest.approx(170e-6)
    assert c.coating.right is not None
