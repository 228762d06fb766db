"""A circuit: elements in series, evaluated for many parameter sets at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlayer.circuits.elements import Element
from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.circuits.least_squares import Amplitudes

IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Placed:
    """An element at its place in a circuit, with the numbers that its notation carries."""

    element: type[Element]
    numbers: tuple[int, ...]

    @property
    def text(self) -> str:
        """The element in circuit notation."""
        return self.element.text(self.numbers)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its reported parameters."""
        return self.element.names(self.numbers)


@dataclass(frozen=True)
class Circuit:
    """Elements in series.

    Fitting works in coordinates theta: the natural logarithm of positive parameters, exponents as they are.
    """

    placed: tuple[Placed, ...]

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

    @property
    def text(self) -> str:
        """The circuit in notation, e.g. 'R0-p(R1,CPE1)-CPE2'."""
        return "-".join(p.text for p in self.placed)

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Place of each element's parameters in theta."""
        ends = np.cumsum([len(p.element.parameters) for p in self.placed])
        return tuple(
            slice(int(e) - len(p.element.parameters), int(e)) for p, e in zip(self.placed, ends, strict=True)
        )

    @cached_property
    def size(self) -> int:
        """Number of parameters."""
        return self.slices[-1].stop if self.placed else 0

    @cached_property
    def log(self) -> NDArray[np.bool_]:
        """Which coordinates are logarithms, shape (size,)."""
        return np.array([q.log for p in self.placed for q in p.element.parameters], dtype=np.bool_)

    @cached_property
    def amplitudes(self) -> Amplitudes:
        """The first parameter of each element, which multiplies (or divides) its impedance."""
        owner = np.concatenate(
            [np.full(s.stop - s.start, k, dtype=np.intp) for k, s in enumerate(self.slices)]
        )
        index = np.array([s.start for s in self.slices], dtype=np.intp)
        sign = np.array([-1.0 if p.element.divides else 1.0 for p in self.placed])
        return Amplitudes(owner, index, sign)

    @cached_property
    def groups(self) -> tuple[tuple[type[Element], IntArray], ...]:
        """Elements of one type together, with the places of their parameters, shape (count, m)."""
        found: dict[type[Element], list[list[int]]] = {}
        for p, s in zip(self.placed, self.slices, strict=True):
            found.setdefault(p.element, []).append(list(range(s.start, s.stop)))
        return tuple((element, np.array(rows, dtype=np.intp)) for element, rows in found.items())

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
        jacobian *= np.where(self.log, p, 1.0)[:, :, None]
        return z, jacobian

    def impedance(self, omega: FloatArray, theta: FloatArray) -> ComplexArray:
        """Return the impedance in ohm, shape (s, n), for theta of shape (s, size)."""
        p = self.natural(theta)
        z = np.zeros((theta.shape[0], omega.size), dtype=np.complex128)
        for element, index in self.groups:
            z += element.impedance(omega, p[:, index]).sum(axis=1)
        return z
