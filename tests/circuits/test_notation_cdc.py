"""Circuit description code: round trip, values and limits, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.circuits import Given, parse_cdc, parse_circuit, print_cdc
from interlayer.circuits.cdc import WRITTEN
from interlayer.errors import InputError
from tests.circuits.strategies import circuits


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("[R(RQ)W]", "R0-p(R1,CPE1)-W1"),
        ("R(RQ)W", "R0-p(R1,CPE1)-W1"),
        ("R([RW]Q)", "R0-p(R1-W1,CPE1)"),
        ("[LR(RC)(RQ)Q]", "L0-R0-p(R1,C1)-p(R2,CPE1)-CPE2"),
        ("(R{:ct}[Q(RC)])", "p(R_ct,CPE1-p(R1,C1))"),
        ("R{:R7}C{:C_1}", "R7-C_C_1"),
        ("R{R=1.3/0/inf:ct}", "R_ct"),
        ("!V=1![R(C[RW])]", "R0-p(C1,R1-W1)"),
        ("[R[RC]]", "R0-R1-C1"),
        ("((RC)Q)", "p(p(R1,C1),CPE1)"),
        ("(R(CQ))", "p(R1,C1,CPE1)"),
        ("R{:charge transfer}Zarc{:g b}", "R_charge_transfer-p(R_g_b,CPE_g_b)"),
        ("Tlmbo Tlmbs Tlmno Tlmns Wo Ws G Ga La [R]", "TLMQ1-TLMQs1-TLMRQ1-TLMRQs1-Wo1-Ws1-G1-G2-La1-R1"),
    ],
)
def test_code_becomes_a_circuit(code, text):
    assert parse_cdc(code).circuit.text == text
    if any(mark in code for mark in "[({"):
        assert parse_circuit(code) == parse_circuit(text)


@given(circuits(elements=tuple(WRITTEN)))
def test_any_circuit_survives_being_written_and_read(circuit):
    assert parse_cdc(print_cdc(circuit)).circuit == circuit


def test_labels_are_written_only_where_numbers_need_them():
    assert print_cdc(parse_circuit("R0-p(R1,CPE1)-W1")) == "[R(RQ)W]"
    assert print_cdc(parse_circuit("R0-p(R1,CPE1)-W3")) == "[R{:R0}(R{:R1}Q{:CPE1})W{:W3}]"
    assert print_cdc(parse_circuit("R_ct")) == "[R{:ct}]"


def test_values_limits_and_fixed_ones_are_kept():
    code = "[R{R=1.3F/0/10:b}(R{R=300/1}Q{Y=1e-5/1e-9/1e-3,n=0.9f})]"
    given_ = parse_cdc(code).given
    assert given_ == {
        "R_b": Given(1.3, True, 0.0, 10.0),
        "R1": Given(300.0, False, 1.0),
        "CPE1_0": Given(1e-5, False, 1e-9, 1e-3),
        "CPE1_1": Given(0.9, True),
    }
    circuit = parse_cdc(code).circuit
    assert parse_cdc(print_cdc(circuit, given_)).given == given_


OMEGA = np.geomspace(0.01, 1e5, 15)


@pytest.mark.parametrize(
    ("code", "impedance"),
    [
        # definitions as in pyimpspec's documentation of each element
        ("W{Y=0.02}", lambda s: 1 / (0.02 * s**0.5)),
        ("Ws{Y=0.02,B=3}", lambda s: np.tanh((3 * s) ** 0.5) / (0.02 * s) ** 0.5),
        ("Wo{Y=0.02,B=3}", lambda s: 1 / np.tanh((3 * s) ** 0.5) / (0.02 * s) ** 0.5),
        ("G{Y=0.02,k=3}", lambda s: 1 / (0.02 * (s + 3) ** 0.5)),
        ("Ga{R=5,tau=3}", lambda s: 5 / (1 + 3 * s) ** 0.5),
        ("Zarc{R=5,tau=3,n=0.8}", lambda s: 5 / (1 + (3 * s) ** 0.8)),
        ("La{L=5,n=0.8}", lambda s: 5 * s**0.8),
        ("Tlmbo{R_i=5,Y=0.1,n=0.8,L=2F}", lambda s: _line(s, 5, 0.1 * s**0.8, 2.0, 1)),
        ("Tlmbs{R_i=5,Y=0.1,n=0.8}", lambda s: _line(s, 5, 0.1 * s**0.8, 1.0, -1)),
        ("Tlmno{R_i=5,R_ct=7,Y=0.1,n=0.8,L=2}", lambda s: _line(s, 5, 1 / 7 + 0.1 * s**0.8, 2.0, 1)),
        ("Tlmns{R_i=5,R_ct=7,Y=0.1,n=0.8}", lambda s: _line(s, 5, 1 / 7 + 0.1 * s**0.8, 1.0, -1)),
    ],
)
def test_parameters_of_the_code_become_ours(code, impedance):
    read = parse_cdc(code)
    values = {n: g.value for n, g in read.given.items()}
    z = read.circuit.evaluate(OMEGA / (2 * np.pi), values)
    np.testing.assert_allclose(z, impedance(1j * OMEGA), rtol=1e-12)
    again = parse_cdc(print_cdc(read.circuit, read.given)).given
    for name, one in read.given.items():
        assert again[name].value == pytest.approx(one.value, rel=1e-12)


def _line(s, along, across, length, sign):
    """sqrt(along/across) coth or tanh (length sqrt(along across)): per length."""
    return np.sqrt(along / across) * np.tanh(length * np.sqrt(along * across)) ** -sign


def test_limits_of_a_reciprocal_change_places():
    (w,) = parse_cdc("W{Y=2/1/4}").given.values()
    assert (w.value, w.lower, w.upper) == (0.5, 0.25, 1.0)
    given_ = parse_cdc("Wo{Y=4/1/16,B=1/1/4,n=0.5F}").given
    assert given_["Wo1_0"] == Given(0.5, False, 0.25, 2.0)
    assert given_["Wo1_1"] == Given(1.0, False, 1.0, 4.0)
    open_ended = parse_cdc("Wo{Y=4/0/inf,B=1/0/inf}").given
    assert open_ended["Wo1_0"] == Given(0.5)


@pytest.mark.parametrize(
    ("code", "character", "words"),
    [
        ("[]", 1, "nothing stands between"),
        ("[R", 1, "not closed"),
        ("[R(RQ]", 6, "']' closes what '(' opened"),
        ("[R]]", 4, "never opened"),
        ("R(Q)", 2, "two elements or more"),
        ("[RX]", 3, "unknown element 'X'"),
        ("[Rx]", 2, "unknown element 'Rx'; did you mean 'R'"),
        ("[R-C]", 3, "cannot read"),
        ("[R{}]", None, None),
        ("[R{R}]", 5, "'=' is missing"),
        ("[R{R=}]", 6, "not a number"),
        ("[R{R=1e}]", 7, "cannot read 'e'"),
        ("[R{R=0}]", 4, "R = 0"),
        ("[R{R=-2}]", 4, "R = -2"),
        ("[R{R=inf}]", 4, "R = inf"),
        ("[R{R=1/3/2}]", 4, "limits of R are 3 and 2"),
        ("[R{R=1,R=2}]", 8, "R stands twice"),
        ("[R{C=1}]", 4, "unknown parameter 'C'"),
        ("[R{R=1", 7, "a brace is not closed"),
        ("[R{:0}]", 5, "a label begins with a letter"),
        ("[W{Y=1,n=0.4}]", 8, "n can only be 0.5"),
        ("[Wo{Y=1F,B=2}]", 2, "Y cannot be fixed alone"),
        ("[R{:a}R{:a}]", 7, "'R_a' stands twice"),
        ("[" * 25 + "R" + "]" * 25, 21, "nested more than 20 deep"),
        ("[H]", 2, "unknown element 'H'"),
    ],
)
def test_refusals_say_what_is_wrong_and_where(code, character, words):
    if words is None:
        assert parse_cdc(code).given == {}
        return
    with pytest.raises(InputError) as error:
        parse_circuit(code)
    assert words in str(error.value)
    if character is not None:
        assert error.value.where == f"circuit '{code}', character {character}"


def test_an_element_without_a_symbol_in_the_code_is_named():
    with pytest.raises(InputError, match="no symbol for Rcon1"):
        print_cdc(parse_circuit("R0-p(R1-Rcon1,C1)"))


@given(st.text(alphabet="RCLQWGTos[](){}=/:,.19FeYnab inf", max_size=40))
def test_any_text_is_a_circuit_or_a_clear_refusal(code):
    try:
        read = parse_cdc(code)
    except InputError as error:
        assert str(error)
    else:
        assert parse_cdc(print_cdc(read.circuit)).circuit == read.circuit
