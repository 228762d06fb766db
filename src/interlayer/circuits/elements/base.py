"""What a circuit element is: equation text, parameters with units, impedance and derivative."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Label = int | str
"""What tells elements of one kind apart: the number of 'R1', or the words of 'R_ct'."""
Limits = tuple[float, float]


@dataclass(frozen=True)
class Scales:
    """What bounds the parameters of a spectrum's circuit.

    Attributes
    ----------
    small, large : float
        Impedances in ohm that no part of the circuit falls below or exceeds.
    fast, slow : float
        1/omega in s at the highest and the lowest measured frequency.
    """

    small: float
    large: float
    fast: float
    slow: float


ARC_REACH = 5.0
"""An arc may peak this factor outside the measured frequencies; beyond that it is not an arc to the eye."""
LOWEST_EXPONENT = 0.5
"""Of an arc. Below it an arc is so flat that it swallows its neighbours."""
LOWEST_TAIL_EXPONENT = 0.35
WIDEST_RATIO = 1e4
"""Of two resistances that meet in one element."""


@dataclass(frozen=True)
class ElementParameter:
    """One parameter of an element.

    Attributes
    ----------
    name : str
        Symbol as it stands in the equation text.
    unit : str
        Unit of the value.
    meaning : str
        In words.
    log : bool
        Whether the fit works with its logarithm (positive quantities of unknown size).
    """

    name: str
    unit: str
    meaning: str
    log: bool = True


class Element(ABC):
    """A two-terminal element with complex impedance.

    The last axis of `p` runs over the element's parameters, in the order of `parameters`; all axes
    before it are batch axes. With `omega` of shape (n,), the impedance has shape (..., n) and its
    derivative (..., m, n), m being the number of parameters.
    """

    symbol: ClassVar[str]
    """Letters of the circuit notation, e.g. 'CPE'."""
    equation: ClassVar[str]
    """Impedance as Python text of omega (rad/s) and the parameters' names; a test evaluates it."""
    parameters: ClassVar[tuple[ElementParameter, ...]]
    """Parameters that equation and fit use; the first is a factor of the impedance or its divisor."""
    reference: ClassVar[str]
    """Where the equation comes from."""
    divides: ClassVar[bool] = False
    """Whether the first parameter divides the impedance; otherwise it multiplies it."""

    @classmethod
    @abstractmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Return impedance (ohm) and its derivative with respect to each parameter."""

    @classmethod
    @abstractmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """Lowest and highest value of each parameter in a fit, from the data's own scales."""

    @classmethod
    def impedance(cls, omega: FloatArray, p: FloatArray) -> ComplexArray:
        """Return the impedance in ohm, shape (..., n)."""
        return cls.both(omega, p)[0]

    @classmethod
    def derivative(cls, omega: FloatArray, p: FloatArray) -> ComplexArray:
        """Return the derivative of the impedance by each parameter, shape (..., m, n)."""
        return cls.both(omega, p)[1]

    @classmethod
    def parts(cls) -> tuple[tuple[str, int], ...]:
        """Symbols that the notation numbers, each with its count of reported parameters."""
        return ((cls.symbol, len(cls.parameters)),)

    @classmethod
    def names(cls, numbers: tuple[Label, ...]) -> tuple[str, ...]:
        """Names of the reported parameters, one label a part: 'R1', 'CPE1_0', 'CPE1_1', 'R_ct'."""
        names: list[str] = []
        for (symbol, count), number in zip(cls.parts(), numbers, strict=True):
            stem = label_text(symbol, number)
            names += [stem] if count == 1 else [f"{stem}_{k}" for k in range(count)]
        return tuple(names)

    @classmethod
    def text(cls, numbers: tuple[Label, ...]) -> str:
        """Return the element in circuit notation, e.g. 'p(R1,CPE1)'."""
        labels = [label_text(s, number) for (s, _), number in zip(cls.parts(), numbers, strict=True)]
        return labels[0] if len(labels) == 1 else f"p({','.join(labels)})"

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """Parameters as reported; the same as `parameters` unless an element says otherwise."""
        return cls.parameters

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return reported values, shape (m,), and their Jacobian by the fitted ones, shape (m, m)."""
        return p.copy(), np.eye(p.size)

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """Return the fitted parameters, shape (m,), that belong to reported ones: inverse of `to_reported`."""
        return values.copy()


def label_text(symbol: str, label: Label) -> str:
    """Return a symbol with its label: 'R1' for a number, 'R_ct' for words."""
    return f"{symbol}{label}" if isinstance(label, int) else f"{symbol}_{label}"


def stack(*rows: ArrayLike) -> ComplexArray:
    """Join derivatives by each parameter, equal in shape, into one array of shape (..., m, n)."""
    return np.stack([as_complex(row) for row in rows], axis=-2)


def as_complex(values: ArrayLike) -> ComplexArray:
    """Return `values` as a complex array."""
    return np.asarray(values, dtype=np.complex128)
