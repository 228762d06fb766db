"""Circuit notation: round trip, and what is refused with which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.circuits import parse_circuit
from interlayer.errors import InputError


@pytest.mark.parametrize(
    "text",
    ["R0", "L0-R0-p(R1,CPE1)-p(R2,C2)-W3-C4", "R0-p(R1,CPE0)-Ws2", "R0-Wo1", "R0-p(R1,CPE1)-CPE2", "R"],
)
def test_reads_and_prints_back(text):
    printed = parse_circuit(text).text
    assert printed == ("R0" if text == "R" else text)
    assert parse_circuit(printed) == parse_circuit(text)


def test_order_in_a_parallel_part_and_blanks_do_not_matter():
    assert parse_circuit(" R0 - p( CPE1, R1 )") == parse_circuit("R0-p(R1,CPE1)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("R0-", "missing"),
        ("R0-p(R1,CPE1", "not closed"),
        ("R0)-C1", "never opened"),
        ("R0-Q1", "unknown element 'Q'"),
        ("R0-p(R1-W2,C1)", "cannot read"),
        ("R0-p(C1,C2)", "p(R,CPE)"),
        ("R0-p(R0,C1)", "'R0' stands twice"),
        ("R0-1", "cannot read"),
    ],
)
def test_refusals_say_what_is_wrong(text, words):
    with pytest.raises(InputError) as error:
        parse_circuit(text)
    assert words in str(error.value)


@given(st.text(alphabet="RCLWEPpso(),-019 ", max_size=30))
def test_any_text_is_a_circuit_or_a_clear_refusal(text):
    try:
        circuit = parse_circuit(text)
    except InputError as error:
        assert str(error)
    else:
        assert parse_circuit(circuit.text) == circuit
