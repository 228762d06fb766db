"""Formulas: atoms, charge, molar mass, balance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.chemistry import Formula, imbalance, molar_mass
from interlayer.chemistry.formula import ATOMIC_WEIGHTS
from interlayer.errors import DescriptionError


@pytest.mark.parametrize(
    ("text", "atoms", "charge"),
    [
        ("CuF2", {"Cu": 1, "F": 2}, 0),
        ("CuF₂", {"Cu": 1, "F": 2}, 0),
        ("Li1.3Al0.3Ti1.7(PO4)3", {"Li": 1.3, "Al": 0.3, "Ti": 1.7, "P": 3, "O": 12}, 0),
        ("LiN(SO2CF3)2", {"Li": 1, "N": 1, "S": 2, "O": 4, "C": 2, "F": 6}, 0),
        ("Li+", {"Li": 1}, 1),
        ("Cu^2+", {"Cu": 1}, 2),
        ("NO3-", {"N": 1, "O": 3}, -1),
        ("e-", {}, -1),
    ],
)
def test_reading(text, atoms, charge):
    formula = Formula.parse(text)
    assert formula.atoms == pytest.approx(atoms)
    assert formula.charge == charge


@pytest.mark.parametrize(
    ("formula", "grams"),
    [("Li", 6.94), ("H2O", 18.015), ("CuF2", 101.54), ("C4H10O2", 90.12), ("Li1.3Al0.3Ti1.7(PO4)3", 383.4)],
)
def test_molar_mass_against_data_sheets(formula, grams):
    assert molar_mass(formula) * 1e3 == pytest.approx(grams, rel=2e-4)


@pytest.mark.parametrize(
    "text", ["", "cuf2", "2Li", "Cu(F2", "CuF)2", "()", "Cu F2", "Xx", "Li++", "F2(", "Li2.3.4"]
)
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(DescriptionError):
        Formula.parse(text)


def test_an_unknown_element_gets_the_nearest():
    with pytest.raises(DescriptionError, match="unknown element in 'LiFf' 'Ff'"):
        Formula.parse("LiFf")


symbols = st.sampled_from(sorted(ATOMIC_WEIGHTS))
counts = st.integers(1, 9)


@given(st.lists(st.tuples(symbols, counts), min_size=1, max_size=4), counts)
def test_brackets_multiply_and_mass_adds_up(parts, times):
    inner = "".join(f"{s}{n}" for s, n in parts)
    assert molar_mass(f"({inner}){times}") == pytest.approx(times * molar_mass(inner), rel=1e-12)
    assert molar_mass(inner) * 1e3 == pytest.approx(sum(ATOMIC_WEIGHTS[s] * n for s, n in parts))
    assert imbalance({f"({inner}){times}": 1}, {inner: times}) == {}


@given(st.text(max_size=15))
def test_any_text_is_read_or_refused(text):
    try:
        assert Formula.parse(text).molar_mass >= 0
    except DescriptionError as error:
        assert error.exit_code == 2


def test_imbalance_names_atoms_and_charge():
    assert imbalance({"Cu": 1}, {"Cu^2+": 1, "e-": 2}) == {}
    assert imbalance({"Cu": 1}, {"Cu^2+": 1}) == {"charge": 2.0}
    assert imbalance({"CuF2": 1, "Li": 2}, {"Cu": 1, "LiF": 1}) == {"Li": -1.0, "F": -1.0}
