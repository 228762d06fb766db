"""Circuit notation: 'R0-p(R1,CPE1)-CPE2' to a circuit.

    circuit  = series
    series   = term { "-" term }
    term     = element | "p" "(" series "," series { "," series } ")"
    element  = symbol [ number | "_" words ]

It is impedance.py's, with its symbols; labels in words ('R_ct') are ours.
"""

from __future__ import annotations

import re

from interlayer.circuits.cdc import is_cdc, parse_cdc
from interlayer.circuits.circuit import Circuit
from interlayer.circuits.elements import ALL_ELEMENTS, Element, ParallelRC, Zarc
from interlayer.circuits.elements.base import Label
from interlayer.circuits.nodes import Branch, Placed, Term, beside
from interlayer.circuits.scanner import MOST_DIGITS, Scanner
from interlayer.errors import InputError, unknown_name

_ELEMENT = re.compile(r"([A-Za-z]+)(?:(\d+)|_([A-Za-z][A-Za-z0-9_]*))?")
_SIMPLE: dict[str, type[Element]] = {e.symbol: e for e in ALL_ELEMENTS if len(e.parts()) == 1}
_ARCS: dict[str, type[Element]] = {"Zarc": Zarc, "K": ParallelRC}
"""Other names of arcs, written p(R,CPE) and p(R,C) here."""
_ELSEWHERE = {
    "Q": "write 'CPE'",
    "T": "the nearest line is 'TLMRQ', a composite electrode in which electrons meet no resistance",
    "s": "elements in series are joined by '-'",
}
_EXAMPLE = 'write circuit = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3"'


def parse_circuit(text: str) -> Circuit:
    """Read a circuit in the notation of impedance.py or as circuit description code (CDC).

    In the former, elements in series are joined by '-' and branches beside each other stand in p(...,...):
    'R0-p(R1-W1,CPE1)'. Symbols are those of impedance.py and some more: `interlayer.circuits.elements`. CDC, as
    in '[R([RW]Q)]', is known by its brackets; values in it are read by `interlayer.circuits.cdc.parse_cdc`.

    Raises
    ------
    InputError
        If the text is empty, an element is unknown, a label stands twice, or the text breaks the grammar; the
        message names the character.
    """
    if is_cdc(text):
        return parse_cdc(text).circuit
    scan = Scanner(text)
    if scan.ended:
        raise InputError("the circuit is empty", advice=_EXAMPLE)
    terms = _series(scan, 0)
    if scan.sees(")"):
        raise scan.error("a bracket closes that was never opened")
    if not scan.ended:
        raise scan.error(f"cannot read '{scan.word()}'", "elements in series are joined by '-'")
    return Circuit(terms)


def names_element(text: str) -> bool:
    """Whether a text is a symbol with a number, as 'R1'."""
    found = _ELEMENT.fullmatch(text)
    return found is not None and found[2] is not None and (found[1] in _SIMPLE or found[1] in _ARCS)


def _series(scan: Scanner, depth: int) -> Branch:
    terms = [_term(scan, depth)]
    while scan.takes("-"):
        terms.append(_term(scan, depth))
    return tuple(terms)


def _term(scan: Scanner, depth: int) -> Term:
    start = scan.at
    if scan.sees("p") and scan.text[start + 1 :].lstrip().startswith("("):
        scan.takes("p")
        scan.takes("(")
        return _branches(scan, start, scan.deeper(depth, start))
    return _element(scan)


def _branches(scan: Scanner, start: int, depth: int) -> Term:
    branches = [_series(scan, depth)]
    while scan.takes(","):
        branches.append(_series(scan, depth))
    if not scan.takes(")"):
        if scan.ended:
            raise scan.error("a bracket is not closed", at=start + 1)
        raise scan.error(f"cannot read '{scan.word()}'", "'-' joins in series, ',' beside each other")
    if len(branches) < 2:
        raise scan.error("p(...) needs two branches or more", "p(R1,CPE1)", at=start)
    return beside(tuple(branches))


def _element(scan: Scanner) -> Placed:
    start = scan.at
    found = scan.match(_ELEMENT)
    if found is None:
        if scan.ended or scan.sees("-") or scan.sees(",") or scan.sees(")"):
            raise scan.error("an element is missing", _EXAMPLE)
        raise scan.error(f"cannot read '{scan.word()}'", _EXAMPLE)
    symbol, digits, words = found.groups()
    if digits and len(digits) > MOST_DIGITS:
        raise scan.error(f"the number of '{symbol}' has {len(digits)} digits", at=start)
    label: Label = words if words else int(digits or 0)
    element = _ARCS.get(symbol) or _SIMPLE.get(symbol)
    if element is None:
        if symbol in _ELSEWHERE:
            raise scan.error(f"unknown element '{symbol}'", _ELSEWHERE[symbol], at=start)
        if scan.text.strip() == symbol and set(symbol) <= set("RCLQWG"):
            advice = f"in this notation R1-C1; circuit description code stands in brackets: [{symbol}]"
            raise scan.error(f"unknown element '{symbol}'", advice, at=start)
        raise scan.error(unknown_name("element", symbol, (*_SIMPLE, *_ARCS)), at=start)
    placed = Placed(element, (label,) * len(element.parts()))
    scan.claim(placed.labels, start)
    return placed
