"""Transmission line with an open far end, a capacitance across."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    ComplexArray,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
)
from interlayer.circuits.elements.transmission_line import TransmissionLine


class OpenCapacitorLine(TransmissionLine):
    """Transmission line with an open far end, zeta of C. The same curve as the element Wo."""

    symbol: ClassVar[str] = "TLMC"
    equation: ClassVar[str] = "R / ((1j*omega*tau)**0.5 * tanh((1j*omega*tau)**0.5))"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "ionic resistance R_ion along the whole line"),
        ElementParameter("tau", "s", "time constant R_ion C"),
    )
    reference: ClassVar[str] = "de Levie, Electrochim. Acta 8 (1963) 751"
    is_open: ClassVar[bool] = True

    @classmethod
    def load(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, tuple[ComplexArray, ...]]:
        """With u = j omega tau."""
        tau = p[..., 1:2]
        u = as_complex(1j * omega * tau)
        return u, (as_complex(1.0 / tau + 0 * u),)

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """R_ion, C."""
        return cls.parameters[0], ElementParameter("C", "F", "capacitance of the whole interface")

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """C = tau/R with its derivatives."""
        r, tau = (float(x) for x in p)
        return np.array([r, tau / r]), np.array([[1.0, 0.0], [-tau / r**2, 1.0 / r]])

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """With tau = R C."""
        r, c = values
        return np.array([r, r * c])

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """A corner anywhere within the data, or below them."""
        return (scales.small, scales.large), (scales.fast, 100.0 * scales.slow)
