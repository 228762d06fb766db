"""A circuit: elements in series and beside each other, evaluated for many parameter sets at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer.circuits.elements import Element
from interlayer.circuits.elements.base import ComplexArray, ElementParameter, FloatArray
from interlayer.circuits.least_squares import Amplitudes
from interlayer.circuits.nodes import Branch, Parallel, Placed, Term, beside, series_text
from interlayer.errors import InputError, unknown_name

IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Circuit:
    """Terms in series; a term is an element, or branches beside each other that hold terms in turn.

    Circuits are put together by operators: `a - b` is in series, `a | b` beside each other, as in
    `R(0) - (R(1) - W(1) | CPE(1))`, whose text is 'R0-p(R1-W1,CPE1)'. Fitting works in coordinates theta: the
    natural logarithm of positive parameters, exponents as they are.
    """

    terms: Branch

    @classmethod
    def series(cls, *elements: type[Element]) -> Circuit:
        """Build a circuit from element types: resistors and inductors get 0, the others count from 1."""
        placed: list[Placed] = []
        number = 0
        for element in elements:
            if element.symbol in {"R", "L"}:
                placed.append(Placed(element, (0,)))
                continue
            number += 1
            placed.append(Placed(element, (number,) * len(element.parts())))
        return cls(tuple(placed))

    def __sub__(self, other: Circuit) -> Circuit:
        """Put another circuit in series behind this one.

        Raises
        ------
        InputError
            If a label stands in both.
        """
        return checked(Circuit((*self.terms, *other.terms)))

    def __or__(self, other: Circuit) -> Circuit:
        """Put another circuit beside this one.

        Raises
        ------
        InputError
            If a label stands in both.
        """
        return checked(Circuit((beside((self.terms, other.terms)),)))

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """All elements, in the order of the text."""
        return tuple(leaf for term in self.terms for leaf in term.leaves())

    @cached_property
    def is_series(self) -> bool:
        """Whether the circuit is elements in series only; an arc p(R,CPE) or p(R,C) counts as one."""
        return not any(isinstance(t, Parallel) for t in self.terms)

    @property
    def text(self) -> str:
        """The circuit in notation, e.g. 'R0-p(R1,CPE1)-CPE2'."""
        return series_text(self.terms)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the reported parameters, e.g. 'R0', 'R1', 'CPE1_0', 'CPE1_1'."""
        return tuple(name for p in self.placed for name in p.names)

    @cached_property
    def reported(self) -> tuple[ElementParameter, ...]:
        """What each reported parameter is: unit and meaning, in the order of `names`."""
        return tuple(q for p in self.placed for q in p.element.reported())

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Place of each element's parameters in theta."""
        return _places([p.size for p in self.placed])

    @cached_property
    def size(self) -> int:
        """Number of parameters."""
        return self.slices[-1].stop if self.placed else 0

    @cached_property
    def log(self) -> NDArray[np.bool_]:
        """Which coordinates are logarithms, shape (size,)."""
        return np.array([q.log for p in self.placed for q in p.element.parameters], dtype=np.bool_)

    @cached_property
    def amplitudes(self) -> Amplitudes | None:
        """The first parameter of each element, which multiplies (or divides) its impedance.

        None for circuits with branches: within a branch it is not a factor of a term.
        """
        if not self.is_series:
            return None
        owner = np.concatenate(
            [np.full(s.stop - s.start, k, dtype=np.intp) for k, s in enumerate(self.slices)]
        )
        index = np.array([s.start for s in self.slices], dtype=np.intp)
        sign = np.array([-1.0 if p.element.divides else 1.0 for p in self.placed])
        return Amplitudes(owner, index, sign)

    @cached_property
    def term_slices(self) -> tuple[tuple[Term, slice], ...]:
        """Terms of the outermost series with the place of their parameters in theta."""
        return tuple(zip(self.terms, _places([t.size for t in self.terms]), strict=True))

    @cached_property
    def factors(self) -> tuple[IntArray, IntArray, FloatArray]:
        """First parameters of all elements: index of the term each is in, place in theta, sign.

        Adding sign times ln(a) to all of a term multiplies its impedance by a, branches and all.
        """
        owner = [k for k, term in enumerate(self.terms) for _ in term.leaves()]
        index = [s.start for s in self.slices]
        sign = [-1.0 if p.element.divides else 1.0 for p in self.placed]
        return np.array(owner, dtype=np.intp), np.array(index, dtype=np.intp), np.array(sign)

    @cached_property
    def groups(self) -> tuple[tuple[type[Element], IntArray], ...]:
        """Elements of one type together, with the places of their parameters, shape (count, m).

        Of those in the outermost series only: these may change places without changing the circuit.
        """
        found: dict[type[Element], list[list[int]]] = {}
        for term, s in self.term_slices:
            if isinstance(term, Placed):
                found.setdefault(term.element, []).append(list(range(s.start, s.stop)))
        return tuple((element, np.array(rows, dtype=np.intp)) for element, rows in found.items())

    @cached_property
    def _branched(self) -> tuple[tuple[Parallel, slice], ...]:
        return tuple((t, s) for t, s in self.term_slices if isinstance(t, Parallel))

    def natural(self, theta: FloatArray) -> FloatArray:
        """Return the elements' parameters for coordinates theta, same shape (..., size)."""
        return np.where(self.log, np.exp(np.where(self.log, theta, 0.0)), theta)

    def coordinates(self, natural: FloatArray) -> FloatArray:
        """Inverse of `natural`; positive parameters must be > 0."""
        return np.where(self.log, np.log(np.where(self.log, natural, 1.0)), natural)

    def both(self, omega: FloatArray, theta: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Return impedance and its derivative by theta.

        Parameters
        ----------
        omega : array (n,)
            Angular frequency in rad/s.
        theta : array (s, size)
            Parameter sets in fit coordinates.

        Returns
        -------
        impedance : array (s, n), ohm
        derivative : array (s, size, n), ohm
        """
        p = self.natural(theta)
        sets = theta.shape[0]
        z = np.zeros((sets, omega.size), dtype=np.complex128)
        jacobian = np.empty((sets, self.size, omega.size), dtype=np.complex128)
        for element, index in self.groups:
            part, slope = element.both(omega, p[:, index])
            z += part.sum(axis=1)
            jacobian[:, index.ravel()] = slope.reshape(sets, index.size, omega.size)
        for term, s in self._branched:
            z += term.fill(omega, p[:, s], jacobian[:, s])
        jacobian *= np.where(self.log, p, 1.0)[:, :, None]
        return z, jacobian

    def impedance(self, omega: FloatArray, theta: FloatArray) -> ComplexArray:
        """Return the impedance in ohm, shape (s, n), for theta of shape (s, size)."""
        p = self.natural(theta)
        z = np.zeros((theta.shape[0], omega.size), dtype=np.complex128)
        for element, index in self.groups:
            z += element.impedance(omega, p[:, index]).sum(axis=1)
        for term, s in self._branched:
            z += term.impedance(omega, p[:, s])
        return z

    def theta(self, values: Mapping[str, float]) -> FloatArray:
        """Return fit coordinates, shape (size,), of a set of reported parameters.

        Parameters
        ----------
        values : mapping
            Every name of `names` with its value, in the unit that `reported` says.

        Raises
        ------
        InputError
            If a name is missing or unknown, or a value is out of its range.
        """
        unknown = sorted(set(values) - set(self.names))
        if unknown:
            raise InputError(unknown_name("parameter", unknown[0], self.names), where=f"circuit {self.text}")
        missing = [n for n in self.names if n not in values]
        if missing:
            raise InputError(
                f"no value for {', '.join(missing)}",
                where=f"circuit {self.text}",
                advice="give every parameter",
            )
        for name, what in zip(self.names, self.reported, strict=True):
            value = values[name]
            if not (np.isfinite(value) and value > 0):
                raise InputError(
                    f"{name} = {value:g} {what.unit}", where=f"circuit {self.text}", advice="a number above 0"
                )
        natural = np.empty(self.size)
        for p, s in zip(self.placed, self.slices, strict=True):
            natural[s] = p.element.from_reported(np.array([values[n] for n in p.names], dtype=np.float64))
        return self.coordinates(natural)

    def evaluate(self, frequency_Hz: ArrayLike, values: Mapping[str, float]) -> ComplexArray:
        """Return the impedance in ohm, shape (n,), for named parameters.

        Parameters
        ----------
        frequency_Hz : array (n,)
        values : mapping
            As for `theta`.

        Raises
        ------
        InputError
            As for `theta`.
        """
        omega = 2.0 * np.pi * np.asarray(frequency_Hz, dtype=np.float64).ravel()
        return self.impedance(omega, self.theta(values)[None, :])[0]


def _places(sizes: list[int]) -> tuple[slice, ...]:
    """Slices of the given sizes, one behind the other."""
    return tuple(slice(end - size, end) for end, size in zip(accumulate(sizes), sizes, strict=True))


def checked(circuit: Circuit) -> Circuit:
    """Return the circuit if no label stands twice in it; parameters are told apart by their labels.

    Raises
    ------
    InputError
        If one does.
    """
    labels = [label for p in circuit.placed for label in p.labels]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise InputError(
            f"'{twice[0]}' stands twice", where=f"circuit '{circuit.text}'", advice="number them apart"
        )
    return circuit
