"""Diffusion into a layer whose far face lets nothing through (reflective, finite-space)."""

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
from interlayer.circuits.elements.hyperbolic import coth_ratio


class WarburgOpen(Element):
    """Finite-space Warburg element with a blocking far face; a capacitor tau/R at low frequency."""

    symbol: ClassVar[str] = "Wo"
    equation: ClassVar[str] = "R / ((1j*omega*tau)**0.5 * tanh((1j*omega*tau)**0.5))"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "three times the resistance at low frequency"),
        ElementParameter("tau", "s", "diffusion time (length)^2/D"),
    )
    reference: ClassVar[str] = "Ho, Raistrick and Huggins, J. Electrochem. Soc. 127 (1980) 343"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R coth(s)/s, s = sqrt(j omega tau); dZ/dtau = -R (coth(s)/s + csch(s)^2)/(2 tau)."""
        r, tau = p[..., :1], p[..., 1:2]
        ratio, slope = coth_ratio(np.sqrt(omega * tau) * np.exp(0.25j * np.pi))
        return r * ratio, stack(ratio, (r / tau) * slope)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """A corner anywhere within the data, or below them."""
        return (scales.small, scales.large), (scales.fast, 100.0 * scales.slow)
