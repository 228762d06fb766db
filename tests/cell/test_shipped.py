"""The cells of Ding et al. 2024 load, say what the paper says, and lack what it does not say."""

from __future__ import annotations

import pytest

from interlayer import cells
from interlayer.cell import Cell
from interlayer.errors import DescriptionError

NAMES = ("ding2024/bare", "ding2024/cuf2-10ul", "ding2024/cuf2-20ul", "ding2024/cuf2-30ul", "ding2024/pvdf")


def test_the_five_cells_are_listed():
    assert set(NAMES) <= set(cells.names())


@pytest.mark.parametrize("name", cells.names())
def test_every_shipped_cell_loads_and_round_trips(name):
    cell = cells.load(name)
    assert Cell.from_text(cell.to_toml()) == cell
    assert cell.label
    assert not [f for f in cell.findings if f.severity != "note"]


@pytest.mark.parametrize("name", NAMES)
def test_area_and_pellet_thickness_are_left_to_the_parameter_set(name):
    cell = cells.load(name)
    assert cell.parameters == "ding2024-b"
    assert cell.symmetric is True
    with pytest.raises(DescriptionError, match="electrode area"):
        cell.require_for_simulation()
    cell.override({"area": "0.785 cm2", "electrolyte.thickness": "0.55 mm"}).require_for_simulation()


@pytest.mark.parametrize(("volume", "thickness"), [(10, 7), (20, 15), (30, 32)])
def test_thickness_is_the_papers_and_porosity_closes_the_solids_balance(volume, thickness):
    # Paper: 10/20/30 uL of one solution give 7/15/32 um. If the thinnest coat has no pores, every uL
    # leaves 0.7 um of solid.
    (layer, _) = cells.load(f"ding2024/cuf2-{volume}ul").dry_layers
    assert layer is not None
    assert layer.thickness_m == pytest.approx(thickness * 1e-6)
    assert layer.thickness_m * (1 - layer.porosity) / volume == pytest.approx(0.7e-6, rel=2e-3)
    assert layer.reactant == "CuF2"


def test_pvdf_only_has_nothing_to_convert():
    (layer, _) = cells.load("ding2024/pvdf").dry_layers
    assert layer is not None
    assert layer.areal_moles == 0.0
    assert layer.reactant is None


def test_unknown_names_get_the_nearest():
    with pytest.raises(DescriptionError, match="did you mean 'ding2024/cuf2-20ul'"):
        cells.load("ding2024/cuf2-20")
    with pytest.raises(DescriptionError, match="no such file"):
        cells.load("ding2024/cuf2-20ul.toml")


def test_a_path_loads_a_file(tmp_path):
    file = tmp_path / "my cell ü.toml"
    file.write_text('label = "mine"\narea = "1 cm2"\n', encoding="utf-8")
    assert cells.load(str(file)).label == "mine"
