"""Transmission line with a short-circuited far end, a resistance across."""

from __future__ import annotations

from typing import ClassVar

from interlayer.circuits.elements.line_resistor_open import OpenResistorLine


class ShortResistorLine(OpenResistorLine):
    """Transmission line with a short-circuited far end, zeta of R.

    Purely real: alone, or beside other resistors in series, its two parameters cannot be told apart.
    """

    symbol: ClassVar[str] = "TLMRs"
    equation: ClassVar[str] = "R * tanh((k + 0j*omega)**0.5) / (k + 0j*omega)**0.5"
    is_open: ClassVar[bool] = False
