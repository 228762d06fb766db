"""Transmission line with an open far end, charge transfer beside a constant phase element across."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    LOWEST_EXPONENT,
    WIDEST_RATIO,
    ComplexArray,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
)
from interlayer.circuits.elements.transmission_line import TransmissionLine


class OpenChargeTransferLine(TransmissionLine):
    """Transmission line with an open far end, zeta of p(R,CPE).

    A composite cathode in which electrons meet no resistance.
    """

    symbol: ClassVar[str] = "TLMRQ"
    equation: ClassVar[str] = "R / ((k + (1j*omega*tau)**n)**0.5 * tanh((k + (1j*omega*tau)**n)**0.5))"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "ionic resistance R_ion along the whole line"),
        ElementParameter("k", "1", "ionic over charge transfer resistance"),
        ElementParameter("tau", "s", "time constant (R_ion Q)^(1/n)"),
        ElementParameter("n", "1", "exponent of the interface", log=False),
    )
    reference: ClassVar[str] = (
        "Bisquert, Phys. Chem. Chem. Phys. 2 (2000) 4185; J. Phys. Chem. B 104 (2000) 2287"
    )
    is_open: ClassVar[bool] = True

    @classmethod
    def load(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, tuple[ComplexArray, ...]]:
        """With u = k + (j omega tau)^n."""
        k, tau, n = p[..., 1:2], p[..., 2:3], p[..., 3:4]
        log = np.log(omega * tau) + 0.5j * np.pi
        v = as_complex(np.exp(n * log))
        u = k + v
        share = v / u
        return u, (1.0 / u, share * (n / tau), share * log)

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """R_ion, R_ct, Q, n."""
        r, _, _, n = cls.parameters
        return (
            r,
            ElementParameter("R_ct", "ohm", "charge transfer resistance of the whole interface"),
            ElementParameter("Q", "S s^n", "coefficient of the whole interface"),
            n,
        )

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """R_ct = R/k, Q = tau^n/R, with their derivatives."""
        r, k, tau, n = (float(x) for x in p)
        q = tau**n / r
        jacobian = np.array(
            [
                [1.0, 0.0, 0.0, 0.0],
                [1.0 / k, -r / k**2, 0.0, 0.0],
                [-q / r, 0.0, q * n / tau, q * np.log(tau)],
                [0.0, 0.0, 0.0, 1.0],
            ]
        )
        return np.array([r, r / k, q, n]), jacobian

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """With k = R_ion/R_ct, tau = (R Q)^(1/n)."""
        r, r_ct, q, n = values
        return np.array([r, r / r_ct, (r * q) ** (1.0 / n), n])

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """Short and long pores; a corner anywhere within the data, or below them."""
        tau = scales.fast, 100.0 * scales.slow
        return (scales.small, scales.large), (1.0 / WIDEST_RATIO, WIDEST_RATIO), tau, (LOWEST_EXPONENT, 1.0)
