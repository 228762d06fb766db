"""Circuit notation: round trip, and what is refused with which words at which character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.circuits import Circuit, parse_circuit
from interlayer.circuits.elements import ALL_ELEMENTS, ParallelRC, Zarc
from interlayer.errors import InputError
from tests.circuits.strategies import circuits


@pytest.mark.parametrize(
    "text",
    [
        "R0",
        "L0-R0-p(R1,CPE1)-p(R2,C2)-W3-C4",
        "R0-p(R1,CPE0)-Ws2",
        "R0-Wo1",
        "R0-p(R1,CPE1)-CPE2",
        "R",
        "R0-p(R1-W1,CPE1)",
        "La0-R0-p(R1-p(R2,C2),CPE1,C3)-G1-TLMQ2",
        "R_b-p(R_gb,CPE_gb)-p(R_int-Ws_salt,CPE_int)",
    ],
)
def test_reads_and_prints_back(text):
    printed = parse_circuit(text).text
    assert printed == ("R0" if text == "R" else text)
    assert parse_circuit(printed) == parse_circuit(text)


@given(circuits())
def test_any_circuit_survives_being_written_and_read(circuit):
    assert parse_circuit(circuit.text) == circuit


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_every_element_can_be_written(element):
    circuit = Circuit.series(element)
    assert parse_circuit(circuit.text) == circuit


def test_names_of_parameters_are_those_of_impedance_py():
    """As its `get_param_names` gives them for the same text."""
    circuit = parse_circuit("R0-p(R1,CPE1)-p(R2-Wo1,C2)-TLMQ3-La4-G5")
    assert circuit.names == (
        *("R0", "R1", "CPE1_0", "CPE1_1", "R2", "Wo1_0", "Wo1_1", "C2"),
        *("TLMQ3_0", "TLMQ3_1", "TLMQ3_2", "La4_0", "La4_1", "G5_0", "G5_1"),
    )


def test_other_names_of_arcs():
    assert parse_circuit("R0-Zarc1-K2") == parse_circuit("R0-p(R1,CPE1)-p(R2,C2)")
    assert [p.element for p in parse_circuit("Zarc1-K2").placed] == [Zarc, ParallelRC]


def test_order_in_a_parallel_part_and_blanks_do_not_matter():
    assert parse_circuit(" R0 - p( CPE1, R1 )") == parse_circuit("R0-p(R1,CPE1)")
    assert parse_circuit("R0 -\n\tp ( R1 ,CPE1 )") == parse_circuit("R0-p(R1,CPE1)")


@pytest.mark.parametrize(
    ("text", "character", "words"),
    [
        ("", None, "empty"),
        ("   ", None, "empty"),
        ("R0-", 4, "an element is missing"),
        ("R0--R1", 4, "an element is missing"),
        ("R0-p(R1,CPE1", 5, "not closed"),
        ("R0)-C1", 3, "never opened"),
        ("R0-Q1", 4, "unknown element 'Q' -> write 'CPE'"),
        ("R0-WS1", 4, "did you mean 'Ws'"),
        ("R0-CEP1", 4, "'CPE'"),
        ("R0-T1", 4, "the nearest line is 'TLMRQ'"),
        ("RC", 1, "stands in brackets: [RC]"),
        ("R0-p(R1)", 4, "two branches"),
        ("R0-p(R1,)", 9, "an element is missing"),
        ("R0-p(R1;C1)", 8, "cannot read ';C1'"),
        ("R0 R1", 4, "joined by '-'"),
        ("R0-p(R0,C1)", 6, "'R0' stands twice"),
        ("CPE1-p(CPE1-W1,C1)", 8, "'CPE1' stands twice"),
        ("p(R1,CPE1)-Zarc1", 12, "'R1' stands twice"),
        ("R0-1", 4, "cannot read '1'"),
        ("R0-R1234567", 4, "7 digits"),
        ("p(" * 25 + "R1", 41, "nested more than 20 deep"),
        ("s(R1,C1)", 1, "joined by '-'"),
    ],
)
def test_refusals_say_what_is_wrong_and_where(text, character, words):
    with pytest.raises(InputError) as error:
        parse_circuit(text)
    assert words in str(error.value)
    if character is not None:
        assert error.value.where == f"circuit '{text}', character {character}"


@given(st.text(alphabet="RCLWEPpso(),-019_ QnFK", max_size=30))
def test_any_text_is_a_circuit_or_a_clear_refusal(text):
    try:
        circuit = parse_circuit(text)
    except InputError as error:
        assert str(error)
    else:
        assert parse_circuit(circuit.text) == circuit
