"""Full semicircle: a resistor with a capacitor beside it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    ARC_REACH,
    ComplexArray,
    Element,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
    stack,
)


class ParallelRC(Element):
    """Resistor and capacitor in parallel, written p(R,C); fitted by R and tau = R C."""

    symbol: ClassVar[str] = "p(R,C)"
    equation: ClassVar[str] = "R / (1 + 1j*omega*tau)"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "width of the arc on the real axis"),
        ElementParameter("tau", "s", "time constant; the arc peaks at omega tau = 1"),
    )
    reference: ClassVar[str] = "Debye relaxation of one time constant"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R/(1 + j omega tau); dZ/dR = Z/R; dZ/dtau = -j omega Z/(1 + j omega tau)."""
        r, tau = p[..., :1], p[..., 1:2]
        share = as_complex(1.0 / (1.0 + 1j * omega * tau))
        z = r * share
        return z, stack(share, -1j * omega * z * share)

    @classmethod
    def parts(cls) -> tuple[tuple[str, int], ...]:
        """Resistor and its parallel element are numbered apart."""
        return (("R", 1), ("C", 1))

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """R and C."""
        return cls.parameters[0], ElementParameter("C", "F", "capacitance")

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """C = tau/R with its derivatives."""
        r, tau = (float(x) for x in p)
        return np.array([r, tau / r]), np.array([[1.0, 0.0], [-tau / r**2, 1.0 / r]])

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """A peak not far outside the measured frequencies."""
        return (scales.small, scales.large), (scales.fast / ARC_REACH, scales.slow * ARC_REACH)

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """With tau = R C."""
        r, c = values
        return np.array([r, r * c])
