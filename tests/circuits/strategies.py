"""Circuits of any shape, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from interlayer.circuits import Circuit
from interlayer.circuits.elements import ALL_ELEMENTS
from interlayer.circuits.nodes import Placed, beside

SIMPLE = [e for e in ALL_ELEMENTS if len(e.parts()) == 1]
WORDS = ("ct", "dl", "int_1", "Gb")


@st.composite
def circuits(draw, elements=tuple(SIMPLE), words=WORDS):
    """A circuit of up to a dozen elements, nested up to three deep, every label once."""
    taken: set[tuple[str, int | str]] = set()

    def leaf():
        element = draw(st.sampled_from(elements))
        label = draw(st.one_of(st.integers(0, 12), st.sampled_from(words)))
        while (element.symbol, label) in taken:
            label = label + 13 if isinstance(label, int) else len(taken) + 40
        taken.add((element.symbol, label))
        return (Placed(element, (label,)),)

    def series(depth):
        terms = ()
        for _ in range(draw(st.integers(1, 3))):
            terms += (
                (beside(tuple(series(depth - 1) for _ in range(draw(st.integers(2, 3))))),)
                if (depth and draw(st.booleans()))
                else leaf()
            )
        return terms

    return Circuit(series(draw(st.integers(0, 2))))
