"""Depressed arc: a resistor with a constant phase element beside it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    ARC_REACH,
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


class Zarc(Element):
    """Depressed arc, written p(R,CPE).

    Fitted by resistance, time constant and exponent, which are nearly uncorrelated; reported as R, Q, n
    with Q = tau**n / R.
    """

    symbol: ClassVar[str] = "p(R,CPE)"
    equation: ClassVar[str] = "R / (1 + (1j*omega*tau)**n)"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "width of the arc on the real axis"),
        ElementParameter("tau", "s", "time constant; the arc peaks at omega tau = 1"),
        ElementParameter("n", "1", "exponent; 1 is a full semicircle", log=False),
    )
    reference: ClassVar[str] = "Cole and Cole, J. Chem. Phys. 9 (1941) 341"

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R/(1+u), u = (j omega tau)^n; dZ/dtau = -Z u n/(tau (1+u)); dZ/dn alike, ln(j omega tau)."""
        r, tau, n = p[..., :1], p[..., 1:2], p[..., 2:3]
        log = np.log(omega * tau) + 0.5j * np.pi
        u = np.exp(n * log)
        share = as_complex(1.0 / (1.0 + u))
        z = r * share
        slope = z * (share - 1.0)  # -Z u/(1+u)
        return z, stack(share, slope * (n / tau), slope * log)

    @classmethod
    def parts(cls) -> tuple[tuple[str, int], ...]:
        """Resistor and its parallel element are numbered apart."""
        return (("R", 1), ("CPE", 2))

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """R, Q and n."""
        r, _, n = cls.parameters
        return r, ElementParameter("Q", "S s^n", "coefficient of the constant phase element"), n

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Q = tau^n/R with its derivatives."""
        r, tau, n = (float(x) for x in p)
        q = tau**n / r
        jacobian = np.array([[1.0, 0.0, 0.0], [-q / r, q * n / tau, q * np.log(tau)], [0.0, 0.0, 1.0]])
        return np.array([r, q, n]), jacobian

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """A peak not far outside the measured frequencies."""
        tau = scales.fast / ARC_REACH, scales.slow * ARC_REACH
        return (scales.small, scales.large), tau, (LOWEST_EXPONENT, 1.0)

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """With tau = (R Q)^(1/n)."""
        r, q, n = values
        return np.array([r, (r * q) ** (1.0 / n), n])


def effective_capacitance(r: float, tau: float) -> float:
    """Capacitance in F of an arc with R in ohm and tau in s.

    For R beside a CPE, Hsu and Mansfeld (Corrosion 57 (2001) 747) give C = (R^(1-n) Q)^(1/n), which with
    tau = (R Q)^(1/n) is tau/R.
    """
    return tau / r
