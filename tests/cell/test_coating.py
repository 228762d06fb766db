"""Coatings: mass and volume balance against closed forms, and what is said where inputs disagree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer import units
from interlayer.cell import Cell
from interlayer.chemistry import conversion
from interlayer.coating import Coating, DryLayer, dry_layer
from interlayer.errors import DescriptionError
from interlayer.materials import find


def coating(**table: object) -> Coating:
    cell = Cell(label="a", coating={"material": "cuf2-pvdf", **table})
    assert cell.coating.left is not None
    return cell.coating.left


def names(layer: DryLayer) -> list[str]:
    return [f.name for f in layer.findings]


RECIPE = {
    "drop_volume": "20 uL",
    "solution_density": "0.95 g/cm3",
    "solids": {"CuF2": "10 wt%", "PVDF": "5 wt%"},
    "wetted_area": "1.54 cm2",
}


def test_thickness_of_a_dense_coat_by_hand():
    # 19 mg solution: 1.9 mg CuF2 / 4.23 + 0.95 mg PVDF / 1.78 = 0.4492 + 0.5337 mm3 on 154 mm2.
    layer = dry_layer(coating(**RECIPE, porosity=0))
    assert layer.thickness_m == pytest.approx((1.9 / 4.23 + 0.95 / 1.78) / 154 * 1e-3, rel=1e-12)
    assert layer.volume_fractions["CuF2"] == pytest.approx(0.4492 / 0.9829, rel=1e-3)
    assert layer.thickness_from == "recipe"


@pytest.mark.parametrize(
    ("area", "mass", "capacity", "lithium"),
    [("2.01 cm2", 0.95, 0.50, 2.4), ("1.54 cm2", 1.23, 0.65, 3.2), ("1.13 cm2", 1.68, 0.89, 4.3)],
)
def test_cuf2_of_the_papers_drop(area, mass, capacity, lithium):
    # 20 uL with 10 wt% CuF2 at 0.95 g/cm3; mg/cm2, mAh/cm2 and um of lithium by hand calculation.
    layer = dry_layer(coating(**{**RECIPE, "wetted_area": area}, porosity=0.1))
    assert layer.areal_moles is not None
    assert layer.areal_moles * find("CuF2").molar_mass.value * 100 == pytest.approx(mass, abs=0.006)
    reaction = conversion("CuF2")
    assert units.to_unit(reaction.charge(layer.areal_moles), "mAh/cm2") == pytest.approx(capacity, abs=0.006)
    assert reaction.lithium_thickness(layer.areal_moles) * 1e6 == pytest.approx(lithium, abs=0.06)


@pytest.mark.parametrize(("area_mm2", "fraction"), [(201, 0.15), (154, 0.19), (113, 0.26)])
def test_stored_reactant_fraction_follows_from_ten_weight_percent_of_solution(area_mm2, fraction):
    volume = 20 * 0.95 * 0.10 / 4.23  # mm3 of CuF2
    assert volume / (area_mm2 * 0.015) == pytest.approx(fraction, abs=0.006)
    stored = find("cuf2-pvdf").formulation
    assert stored is not None
    share = stored.components["CuF2"].volume_fraction
    assert share.range is not None
    assert share.range[0] <= fraction <= share.range[1]


percent = st.floats(0.5, 25)


@given(
    percent,
    percent,
    st.floats(1, 100),
    st.floats(0.7, 1.5),
    st.floats(0.2, 5),
    st.floats(0, 0.8),
    st.floats(0, 0.5),
)
def test_mass_and_volume_balance(cuf2, pvdf, volume, density, area, pores, solvent):
    layer = dry_layer(
        coating(
            drop_volume=f"{volume!r} uL",
            solution_density=f"{density!r} g/cm3",
            solids={"CuF2": f"{cuf2!r} wt%", "PVDF": f"{pvdf!r} wt%"},
            wetted_area=f"{area!r} cm2",
            porosity=pores,
            residual_solvent=solvent,
        )
    )
    assert sum(layer.volume_fractions.values()) == pytest.approx(1.0, rel=1e-12)
    drop = volume * 1e-9 * density * 1e3
    for name, share in (("CuF2", cuf2), ("PVDF", pvdf)):
        on_face = layer.volume_fractions[name] * layer.thickness_m * area * 1e-4 * find(name).density.value
        assert on_face == pytest.approx(drop * share / 100, rel=1e-12)
    assert layer.volume_fractions["pores"] == pytest.approx(pores)
    assert layer.areal_moles == pytest.approx(
        drop * cuf2 / 100 / find("CuF2").molar_mass.value / (area * 1e-4), rel=1e-9
    )


@given(st.floats(3, 50), st.floats(0, 0.9))
def test_masses_and_weight_fractions_are_the_same_recipe(volume, pores):
    by_fraction = dry_layer(coating(**{**RECIPE, "drop_volume": f"{volume!r} uL"}, porosity=pores))
    mass = volume * 0.95  # mg of solution
    by_mass = dry_layer(
        coating(
            solids={"CuF2": f"{0.1 * mass!r} mg", "PVDF": f"{0.05 * mass!r} mg"},
            wetted_area="1.54 cm2",
            porosity=pores,
        )
    )
    assert by_mass.thickness_m == pytest.approx(by_fraction.thickness_m, rel=1e-12)


def test_density_of_the_solution_as_an_ideal_mixture():
    # 1/rho = 0.1/4.23 + 0.9/0.867
    known = 1 / (0.1 / 4.23 + 0.9 / 0.867)
    table = {"drop_volume": "20 uL", "solids": {"CuF2": "10 wt%"}, "wetted_area": "1 cm2", "porosity": 0}
    mixed = dry_layer(coating(**table, solvent="DME"))
    given_density = dry_layer(coating(**table, solution_density=f"{known!r} g/cm3"))
    assert mixed.thickness_m == pytest.approx(given_density.thickness_m, rel=1e-12)
    assert "solution density assumed" in names(mixed)


def test_measured_thickness_wins_and_a_disagreement_names_both_numbers():
    layer = dry_layer(coating(**RECIPE, porosity=0, thickness="15 um"))
    assert layer.thickness_m == pytest.approx(15e-6)
    assert layer.thickness_from == "measured"
    (finding,) = (f for f in layer.findings if f.name == "thickness disagrees with recipe")
    assert finding.severity == "warning"
    assert "15 um" in finding.detail
    assert "6.38 um" in finding.detail


def test_agreement_within_scatter_is_silent():
    layer = dry_layer(coating(**RECIPE, porosity=0, thickness="6.6 um"))
    assert layer.findings == ()


def test_porosity_is_derived_when_thickness_and_recipe_are_both_given():
    layer = dry_layer(coating(**RECIPE, thickness="15 um"))
    assert layer.porosity == pytest.approx(1 - 6.3825 / 15, rel=1e-3)
    assert names(layer) == ["porosity derived"]
    thin = dry_layer(coating(**RECIPE, thickness="3 um"))
    assert thin.porosity == 0.0
    assert "thickness disagrees with recipe" in names(thin)


def test_thickness_alone_takes_the_materials_composition_and_says_what_it_assumed():
    layer = dry_layer(coating(thickness="15 um"))
    assert layer.porosity == 0.0
    assert names(layer) == ["porosity assumed"]
    assert layer.volume_fractions["CuF2"] == pytest.approx(0.19)
    # N = phi0 h / V_m with V_m = 101.54/4.23 cm3/mol
    assert layer.areal_moles == pytest.approx(0.19 * 15e-6 / (101.54e-6 / 4.23), rel=1e-12)


def test_own_reactant_fraction_replaces_the_stored_one():
    layer = dry_layer(coating(thickness="10 um", porosity=0.5, reactant_fraction=0.4))
    assert layer.volume_fractions == pytest.approx({"CuF2": 0.2, "gel": 0.3, "pores": 0.5})
    with_recipe = dry_layer(coating(**RECIPE, porosity=0, reactant_fraction=0.4))
    assert "reactant fraction ignored" in names(with_recipe)
    inert = Cell(label="a", coating={"material": "pvdf-gel", "thickness": "9 um", "reactant_fraction": 0.3})
    assert inert.dry_layers[0] is not None
    assert "reactant fraction ignored" in names(inert.dry_layers[0])


def test_a_free_material_has_no_known_composition():
    layer = Cell(label="a", coating={"material": "my secret", "thickness": "1 um", "porosity": 0}).dry_layers[
        0
    ]
    assert layer is not None
    assert layer.areal_moles is None
    assert layer.volume_fractions == {}
    assert names(layer) == ["composition unknown"]


def test_a_recipe_without_the_reactant_is_reported():
    layer = dry_layer(coating(**{**RECIPE, "solids": {"PVDF": "5 wt%"}}, porosity=0))
    assert layer.areal_moles == 0.0
    assert "reactant missing from recipe" in names(layer)


def test_the_cells_coating_area_is_the_wetted_area():
    table = {
        "material": "cuf2-pvdf",
        "porosity": 0,
        **{k: v for k, v in RECIPE.items() if k != "wetted_area"},
    }
    wide = Cell(label="a", area="0.785 cm2", coating_area="1.54 cm2", coating=table)
    assert wide.layers[1].thickness == pytest.approx(dry_layer(coating(**RECIPE, porosity=0)).thickness_m)
    assert wide.dry_layers[0] == wide.dry_layers[1]
    without = Cell(label="a", coating=table)
    assert without.layers[1].thickness is None
    with pytest.raises(DescriptionError, match="wetted area is not known"):
        _ = without.dry_layers
    assert any(
        "coating area taken" in f.detail for f in Cell(label="a", area="1 cm2", coating=table).findings
    )


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "neither a thickness nor a whole recipe"),
        ({"drop_volume": "20 uL", "solids": {"CuF2": "10 wt%"}}, "neither a thickness nor a whole recipe"),
        ({**RECIPE, "solids": {"CuF3": "10 wt%"}}, "unknown material 'CuF3'; did you mean 'CuF2'"),
        ({**RECIPE, "solids": {"cuf2-pvdf": "10 wt%"}}, "unknown quantity of cuf2-pvdf 'density'"),
    ],
)
def test_what_cannot_be_computed(table, says):
    with pytest.raises(DescriptionError, match=says):
        dry_layer(coating(**table))


@pytest.mark.parametrize(
    ("solids", "says"),
    [
        ({"CuF2": "10 wt%", "PVDF": "2 mg"}, "mixes weight fractions"),
        ({"CuF2": "60 wt%", "PVDF": "50 wt%"}, "add up to 1.1"),
        ({"CuF2": "10 vol%"}, "neither a weight fraction of the solution nor a mass"),
        ({"CuF2": "10,5 wt%"}, 'write CuF2 = "10.5 wt%"'),
        ({"CuF2": 10}, "neither a weight fraction"),
        ({"CuF2": "-1 mg"}, "neither a weight fraction"),
        ({"CuF2": "120 wt%"}, "neither a weight fraction"),
        ("CuF2", "is not a table"),
    ],
)
def test_bad_solids(solids, says):
    with pytest.raises(DescriptionError, match=says):
        coating(drop_volume="20 uL", solids=solids)
