"""Transmission line with a short-circuited far end, a constant phase element across."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    LOWEST_EXPONENT,
    ComplexArray,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
)
from interlayer.circuits.elements.transmission_line import TransmissionLine


class ShortConstantPhaseLine(TransmissionLine):
    """Transmission line with a short-circuited far end, zeta of CPE."""

    symbol: ClassVar[str] = "TLMQs"
    equation: ClassVar[str] = "R * tanh((1j*omega*tau)**(n/2)) / (1j*omega*tau)**(n/2)"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "ionic resistance R_ion along the whole line"),
        ElementParameter("tau", "s", "time constant (R_ion Q)^(1/n)"),
        ElementParameter("n", "1", "exponent of the interface", log=False),
    )
    reference: ClassVar[str] = (
        "de Levie, Electrochim. Acta 8 (1963) 751; Bisquert, Phys. Chem. Chem. Phys. 2 (2000) 4185"
    )
    is_open: ClassVar[bool] = False

    @classmethod
    def load(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, tuple[ComplexArray, ...]]:
        """With u = (j omega tau)^n."""
        tau, n = p[..., 1:2], p[..., 2:3]
        log = np.log(omega * tau) + 0.5j * np.pi
        u = as_complex(np.exp(n * log))
        return u, (as_complex(n / tau + 0 * u), log)

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """R_ion, Q, n."""
        r, _, n = cls.parameters
        return r, ElementParameter("Q", "S s^n", "coefficient of the whole interface"), n

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Q = tau^n/R with its derivatives."""
        r, tau, n = (float(x) for x in p)
        q = tau**n / r
        jacobian = np.array([[1.0, 0.0, 0.0], [-q / r, q * n / tau, q * np.log(tau)], [0.0, 0.0, 1.0]])
        return np.array([r, q, n]), jacobian

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """With tau = (R Q)^(1/n)."""
        r, q, n = values
        return np.array([r, (r * q) ** (1.0 / n), n])

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """A corner anywhere within the data, or below them."""
        return (scales.small, scales.large), (scales.fast, 100.0 * scales.slow), (LOWEST_EXPONENT, 1.0)
