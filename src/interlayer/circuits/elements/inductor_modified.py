"""Lossy inductance of leads and coils."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    LOWEST_EXPONENT,
    ComplexArray,
    Element,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
    stack,
)


class ModifiedInductor(Element):
    """Inductive constant phase element: leads with eddy currents and skin effect."""

    symbol: ClassVar[str] = "La"
    equation: ClassVar[str] = "L * (1j*omega)**n"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("L", "H s^(n-1)", "coefficient; an inductance for n = 1"),
        ElementParameter("n", "1", "exponent", log=False),
    )
    reference: ClassVar[str] = "BioLogic application note 42 (2019)"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = L (j omega)^n; dZ/dn = Z ln(j omega)."""
        coefficient, n = p[..., :1], p[..., 1:2]
        log = np.log(omega) + 0.5j * np.pi
        share = as_complex(np.exp(n * log))
        z = coefficient * share
        return z, stack(share, z * log)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """|Z| within the impedances of the data at the highest frequency, whatever n."""
        ends = scales.fast, scales.fast**LOWEST_EXPONENT
        return (scales.small * min(ends), scales.large * max(ends)), (LOWEST_EXPONENT, 1.0)
