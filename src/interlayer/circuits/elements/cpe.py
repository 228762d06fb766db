"""Constant phase element."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    LOWEST_TAIL_EXPONENT,
    ComplexArray,
    Element,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
    stack,
)


class ConstantPhase(Element):
    """Constant phase element: a capacitor for n = 1, a Warburg element for n = 0.5."""

    symbol: ClassVar[str] = "CPE"
    equation: ClassVar[str] = "1 / (Q*(1j*omega)**n)"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("Q", "S s^n", "coefficient"),
        ElementParameter("n", "1", "exponent", log=False),
    )
    divides: ClassVar[bool] = True
    reference: ClassVar[str] = "Brug et al., J. Electroanal. Chem. 176 (1984) 275"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = 1/(Q (j omega)^n); dZ/dQ = -Z/Q; dZ/dn = -Z ln(j omega)."""
        q, n = p[..., :1], p[..., 1:2]
        log = np.log(omega) + 0.5j * np.pi
        z = as_complex(np.exp(-n * log) / q)
        return z, stack(-z / q, -z * log)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """|Z| within the impedances of the data at the lowest frequency, whatever n."""
        q = min(scales.slow, 1.0) / scales.large, max(scales.slow, 1.0) / scales.small
        return q, (LOWEST_TAIL_EXPONENT, 1.0)
