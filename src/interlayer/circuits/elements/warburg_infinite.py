"""Semi-infinite linear diffusion."""

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


class WarburgInfinite(Element):
    """Diffusion into a half-space: a line at 45 degrees.

    It is also what a finite-length Warburg element looks like well above its corner, with W = R/sqrt(tau).
    """

    symbol: ClassVar[str] = "W"
    equation: ClassVar[str] = "W / (1j*omega)**0.5"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("W", "ohm s^-1/2", "coefficient; sqrt(2) times Warburg's sigma"),
    )
    reference: ClassVar[str] = "Warburg, Ann. Phys. 303 (1899) 493"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = W (j omega)^-1/2; dZ/dW = Z/W."""
        shape = np.exp(-0.25j * np.pi) / np.sqrt(omega)
        z = p[..., :1] * shape
        return z, stack(shape + 0 * z)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """|Z| within the impedances of the data at the lowest frequency."""
        root = scales.slow**0.5
        return ((scales.small / root, scales.large / root),)
