"""What the phases of the library rest on: a status for cell and atoms, structure files of others, the page."""

from __future__ import annotations

import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from interlayer.surface.xrd.crystal import cif
from interlayer.surface.xrd.library import STATUSES, UNCHECKED, library

PAGE = Path(__file__).resolve().parents[3] / "docs" / "theory" / "diffraction.md"
ANALYZER = "d_characterisation/xrd_AutoAnalyzer"
OBELIX = "d_characterisation/cif_OBELiX_LATP"
# Structure files, greatest difference of cell edges (relative) and of places of P, O, C, La, Zr, Ti (angstrom).
# Cells of the Materials Project are compared loosely, those of other compositions not.
FILES = {
    "li2co3": (f"{ANALYZER}/Li2CO3_15.cif", 1e-6, 0.001),
    "llzo-cubic": (f"{ANALYZER}/Li7La3Zr2O12_230.cif", None, 0.001),
    "la2zr2o7": (f"{ANALYZER}/La2Zr2O7_227.cif", None, 0.001),
    "tio2-rutile": (f"{ANALYZER}/TiO2_136.cif", 0.005, 0.01),
    "tio2-anatase": (f"{ANALYZER}/TiO2_141.cif", 0.01, 0.01),
    "lif": (f"{ANALYZER}/LiF_225.cif", 0.012, 0.001),
    "li2o": (f"{ANALYZER}/Li2O_225.cif", 0.012, 0.001),
    "ltp": (f"{OBELIX}/019.cif", 1e-6, 0.25),
    "latp": (f"{OBELIX}/9s4.cif", 1e-5, 0.7),
}


@pytest.mark.parametrize("key", library())
def test_every_phase_says_what_it_rests_on(key):
    known = library()[key]
    assert known.structure.source and known.checked
    assert known.status in STATUSES
    assert (known.atoms_status in STATUSES) if known.has_atoms else known.atoms_status == ""
    if {known.status, known.atoms_status} <= {*UNCHECKED, ""}:
        assert "no text" in known.checked
    raw = (files("interlayer.surface.xrd.phases") / f"{key}.toml").read_text("utf-8")
    assert raw.count("source = ") == 1


def apart(key: str, path: Path) -> tuple[float, float]:
    """Greatest relative difference of cell edges, and of places of all but Li and Al, other origin allowed."""
    own, other = library()[key].structure, cif.read(path)
    edges = [np.array([s.cell.a, s.cell.b, s.cell.c]) for s in (own, other)]
    elements, places, _, _ = (np.array(part) for part in own.atoms())
    theirs, there, _, _ = (np.array(part) for part in other.atoms())
    heavy = [e for e in dict.fromkeys(elements.tolist()) if e not in ("Li", "Al")]
    best = np.inf
    first = places[elements == heavy[0]][0]
    for shift in [np.zeros(3), *(there[theirs == heavy[0]] - first)]:
        worst = 0.0
        for element in heavy:
            away = places[elements == element][:, None] + shift - there[theirs == element]
            away -= np.round(away)
            distance = np.sqrt(np.einsum("abi,ij,abj->ab", away, own.cell.metric, away))
            worst = max(worst, float(distance.min(axis=1).max()))
        best = min(best, worst)
    return float(np.abs(edges[0] / edges[1] - 1.0).max()), best


@pytest.mark.parametrize("key", FILES)
def test_cells_and_atoms_are_those_of_structure_files(shared_data, key):
    """OBELiX moves atoms at random, up to 0.7 angstrom; where its noise is small the sites agree (see below)."""
    name, relative, distance = FILES[key]
    cell, place = apart(key, shared_data / name)
    assert relative is None or cell <= relative
    assert place <= distance


def test_sites_of_ltp_are_met_by_the_least_noisy_file(shared_data):
    """Each site within 0.11 angstrom of one of six files: a wrong site would be met by none."""
    own = library()["ltp"].structure
    nearest = {i: np.inf for i, site in enumerate(own.sites) if site.element != "Li"}
    for path in sorted((shared_data / OBELIX).glob("*.cif")):
        theirs, there, _, _ = (np.array(part) for part in cif.read(path).atoms())
        for i in nearest:
            site = own.sites[i]
            for origin in ((0.0, 0.0, 0.0), (0.0, 0.0, 0.5)):
                away = np.array([site.x, site.y, site.z]) + origin - there[theirs == site.element]
                away -= np.round(away)
                d = np.sqrt(np.einsum("bi,ij,bj->b", away, own.cell.metric, away))
                nearest[i] = min(nearest[i], float(d.min()))
    assert max(nearest.values()) < 0.11


@pytest.mark.parametrize(("key", "name"), [("llzo-tetragonal", "wyu"), ("li3po4-gamma", "w7d")])
def test_structures_of_obelix(shared_data, tmp_path, key, name):
    with zipfile.ZipFile(shared_data / "e_tables" / "OBELiX" / "all_cifs.zip") as packed:
        path = tmp_path / f"{name}.cif"
        path.write_bytes(packed.read(f"all_randomized_cifs/{name}.cif"))
    cell, place = apart(key, path)
    assert cell < 1e-3
    assert place < (0.001 if key == "llzo-tetragonal" else 0.3)


@pytest.mark.parametrize(("key", "grams", "tolerance"), [("lif", 2.635, 2e-3), ("li2o", 2.013, 6e-3)])
def test_cells_give_the_densities_of_the_nist_list(key, grams, tolerance):
    """Densities of the NIST list of compounds, g/cm3 (as in xraylib 4.3.0); 0.2 % is 0.003 angstrom in LiF."""
    assert library()[key].structure.density_kg_m3 == pytest.approx(1e3 * grams, rel=tolerance)


def test_the_page_lists_every_phase_with_its_status():
    block = PAGE.read_text("utf-8").split("<!-- generated: xrd-phases -->")[1].split("<!-- end")[0]
    for known in library().values():
        assert f"| `{known.key}` | {known.status} | {known.atoms_status or 'none'} |" in block
