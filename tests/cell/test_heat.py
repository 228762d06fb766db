"""Heat of a coating's conversion, against hand calculation and the physics notes."""

from __future__ import annotations

import pytest

import interlayer as il
from interlayer.errors import DescriptionError
from interlayer.heat import conversion_heat


def coated(**coating: object) -> il.Cell:
    table = il.cells.load("ding2024/cuf2-20ul").as_dict()
    table["coating"] = {"material": "cuf2-pvdf", **coating}
    table["electrolyte"]["thickness"] = "0.55 mm"
    return il.Cell.from_dict(table)


@pytest.mark.parametrize(("area", "joule_cm2"), [("2.01 cm2", 6.5), ("1.54 cm2", 8.4), ("1.13 cm2", 11.5)])
def test_heat_of_the_papers_drop(area, joule_cm2):
    """Physics notes 3.1: 0.95, 1.23, 1.68 mg/cm2 CuF2 on one face times 694 kJ/mol."""
    recipe = {
        "drop_volume": "20 uL",
        "solution_density": "0.95 g/cm3",
        "solids": {"CuF2": "10 wt%", "PVDF": "5 wt%"},
        "wetted_area": area,
        "porosity": 0.1,
    }
    found = conversion_heat(coated(**recipe))
    assert found.heat / 2e4 == pytest.approx(joule_cm2, rel=0.01)  # two faces


def test_adiabatic_rise_is_heat_over_the_heat_capacity_of_the_stack():
    """Two foils of 450 um (0.534 g/cm3, 3.58 J/gK) and 0.55 mm of LATP (2.94 g/cm3, 0.75 J/gK), per m2."""
    found = conversion_heat(coated(thickness="15 um", porosity=0.067))
    lithium, ceramic = 2 * 450e-6 * 534 * 3580, 0.55e-3 * 2940 * 750
    assert found.heat_capacity == pytest.approx(lithium + ceramic, rel=2e-3)
    assert found.highest_rise == pytest.approx(found.heat / (lithium + ceramic), rel=2e-3)
    assert found.highest_rise == pytest.approx(52.5, rel=0.02)
    assert found.left_out == ("coating", "coating")


def test_what_is_not_known_makes_the_bound_higher():
    cell = coated(thickness="15 um")
    whole = conversion_heat(cell).highest_rise
    table = cell.as_dict()
    table["electrolyte"].pop("thickness")
    part = conversion_heat(il.Cell.from_dict(table))
    assert whole is not None
    assert part.highest_rise is not None
    assert part.highest_rise > whole
    assert "electrolyte" in part.left_out


def test_a_bare_cell_makes_none_and_an_unknown_coating_is_refused():
    assert conversion_heat(il.cells.load("ding2024/bare")).heat == 0.0
    with pytest.raises(DescriptionError, match="composition"):
        conversion_heat(coated(thickness="15 um").override({"coating.material": "mystery"}))
