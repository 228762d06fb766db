"""Structures and their lines against pymatgen, published lists, bond lengths and the paper's angles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from interlayer.errors import InputError, ReadError
from interlayer.surface.xrd import radiation
from interlayer.surface.xrd.crystal import cif, scattering, symmetry
from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.crystal.reflections import reflections
from interlayer.surface.xrd.library import library, phase
from interlayer.surface.xrd.radiation import Radiation, of_anode

CU = of_anode("Cu")
PYMATGEN = json.loads(
    (Path(__file__).parents[3] / "benchmarks" / "diffraction_lines.json").read_text("utf-8")
)
# Swanson and Tatge, NBS Circular 539 vol. 1 (1953): copper, its lines with d in angstrom and intensity.
NBS_COPPER = (
    ("111", 2.088, 100),
    ("200", 1.808, 46),
    ("220", 1.278, 20),
    ("311", 1.0900, 17),
    ("222", 1.0436, 5),
)
# Powder file 21-1276 (NBS Monograph 25 sect. 7): rutile.
NBS_RUTILE = (
    ("110", 3.247, 100), ("101", 2.487, 50), ("200", 2.297, 8), ("111", 2.188, 25), ("210", 2.054, 10),
    ("211", 1.6874, 60), ("220", 1.6237, 20), ("002", 1.4797, 10), ("310", 1.4528, 10), ("301", 1.3598, 20),
)  # fmt: skip


def lines(key: str, light: Radiation = CU, highest: float = 100.0) -> dict[str, tuple[float, float, float]]:
    found = reflections(library()[key].structure, light, highest)
    strength = found.intensity(light.alpha1)
    angle = found.two_theta(light.alpha1)
    return {
        "".join(str(abs(int(i))) for i in hkl): (float(d), float(t), float(100.0 * i / strength.max()))
        for hkl, d, t, i in zip(found.hkl, found.d, angle, strength, strict=True)
    }


@pytest.mark.parametrize("key", PYMATGEN["lines"])
def test_lines_are_those_of_pymatgen(key):
    """Density to 1e-3, and the pattern, drawn with narrow peaks, to 1.5 % of its highest, on an absolute scale.

    pymatgen has form factors of its own and no dispersion, which is left out here too.
    """
    theirs = PYMATGEN["lines"][key]
    structure = library()[key].structure
    assert structure.density_kg_m3 / 1000.0 == pytest.approx(theirs["density_g_cm3"], rel=1e-3)
    light = Radiation(CU.alpha1)
    own = reflections(structure, light, 100.0, b_iso=PYMATGEN["b_iso"])
    x = np.arange(5.0, 100.0, 0.02)[:, None]
    drawn = np.exp(-(((x - own.two_theta(light.alpha1)) / 0.1) ** 2)) @ own.intensity(light.alpha1)
    other = np.exp(-(((x - np.array(theirs["two_theta_deg"])) / 0.1) ** 2)) @ np.array(theirs["intensity"])
    tolerance = 0.05 if ("la" in key and key != "latp") or "llzo" in key else 0.015
    # Tables of the form factor of La differ by 2 %, of intensities by 4 %.
    assert np.abs(drawn - other).max() < tolerance * other.max()


@pytest.mark.parametrize(("key", "published"), [("cu", NBS_COPPER), ("tio2-rutile", NBS_RUTILE)])
def test_lines_are_those_of_published_lists(key, published):
    """Spacings to 0.003 angstrom, intensities to 8 of 100 (observed peak heights)."""
    own = lines(key, highest=96.0)
    for hkl, d, intensity in published:
        assert own[hkl][0] == pytest.approx(d, abs=0.003)
        assert own[hkl][2] == pytest.approx(intensity, abs=8.0)


PAPER = ((14.7, "012"), (20.9, "104"), (24.6, "113"), (29.7, "024"), (33.3, "116"))
"""Cu K-alpha lines of LATP as published, and their indices in the hexagonal cell (20.9: 104 and 110 together)."""


@pytest.mark.parametrize("key", ["latp", "ltp"])
def test_latp_has_the_papers_lines(key):
    own = lines(key)
    for angle, hkl in PAPER:
        assert own[hkl][1] == pytest.approx(angle, abs=0.1)
        assert own[hkl][2] > 10.0


@pytest.mark.parametrize("name", ["019", "9s4", "iqt", "my9", "xa0", "yqu"])
def test_cifs_of_latp_have_the_papers_lines(shared_data, name):
    """That database moves atoms at random, so that only positions are those of LATP, and no line is quite absent."""
    structure = cif.read(shared_data / "d_characterisation" / "cif_OBELiX_LATP" / f"{name}.cif")
    found = reflections(structure, CU, 40.0)
    angle, strength = found.two_theta(CU.alpha1), found.intensity(CU.alpha1)
    for published, _ in PAPER:
        near = np.abs(angle - published) < 0.1
        assert strength[near].sum() > 0.01 * strength.max()


BONDS = {"P": (4, 1.50, 1.57), "Al": (4, 1.71, 1.76), "C": (3, 1.25, 1.31), "Zr": (6, 2.05, 2.15)}
"""Neighbours of oxygen and their distances, angstrom, as crystal chemistry has them (Shannon 1976)."""


@pytest.mark.parametrize("key", [k for k, v in library().items() if v.has_atoms])
def test_atoms_have_the_neighbours_of_crystal_chemistry(key):
    structure = library()[key].structure
    elements, places, _, _ = structure.atoms()
    shifts = np.array([(i, j, k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)])
    anions = np.array([e in ("O", "F") for e in elements])
    for site in structure.sites:
        if site.element not in BONDS or (key == "latp" and site.element == "Al"):
            continue
        count, low, high = BONDS[site.element]
        apart = (places[anions][:, None] + shifts - np.array([site.x, site.y, site.z])).reshape(-1, 3)
        distance = np.sort(np.sqrt(np.einsum("ni,ij,nj->n", apart, structure.cell.metric, apart)))
        assert np.all((distance[:count] > low) & (distance[:count] < high)), distance[: count + 1]
        assert distance[count] > high + 0.3


def test_contents_are_whole_formulas():
    expected = {"alpo4-berlinite": {"Al": 3, "P": 3, "O": 12}, "li2co3": {"Li": 8, "C": 4, "O": 12}}
    expected |= {"llzo-tetragonal": {"Li": 56, "La": 24, "Zr": 16, "O": 96}, "cuf2": {"Cu": 2, "F": 4}}
    for key, content in expected.items():
        assert library()[key].structure.content() == pytest.approx(content)


def test_density_is_that_of_a_cod_entry(shared_data):
    """COD 9004112 states 6.187 g/cm3."""
    found = cif.read(shared_data / "d_characterisation" / "xrd_datalab" / "cod_9004112.cif")
    assert found.density_kg_m3 == pytest.approx(6187.0, abs=1.0)
    assert found.sites[0].b_iso is None


def test_groups_have_their_order():
    orders = {
        "cu": 192,
        "latp": 36,
        "tio2-rutile": 16,
        "tio2-anatase": 32,
        "llzo-cubic": 96,
        "li2co3": 8,
        "cuf2": 4,
    }
    for key, order in orders.items():
        assert len(library()[key].structure.rotations) == order
    with pytest.raises(ReadError, match="no symmetry operation"):
        symmetry.group(["x,y"])
    with pytest.raises(ReadError, match="make no group"):
        symmetry.group(["x+1/7,y,z", "y,z,x+1/1000", "z,-x,y"])


def test_form_factors_at_rest_are_the_electrons():
    for symbol, electrons in (("Li", 3), ("O", 8), ("P", 15), ("Ti", 22), ("Cu", 29), ("La", 57)):
        assert scattering.form_factor(symbol, np.zeros(1))[0] == pytest.approx(electrons, abs=0.02)


def test_spacings_are_those_of_the_closed_forms():
    hkl = np.array([[1, 2, 3]])
    cell = Cell(5.0, 5.0, 7.0, gamma=120.0)
    assert cell.system == "hexagonal"
    assert cell.inverse_square_spacing(hkl)[0] == pytest.approx(4 / 3 * (1 + 2 + 4) / 25 + 9 / 49)
    tilted = Cell(5.0, 6.0, 7.0, beta=100.0)
    s, c = np.sin(np.radians(100.0)), np.cos(np.radians(100.0))
    expected = (1 / 25 + 4 * s**2 / 36 + 9 / 49 - 2 * 3 * c / 35) / s**2
    assert tilted.inverse_square_spacing(hkl)[0] == pytest.approx(expected)


def test_radiation_is_said_or_refused():
    assert radiation.parse("Cu").alpha2 == pytest.approx(1.54443, abs=1e-5)
    assert radiation.parse("CuKa1").alpha2 is None
    assert radiation.parse("1.5406 angstrom").lines == ((1.5406, 1.0),)
    for wrong in ("Xx", "1.54", "15 mm"):
        with pytest.raises(InputError):
            radiation.parse(wrong)


def test_a_phase_is_found_by_key_name_formula_and_file(tmp_path):
    assert phase("LATP").key == phase("latp").key == "latp"
    assert phase("CuF2").key == "cuf2"
    with pytest.raises(InputError, match="2 phases"):
        phase("Li3PO4")
    with pytest.raises(InputError, match="did you mean"):
        phase("lapt")
    file = tmp_path / "salt.cif"
    file.write_text(
        "data_a\n_cell_length_a 4.0270(3)\n_cell_length_b 4.027\n_cell_length_c 4.027\n_cell_angle_alpha 90\n"
        "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'x,y+1/2,z+1/2'\n'x+1/2,y,z+1/2'\n'x+1/2,y+1/2,z'\n"
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
        "_atom_site_B_iso_or_equiv\nF1 F1- 0.5 0.5 0.5 0.6\nLi1 Li1+ 0 0 0 .\n"
    )
    own = phase(str(file)).structure
    assert own.content() == {"F": 4.0, "Li": 4.0}
    assert own.density_kg_m3 == pytest.approx(library()["lif"].structure.density_kg_m3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("4.0270(3)", "zero"), "not a number"),
        (("90\nloop_", "190\nloop_"), "between 20 and 160"),
        (("'x,y+1/2,z+1/2'", "'x,y+1/0,z'"), "divides by zero"),
        (("F1 F1-", "Xx1 Xx1-"), "element"),
        (("_atom_site_fract_y\n", "_atom_site_other\n"), "lacks"),
    ],
)
def test_a_wrong_cif_is_refused_in_words(change, said):
    text = (
        "data_a\n_cell_length_a 4.0270(3)\n_cell_length_b 4.027\n_cell_length_c 4.027\n_cell_angle_alpha 90\n"
        "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'x,y+1/2,z+1/2'\n"
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
        "F1 F1- 0.5 0.5 0.5\n"
    )
    assert cif.parse(text, "x").content()
    with pytest.raises(InputError, match=said):
        cif.parse(text.replace(*change), "x")


def test_a_space_group_without_its_operations_is_refused():
    with pytest.raises(ReadError, match="does not write out"):
        cif.parse(
            "data_a\n_cell_length_a 4\n_cell_length_b 4\n_cell_length_c 4\n_symmetry_space_group_name_H-M 'F m -3 m'\n"
            "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nF 0 0 0\n",
            "x",
        )
