"""Circuit notation: 'R0-p(R1,CPE1)-CPE2' to a circuit."""

from __future__ import annotations

import re

from interlayer.circuits.circuit import Circuit, Placed
from interlayer.circuits.elements import ALL_ELEMENTS, Element
from interlayer.errors import InputError, unknown_name

_LABEL = re.compile(r"([A-Za-z]+)(\d*)")
_SIMPLE: dict[str, type[Element]] = {e.symbol: e for e in ALL_ELEMENTS if len(e.parts()) == 1}
_PARALLEL: dict[tuple[str, ...], type[Element]] = {
    tuple(s for s, _ in e.parts()): e for e in ALL_ELEMENTS if len(e.parts()) > 1
}
_EXAMPLE = 'write circuit = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3"'


def parse_circuit(text: str) -> Circuit:
    """Read a circuit in the notation of impedance.py: elements in series, joined by '-'.

    An element is one of R, C, L, CPE, W, Ws, Wo with a number, or p(R,CPE) or p(R,C).

    Raises
    ------
    InputError
        If the text is empty, an element is unknown, a label stands twice, or parts are nested deeper.
    """
    compact = "".join(text.split())
    if not compact:
        raise InputError("the circuit is empty", advice=_EXAMPLE)
    placed = [_term(term, text) for term in _split(compact, "-", text)]
    labels = [name for p in placed for name in p.names]
    twice = sorted({n for n in labels if labels.count(n) > 1})
    if twice:
        raise InputError(
            f"'{twice[0].split('_')[0]}' stands twice", where=f"circuit '{text}'", advice="number them apart"
        )
    return Circuit(tuple(placed))


def _split(text: str, mark: str, whole: str) -> list[str]:
    """Split at `mark` outside brackets."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth < 0:
            raise InputError("a bracket closes that was never opened", where=f"circuit '{whole}'")
        if c == mark and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    if depth:
        raise InputError("a bracket is not closed", where=f"circuit '{whole}'")
    return [*parts, text[start:]]


def _term(term: str, whole: str) -> Placed:
    where = f"circuit '{whole}'"
    if term.startswith("p(") and term.endswith(")"):
        labels = [_label(t, whole) for t in _split(term[2:-1], ",", whole)]
        labels.sort(key=lambda label: label[0] != "R")
        element = _PARALLEL.get(tuple(symbol for symbol, _ in labels))
        if element is None:
            raise InputError(
                f"'{term}' cannot be fitted; a parallel part is p(R,CPE) or p(R,C)",
                where=where,
                advice=_EXAMPLE,
            )
        return Placed(element, tuple(number for _, number in labels))
    symbol, number = _label(term, whole)
    return Placed(_SIMPLE[symbol], (number,))


def _label(text: str, whole: str) -> tuple[str, int]:
    match = _LABEL.fullmatch(text)
    if match is None:
        raise InputError(
            f"cannot read '{text}'" if text else "an element is missing",
            where=f"circuit '{whole}'",
            advice=_EXAMPLE,
        )
    symbol, number = match.groups()
    if symbol not in _SIMPLE:
        raise InputError(unknown_name("element", symbol, _SIMPLE), where=f"circuit '{whole}'")
    return symbol, int(number or 0)
