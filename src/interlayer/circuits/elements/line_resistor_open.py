"""Transmission line with an open far end, a resistance across."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    WIDEST_RATIO,
    ComplexArray,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
)
from interlayer.circuits.elements.transmission_line import TransmissionLine


class OpenResistorLine(TransmissionLine):
    """Transmission line with an open far end, zeta of R.

    Purely real: alone, or beside other resistors in series, its two parameters cannot be told apart.
    """

    symbol: ClassVar[str] = "TLMR"
    equation: ClassVar[str] = "R / ((k + 0j*omega)**0.5 * tanh((k + 0j*omega)**0.5))"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "ionic resistance R_ion along the whole line"),
        ElementParameter("k", "1", "ionic over interfacial resistance"),
    )
    reference: ClassVar[str] = "de Levie, Electrochim. Acta 9 (1964) 1231"
    is_open: ClassVar[bool] = True

    @classmethod
    def load(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, tuple[ComplexArray, ...]]:
        """With u = k at every frequency."""
        k = p[..., 1:2]
        u = as_complex(k + 0j * omega)
        return u, (1.0 / u,)

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """R_ion, R_ct."""
        return cls.parameters[0], ElementParameter("R_ct", "ohm", "resistance of the whole interface")

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """R_ct = R/k with its derivatives."""
        r, k = (float(x) for x in p)
        return np.array([r, r / k]), np.array([[1.0, 0.0], [1.0 / k, -r / k**2]])

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """With k = R_ion/R_ct."""
        r, r_ct = values
        return np.array([r, r / r_ct])

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """Short and long pores."""
        return (scales.small, scales.large), (1.0 / WIDEST_RATIO, WIDEST_RATIO)
