"""Diffusion with a reaction beside it, in a layer whose far face lets nothing through."""

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
    as_complex,
    stack,
)
from interlayer.circuits.elements.hyperbolic import coth_ratio


class FiniteGerischer(Element):
    """Finite-length Gerischer element; phi is the layer's thickness over the length that is active."""

    symbol: ClassVar[str] = "Gs"
    equation: ClassVar[str] = "R / ((1 + 1j*omega*tau)**0.5 * tanh(phi*(1 + 1j*omega*tau)**0.5))"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "resistance at zero frequency of a layer of great thickness"),
        ElementParameter("tau", "s", "time constant of the reaction, 1/k"),
        ElementParameter("phi", "1", "thickness over active length"),
    )
    reference: ClassVar[str] = "Green, Liu and Adler, Solid State Ionics 179 (2008) 647"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R phi coth(s)/s, s^2 = phi^2 (1 + j omega tau); derivatives by the chain rule over ln(s^2)."""
        r, tau, phi = p[..., :1], p[..., 1:2], p[..., 2:3]
        v = 1.0 + 1j * omega * tau
        ratio, slope = coth_ratio(as_complex(phi * np.sqrt(v)))
        share = phi * ratio
        return r * share, stack(share, r * phi * slope * (1j * omega / v), r * (ratio + 2.0 * slope))

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """A corner anywhere within the data, or below them; thin and thick layers."""
        return (scales.small, scales.large), (scales.fast, 100.0 * scales.slow), (0.01, 100.0)
