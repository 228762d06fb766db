"""Ideal capacitor."""

from __future__ import annotations

from typing import ClassVar

from interlayer.circuits.elements.base import (
    ComplexArray,
    Element,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
    stack,
)


class Capacitor(Element):
    """Ideal capacitor C."""

    symbol: ClassVar[str] = "C"
    equation: ClassVar[str] = "1 / (1j*omega*C)"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (ElementParameter("C", "F", "capacitance"),)
    divides: ClassVar[bool] = True
    reference: ClassVar[str] = "definition of capacitance"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = 1/(j omega C); dZ/dC = -Z/C."""
        c = p[..., :1]
        z = as_complex(-1j / (omega * c))
        return z, stack(-z / c)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """1/(omega C) within the impedances of the data at the lowest frequency."""
        return ((scales.slow / scales.large, scales.slow / scales.small),)
