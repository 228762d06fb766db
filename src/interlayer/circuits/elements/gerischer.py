"""Diffusion with a reaction beside it (semi-infinite)."""

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


class Gerischer(Element):
    """Gerischer element: a diffusing species that a homogeneous reaction makes and consumes, k = 1/tau.

    Also what a mixed-conducting porous electrode shows that is thicker than its active zone.
    """

    symbol: ClassVar[str] = "G"
    equation: ClassVar[str] = "R / (1 + 1j*omega*tau)**0.5"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "resistance at zero frequency"),
        ElementParameter("tau", "s", "time constant of the reaction, 1/k"),
    )
    reference: ClassVar[str] = (
        "Gerischer, Z. Phys. Chem. 198 (1951) 286; Boukamp, Solid State Ionics 169 (2004) 65"
    )

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R (1 + j omega tau)^-1/2; dZ/dtau = -Z j omega/(2 (1 + j omega tau))."""
        r, tau = p[..., :1], p[..., 1:2]
        v = 1.0 + 1j * omega * tau
        share = as_complex(1.0 / np.sqrt(v))
        z = r * share
        return z, stack(share, -0.5j * omega * z / v)

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """A corner anywhere within the data, or below them."""
        return (scales.small, scales.large), (scales.fast, 100.0 * scales.slow)
