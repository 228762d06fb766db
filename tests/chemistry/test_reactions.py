"""Reactions that people write themselves, products with two cations, own substances."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.chemistry import (
    Conversion,
    conversion,
    conversions,
    most_favourable,
    own_species,
    reaction,
    reactions,
    reduction,
    species,
)
from interlayer.errors import DescriptionError, InterlayerError

FARADAY = 96485.33212
every_reaction = pytest.mark.parametrize("c", reactions(), ids=lambda c: c.equation)


def same(one: Conversion, two: Conversion) -> bool:
    assert one.reactant == two.reactant
    assert one.n == pytest.approx(two.n, rel=1e-5)
    assert dict(one.products) == pytest.approx(dict(two.products), rel=1e-5)
    return True


@every_reaction
def test_equations_can_be_read_again(c):
    assert same(reaction(c.equation), c)


@pytest.mark.parametrize(
    "text",
    [
        "CuF2 + 2 Li -> Cu + 2 LiF",
        "CuF2+2Li->Cu+2LiF",
        "3 CuF2 + 6 Li → 3 Cu + 6 LiF",
        "0.5 CuF2 + Li -> 0.5 Cu + LiF",
        "CuF2 + 2 Li+ + 2 e- -> Cu + 2 LiF",
        "Li + CuF2 + Li -> LiF + Cu + LiF",
    ],
)
def test_ways_to_write_a_reaction(text):
    assert same(reaction(text), conversion("CuF2"))


def test_alumina_goes_to_the_aluminate_first():
    # 2 Al2O3 + 3 Li -> 3 LiAlO2 + Al: 3 x 1126.3 - 2 x 1582.3 = 214.3 kJ for three electrons, 0.74 V; as
    # Li2O it would be 0.175 V.
    c = reaction("2 Al2O3 + 3 Li -> 3 LiAlO2 + Al")
    assert 2 * c.delta_G == pytest.approx(-214.3e3, abs=100)
    assert c.potential == pytest.approx(0.74, abs=0.01)
    assert most_favourable("Al2O3").equation == c.equation
    assert c.capacity_mAh_g == pytest.approx(conversion("Al2O3").capacity_mAh_g / 4)
    assert most_favourable("CuF2").equation == conversion("CuF2").equation


def test_the_energy_of_steps_adds_up():
    """Hess: alumina to aluminate, aluminate to lithium oxide, together alumina to lithium oxide."""
    first = reaction("2 Al2O3 + 3 Li -> 3 LiAlO2 + Al")
    second = reduction("LiAlO2")
    assert second.n == 3
    whole = conversion("Al2O3")
    assert first.delta_G + 1.5 * second.delta_G == pytest.approx(whole.delta_G, rel=1e-12)
    assert first.n + 1.5 * second.n == pytest.approx(whole.n)


def test_a_substance_of_ones_own():
    # Formation energy typed here as a user would; arithmetic by hand.
    titanate = own_species(
        "Li4Ti5O12", formation_energy="-5771 kJ/mol", density="3.48 g/cm3", uncertainty="10 kJ/mol"
    )
    c = reaction(
        "3 TiO2 + 4 Li -> Li4Ti3O6",
        substances=[own_species("Li4Ti3O6", formation_energy="-3200 kJ/mol", density="3.5 g/cm3")],
    )
    assert c.potential == pytest.approx((3200 - 3 * 889.4) * 1e3 / (4 * FARADAY), abs=1e-4)
    back = reduction("Li4Ti5O12", substances=[titanate])
    assert back.n == 24 - 4
    assert back.potential_uncertainty == pytest.approx(math.hypot(10, 12 * 1) * 1e3 / (20 * FARADAY))
    assert back.sources == ("user", "crc")
    with pytest.raises(DescriptionError, match="unknown substance 'Li4Ti5O12'"):
        reduction("Li4Ti5O12")


def test_own_substances_go_before_stored_ones():
    mine = own_species("CuF2", formation_energy="-492.7 kJ/mol", density="4.23 g/cm3", source="mcbride2002")
    shift = reduction("CuF2", substances=[mine]).potential - conversion("CuF2").potential
    assert shift == pytest.approx(-1.0e3 / (2 * FARADAY), rel=1e-9)
    assert species("CuF2").formation_energy.value == -491.7e3


@pytest.mark.parametrize("wrong", [{"density": "0 g/cm3"}, {"density": "4 V"}, {"formation_energy": "-3"}])
def test_own_substances_need_units_and_a_density(wrong):
    with pytest.raises(InterlayerError):
        own_species("XeF2", **{"formation_energy": "-100 kJ/mol", "density": "4.3 g/cm3"} | wrong)
    with pytest.raises(InterlayerError):
        own_species("CuF2", **{"formation_energy": "-100 kJ/mol", "density": "4.3 g/cm3"} | wrong)


@pytest.mark.parametrize("name", ["LiF", "Li2O", "Li3N", "Cu", "Li"])
def test_what_lithium_does_not_reduce(name):
    with pytest.raises(DescriptionError, match="lithium does not reduce"):
        reduction(name)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("CuF2", "is not a reaction"),
        ("CuF2 + 2 Li -> ", "is not a reaction"),
        ("CuF2 + 0 Li -> Cu + 2 LiF", "is not a reaction"),
        ("CuF2 + -2 Li -> Cu + 2 LiF", "is not a reaction"),
        ("CuF2 + 2 Li+ -> Cu + 2 LiF", "takes up 2 Li+ but 0 e-"),
        ("CuF2 + ZnF2 + 4 Li -> Cu + Zn + 4 LiF", "has 2 substances beside lithium"),
        ("2 Li -> 2 Li", "has 0 substances beside lithium"),
        ("CuF2 -> Cu", "takes up lithium"),
        ("CuF2 + 2 Li -> Cu + 3 LiF", "does not balance"),
        ("CuF2 + Li -> CuF2 + Li", "stands on both sides"),
    ],
)
def test_reactions_that_are_refused(text, says):
    with pytest.raises(DescriptionError, match=says.replace("+", r"\+")):
        reaction(text)


@given(st.sampled_from(conversions()), st.data())
def test_unbalanced_reactions_are_refused(c, data):
    """One number changed, whichever it is, and the reaction is refused."""
    factor = data.draw(st.floats(0.01, 100).filter(lambda f: abs(f - 1) > 1e-3))
    which = data.draw(st.sampled_from(["n", *c.products]))
    n = c.n * factor if which == "n" else c.n
    products = {k: v * factor if k == which else v for k, v in c.products.items()}
    with pytest.raises(DescriptionError, match="does not balance"):
        Conversion(c.reactant, n, products)


@given(st.text(alphabet="CuF2Li+->  3.eO→(", max_size=40) | st.text(max_size=30))
def test_any_text_is_a_balanced_reaction_or_refused(text):
    try:
        c = reaction(text)
    except DescriptionError as error:
        assert error.exit_code == 2
    else:
        after = sum(number * c.substance(name).molar_mass for name, number in c.products.items())
        assert after == pytest.approx(species(c.reactant).molar_mass + c.n * species("Li").molar_mass)
