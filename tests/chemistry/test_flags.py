"""Flags: which reactants they catch, and that their thresholds are arguments."""

from __future__ import annotations

import pytest

from interlayer.chemistry import (
    conversion,
    conversions,
    flags,
    inert_against_lithium,
    metal_percolates,
    most_favourable,
    swells,
    takes_lithium_before_latp,
)


def raised(test, *args) -> set[str]:
    return {c.reactant for c in conversions() if test(c, *args).raised}


def test_what_is_inert():
    # Named in the physics notes (3.2), from their own table.
    assert raised(inert_against_lithium) == {
        "CaF2", "SrF2", "MgO", "BN", "AlN", "TiN", "Mg3N2", "Si3N4",
    }  # fmt: skip
    assert raised(inert_against_lithium, 0.0) == {"MgO", "BN", "AlN", "TiN", "Mg3N2", "Si3N4"}


def test_a_second_cation_can_wake_an_oxide():
    assert inert_against_lithium(conversion("Al2O3"), 0.2).raised
    assert not inert_against_lithium(most_favourable("Al2O3"), 0.2).raised


def test_what_takes_lithium_before_latp():
    sure = raised(takes_lithium_before_latp, 2.5)
    assert sure >= {"CuF2", "AgF", "NiF2", "FeF2", "BiF3", "AgCl"}
    assert not sure & {"ZnF2", "AgI", "ZnO", "MgF2", "LiNO3"}
    between = takes_lithium_before_latp(conversion("ZnF2"))
    assert between.raised
    assert "only if LATP decomposes" in between.caveat
    assert takes_lithium_before_latp(conversion("CuF2")).caveat == ""


def test_metal_of_a_dense_and_of_a_diluted_film():
    copper = metal_percolates(conversion("CuF2"))
    assert copper.raised
    assert copper.value == pytest.approx(0.265, abs=0.001)
    assert "no network" in copper.caveat
    # A fifth of the film is CuF2: 0.2 x 0.295 of copper in 1 + 0.2 x 0.114.
    thin = metal_percolates(conversion("CuF2"), reactant_fraction=0.2)
    assert thin.value == pytest.approx(0.2 * 0.2954 / (1 + 0.2 * 0.114), rel=2e-3)
    assert not thin.raised
    assert metal_percolates(conversion("CuF2"), 0.03, 0.2).raised
    # Silicon is no metal, and lithium nitrate makes none.
    assert metal_percolates(conversion("SiO2")).value == 0
    assert metal_percolates(conversion("LiNO3")).value == 0


def test_swelling_scales_with_the_share_of_reactant():
    assert swells(conversion("Al2O3")).value == pytest.approx(1.51, abs=0.01)
    assert swells(conversion("Al2O3"), reactant_fraction=0.1).value == pytest.approx(0.151, abs=0.001)
    assert not swells(conversion("Al2O3"), reactant_fraction=0.1).raised
    assert not swells(conversion("CuF2")).raised
    assert swells(conversion("CuF2"), 0.1).raised


def test_an_inert_reactant_neither_swells_nor_percolates():
    found = {f.name: f for f in flags(conversion("AlN"))}
    assert [name for name, f in found.items() if f.raised] == ["inert against lithium"]
    assert found["swells"].caveat == "inert: it does not react"
    assert found["swells"].value > 1.5
