"""Ideal resistor."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    ComplexArray,
    Element,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    stack,
)


class Resistor(Element):
    """Ideal resistor R."""

    symbol: ClassVar[str] = "R"
    equation: ClassVar[str] = "R + 0*omega"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (ElementParameter("R", "ohm", "resistance"),)
    reference: ClassVar[str] = "Ohm's law"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R; dZ/dR = 1."""
        one = np.ones((*p.shape[:-1], omega.size), dtype=np.complex128)
        return p[..., :1] * one, stack(one)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """R within the impedances of the data."""
        return ((scales.small, scales.large),)
