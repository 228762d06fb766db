"""Conversion reactions against published potentials, electrochemical tables and independent arithmetic."""

from __future__ import annotations

import pytest

from interlayer.chemistry import Conversion, conversion, imbalance, reactions, species, species_names
from interlayer.errors import DescriptionError

FARADAY = 96485.33212


@pytest.mark.parametrize(
    ("reactant", "volts", "within"),
    [
        # A conference abstract on FeF2, NiF2 and CuF2 (references.bib: mf2-abstract): 3.55, 2.96, 2.66 V.
        # Formation energies known to 3 kJ/mol leave 0.016 V.
        ("CuF2", 3.55, 0.02),
        ("NiF2", 2.96, 0.02),
        ("FeF2", 2.66, 0.03),
        # All energies from the CRC Handbook (LiF -587.7, ZnF2 -713.3 kJ/mol): 462.1/(2 F).
        ("ZnF2", 2.395, 0.02),
        # Hand calculation with the CRC Handbook's LiI -270.3, AgI -66.2 kJ/mol: 204.1/F.
        ("AgI", 2.115, 0.02),
        # Literature figures named in the project's goals.
        ("CuF2", 3.55, 0.01),
        ("NiF2", 2.97, 0.02),
        ("FeF2", 2.65, 0.02),
        ("ZnF2", 2.41, 0.02),
        ("AgI", 2.12, 0.02),
        ("Al2O3", 0.175, 0.02),
        # JANAF-type tables: Al2O3 is all but inert (0.18 V), MgF2 0.55 V.
        ("Al2O3", 0.18, 0.02),
        ("MgF2", 0.55, 0.03),
    ],
)
def test_potentials(reactant, volts, within):
    assert conversion(reactant).potential == pytest.approx(volts, abs=within)


def test_silver_iodide_against_its_standard_electrode():
    # AgI + e- -> Ag + I-: -0.15224 V against SHE; Gibbs energy of aqueous iodide -51.6 kJ/mol (both from
    # the CRC Handbook).
    expected = -51.6e3 + FARADAY * -0.15224
    assert species("AgI").formation_energy.value == pytest.approx(expected, abs=500)


def test_zinc_oxide_from_enthalpy_and_entropy():
    # CRC Handbook: H -350.5 kJ/mol; S 43.7 (ZnO), 41.6 (Zn), 205.2/2 (O2) J/mol/K.
    expected = -350.5e3 - 298.15 * (43.7 - 41.6 - 205.2 / 2)
    assert species("ZnO").formation_energy.value == pytest.approx(expected, abs=500)


def test_copper_and_lithium_fluoride_of_a_converted_film():
    # Molar volumes 24.0, 7.09 and 2 x 9.83 cm3/mol: 0.295 Cu and 0.819 LiF per volume of CuF2.
    c = conversion("CuF2")
    parts = c.fractions(0.2, 0.5)
    assert parts["CuF2"] == pytest.approx(0.1)
    assert parts["Cu"] == pytest.approx(0.1 * 7.09 / 24.005, rel=1e-3)
    assert parts["LiF"] == pytest.approx(0.1 * 2 * 9.825 / 24.005, rel=1e-3)
    assert sum(c.fractions(0.2, 1.0).values()) == pytest.approx(0.2 * (1 + c.film_volume_change))
    assert c.fractions(0.2, 0.0) == {"CuF2": 0.2, "Cu": 0.0, "LiF": 0.0}


def test_charge_and_lithium_of_a_film():
    c = conversion("CuF2")
    assert c.charge(0.1) == pytest.approx(2 * FARADAY * 0.1)
    # 1 mAh/cm2 (36 000 C/m2) is 4.85 um of lithium at 0.534 g/cm3.
    moles = 36e3 / (2 * FARADAY)
    assert c.lithium_thickness(moles) == pytest.approx(4.85e-6, rel=2e-3)
    assert c.volumetric_capacity * 1e-6 == pytest.approx(0.223 * 36e3, rel=3e-3)  # 0.223 mAh/cm2 a um


@pytest.mark.parametrize("c", reactions(), ids=lambda c: c.equation)
def test_every_stored_reaction_balances_and_conserves_mass(c):
    assert imbalance({c.reactant: 1, "Li+": c.n, "e-": c.n}, c.products) == {}
    before = species(c.reactant).molar_mass + c.n * species("Li").molar_mass
    after = sum(number * species(name).molar_mass for name, number in c.products.items())
    assert after == pytest.approx(before, rel=1e-12)
    assert c.proceeds == (c.potential > 0)
    # Energies from memory, and those on which tables differ, carry up to 20 kJ/mol.
    assert 0 < (c.potential_uncertainty or 0) < (0.11 if c.from_memory or c.reactant == "InI" else 0.05)
    assert c.equation in repr(c)
    assert f"{c.potential:.3f} V" in c._repr_html_()


def test_error_of_the_potential_is_that_of_the_formation_energies():
    # sqrt((2 x 1)^2 + 3^2) kJ/mol over 2 F.
    assert conversion("CuF2").potential_uncertainty == pytest.approx(13**0.5 * 1e3 / (2 * FARADAY))


@pytest.mark.parametrize(
    ("reactant", "n", "products", "says"),
    [
        ("CuF2", 2, {"Cu": 1, "LiF": 1}, r"does not balance: the right side has F -1, Li -1"),
        ("CuF2", 1, {"Cu": 1, "LiF": 2}, r"Li \+1"),
        ("CuF2", 0, {"Cu": 1}, "n = 0 is not above 0"),
        ("CuF2", 2, {"Cu": 1, "LiX": 2}, "unknown element"),
        ("CuO2", 4, {"Cu": 1, "Li2O": 2}, "unknown substance 'CuO2'"),
        ("CuF2", float("nan"), {"Cu": 1, "LiF": 2}, "n = nan is not above 0"),
        ("CuF2", 3, {"Cu": 1, "LiF": 2, "Li": 1}, "Li stands on both sides"),
        ("CuF2", 1, {"Cu": 0.5, "LiF": 1, "CuF2": 0.5}, "CuF2 stands on both sides"),
        ("CuO", 2, {"Cu": 2, "Li2O": 1, "Cu2O": -0.5}, "numbers of products are above 0"),
    ],
)
def test_what_does_not_balance_is_refused(reactant, n, products, says):
    with pytest.raises(DescriptionError, match=says):
        Conversion(reactant, n, products)


def test_unknown_reactants_get_the_nearest():
    with pytest.raises(DescriptionError, match="did you mean 'CuF2'"):
        conversion("CuF")
    assert "CuF2" in species_names()
