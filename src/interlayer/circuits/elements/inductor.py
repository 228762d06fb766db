"""Series inductance of the leads."""

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


class Inductor(Element):
    """Ideal inductor L, the wires between potentiostat and cell."""

    symbol: ClassVar[str] = "L"
    equation: ClassVar[str] = "1j*omega*L"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (ElementParameter("L", "H", "inductance"),)
    reference: ClassVar[str] = "definition of inductance"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = j omega L; dZ/dL = j omega."""
        z = as_complex(1j * omega * p[..., :1])
        return z, stack(1j * omega + 0 * z)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """Reactance within the impedances of the data at the highest frequency."""
        return ((scales.small * scales.fast, scales.large * scales.fast),)
