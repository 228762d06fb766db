"""Transmission line with a short-circuited far end, a capacitance across."""

from __future__ import annotations

from typing import ClassVar

from interlayer.circuits.elements.line_capacitor_open import OpenCapacitorLine


class ShortCapacitorLine(OpenCapacitorLine):
    """Transmission line with a short-circuited far end, zeta of C. The same curve as the element Ws."""

    symbol: ClassVar[str] = "TLMCs"
    equation: ClassVar[str] = "R * tanh((1j*omega*tau)**0.5) / (1j*omega*tau)**0.5"
    is_open: ClassVar[bool] = False
