"""Heat of reaction and potential at other temperatures, from enthalpies; checked with third-law entropies."""

from __future__ import annotations

import math

import pytest

from interlayer.chemistry import conversion, own_species, reactions, reduction
from interlayer.errors import DescriptionError

FARADAY = 96485.33212

# Standard entropies at 298.15 K, J/mol/K, CRC Handbook: not stored in the package, which has enthalpies.
ENTROPY = {
    "Li": 29.1, "Cu": 33.2, "Ag": 42.6, "Zn": 41.6, "Fe": 27.3, "Ni": 29.9, "Mg": 32.7, "Al": 28.3, "Si": 18.8,
    "LiF": 35.7, "Li2O": 37.6, "LiI": 86.8, "LiCl": 59.3, "LiBr": 74.3,
    "ZnF2": 73.7, "FeF2": 87.0, "NiF2": 73.6, "MgF2": 57.2, "AlF3": 66.5, "AgI": 115.5, "AgCl": 96.3, "CuCl": 86.2,
    "CuBr": 96.1, "ZnO": 43.7, "CuO": 42.6, "Cu2O": 93.1, "Al2O3": 50.9, "SiO2": 41.5, "Fe2O3": 87.4, "MgO": 27.0,
}  # fmt: skip
KNOWN = [c for c in reactions() if {c.reactant, *c.products} <= set(ENTROPY)]


@pytest.mark.parametrize("c", KNOWN, ids=lambda c: c.reactant)
def test_entropy_of_reaction_is_that_of_the_third_law(c):
    expected = sum(v * ENTROPY[k] for k, v in c.products.items()) - ENTROPY[c.reactant] - c.n * ENTROPY["Li"]
    # Figures printed to 0.1 kJ/mol leave 0.3 J/mol/K each; LiF here is of another table than its entropy.
    assert c.delta_S == pytest.approx(expected, abs=2.0)


def test_heat_of_the_copper_fluoride_film():
    # Physics notes 3.1: about -694 kJ/mol; 0.95 mg/cm2 of CuF2 (9.36 umol/cm2) gives 6.5 J/cm2.
    c = conversion("CuF2")
    assert c.delta_H == pytest.approx(-694e3, abs=2e3)
    assert c.heat(0.95e-2 / 0.10154) == pytest.approx(6.5e4, rel=0.01)


def test_temperature_coefficient():
    c = conversion("AgCl")
    # AgCl + Li -> Ag + LiCl: 42.6 + 59.3 - 96.3 - 29.1 = -23.5 J/mol/K, -0.244 mV/K.
    assert c.potential_at(298.15) == c.potential
    slope = (c.potential_at(353.15) - c.potential_at(273.15)) / 80.0
    assert slope == pytest.approx(-23.5 / FARADAY, rel=0.05)
    for temperature in (0.0, 500.0, math.nan):
        with pytest.raises(DescriptionError, match="outside 200 to 450 K"):
            c.potential_at(temperature)


def test_what_is_not_known_is_not_made_up():
    c = conversion("SnS2")
    assert c.delta_H is None
    assert c.delta_S is None
    assert c.potential_at(330.0) is None
    assert c.heat(1.0) is None
    mine = own_species(
        "SnS2", formation_energy="-133.5 kJ/mol", density="4.5 g/cm3", formation_enthalpy="-150 kJ/mol"
    )
    assert reduction("SnS2", substances=[mine]).delta_H == pytest.approx((2 * -441.4 + 150) * 1e3)
