"""What a circuit is made of: elements at their places, and branches beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from interlayer.circuits.elements import ALL_ELEMENTS, Element
from interlayer.circuits.elements.base import ComplexArray, FloatArray, Label, label_text


@dataclass(frozen=True)
class Placed:
    """An element at its place in a circuit, with the labels that its notation carries."""

    element: type[Element]
    numbers: tuple[Label, ...]

    @property
    def text(self) -> str:
        """The element in circuit notation."""
        return self.element.text(self.numbers)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels, e.g. 'R1' and 'CPE1' of an arc."""
        parts = self.element.parts()
        return tuple(label_text(symbol, n) for (symbol, _), n in zip(parts, self.numbers, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its reported parameters."""
        return self.element.names(self.numbers)

    @property
    def size(self) -> int:
        """Number of its parameters."""
        return len(self.element.parameters)

    def leaves(self) -> Iterator[Placed]:
        """Yield itself."""
        yield self

    def impedance(self, omega: FloatArray, p: FloatArray) -> ComplexArray:
        """Return the impedance in ohm, shape (s, n), for its own parameters p (s, size)."""
        return self.element.impedance(omega, p)

    def fill(self, omega: FloatArray, p: FloatArray, slope: ComplexArray) -> ComplexArray:
        """Return the impedance, shape (s, n), and write its derivatives by p into slope (s, size, n)."""
        z, slope[...] = self.element.both(omega, p)
        return z


@dataclass(frozen=True)
class Parallel:
    """Branches beside each other, each of terms in series.

    Z = 1/sum(1/Z_k), so dZ = sum (Z/Z_k)^2 dZ_k.
    """

    branches: tuple[Branch, ...]

    @property
    def text(self) -> str:
        """The branches in circuit notation, e.g. 'p(R1-W1,CPE1)'."""
        return f"p({','.join(series_text(b) for b in self.branches)})"

    @property
    def size(self) -> int:
        """Number of parameters of all branches."""
        return sum(t.size for b in self.branches for t in b)

    def leaves(self) -> Iterator[Placed]:
        """Yield the elements in it, in the order of the text."""
        for branch in self.branches:
            for term in branch:
                yield from term.leaves()

    def impedance(self, omega: FloatArray, p: FloatArray) -> ComplexArray:
        """Return the impedance in ohm, shape (s, n), for its own parameters p (s, size)."""
        admittance = np.zeros((p.shape[0], omega.size), dtype=np.complex128)
        start = 0
        for branch in self.branches:
            z = np.zeros_like(admittance)
            for term in branch:
                z += term.impedance(omega, p[:, start : start + term.size])
                start += term.size
            admittance += 1.0 / z
        return 1.0 / admittance

    def fill(self, omega: FloatArray, p: FloatArray, slope: ComplexArray) -> ComplexArray:
        """Return the impedance, shape (s, n), and write its derivatives by p into slope (s, size, n)."""
        admittance = np.zeros((p.shape[0], omega.size), dtype=np.complex128)
        parts: list[tuple[slice, ComplexArray]] = []
        start = 0
        for branch in self.branches:
            first, z = start, np.zeros_like(admittance)
            for term in branch:
                here = slice(start, start + term.size)
                z += term.fill(omega, p[:, here], slope[:, here])
                start = here.stop
            own = 1.0 / z
            admittance += own
            parts.append((slice(first, start), own))
        total = 1.0 / admittance
        for here, own in parts:
            slope[:, here] *= ((total * own) ** 2)[:, None, :]
        return total


Term = Placed | Parallel
Branch = tuple[Term, ...]


def series_text(terms: Branch) -> str:
    """Return terms in series in circuit notation."""
    return "-".join(t.text for t in terms)


_ARCS: dict[tuple[str, ...], type[Element]] = {
    tuple(symbol for symbol, _ in e.parts()): e for e in ALL_ELEMENTS if len(e.parts()) > 1
}


def beside(branches: tuple[Branch, ...]) -> Term:
    """Put branches beside each other.

    A resistor beside a CPE or a capacitor becomes the arc p(R,CPE) or p(R,C), an element of its own; branches
    that are nothing but branches beside each other are taken in.
    """
    flat: list[Branch] = []
    for branch in branches:
        if len(branch) == 1 and isinstance(branch[0], Parallel):
            flat.extend(branch[0].branches)
        else:
            flat.append(branch)
    if all(len(b) == 1 and isinstance(b[0], Placed) for b in flat):
        leaves = sorted(
            (b[0] for b in flat if isinstance(b[0], Placed)), key=lambda p: p.element.symbol != "R"
        )
        arc = _ARCS.get(tuple(p.element.symbol for p in leaves))
        if arc is not None:
            return Placed(arc, tuple(p.numbers[0] for p in leaves))
    return Parallel(tuple(flat))
