"""Diffusion through a layer whose far face holds its concentration (transmissive, finite-length)."""

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
from interlayer.circuits.elements.hyperbolic import tanh_ratio


class WarburgShort(Element):
    """Finite-length Warburg element with a transmissive far face; R at zero frequency, tau = h^2/D."""

    symbol: ClassVar[str] = "Ws"
    equation: ClassVar[str] = "R * tanh((1j*omega*tau)**0.5) / (1j*omega*tau)**0.5"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "resistance at zero frequency"),
        ElementParameter("tau", "s", "diffusion time (length)^2/D"),
    )
    reference: ClassVar[str] = "Franceschetti and Macdonald, J. Electroanal. Chem. 101 (1979) 307"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R tanh(s)/s, s = sqrt(j omega tau); dZ/dtau = R (sech(s)^2 - tanh(s)/s)/(2 tau)."""
        r, tau = p[..., :1], p[..., 1:2]
        ratio, slope = tanh_ratio(np.sqrt(omega * tau) * np.exp(0.25j * np.pi))
        return r * ratio, stack(ratio, (r / tau) * slope)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """From a corner just above the lowest frequency to one far below it."""
        return (scales.small, scales.large), (0.05 * scales.slow, 100.0 * scales.slow)
