"""Diffusion through a layer whose far face holds its concentration (transmissive, finite-length)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    ComplexArray,
    Element,
    ElementParameter,
    FloatArray,
    as_complex,
    stack,
)


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
        s = np.sqrt(omega * tau) * np.exp(0.25j * np.pi)
        t = tanh(s)
        share = t / s
        return as_complex(r * share), stack(share, r * (1.0 - t * t - share) / (2.0 * tau))


def tanh(s: ComplexArray) -> ComplexArray:
    """Hyperbolic tangent for Re(s) >= 0 that does not overflow."""
    e = np.exp(-2.0 * s)
    return as_complex((1.0 - e) / (1.0 + e))
