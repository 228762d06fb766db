"""Transmission line with a short-circuited far end, a constant phase element across."""

from __future__ import annotations

from typing import ClassVar

from interlayer.circuits.elements.line_cpe_open import OpenConstantPhaseLine


class ShortConstantPhaseLine(OpenConstantPhaseLine):
    """Transmission line with a short-circuited far end, zeta of CPE."""

    symbol: ClassVar[str] = "TLMQs"
    equation: ClassVar[str] = "R * tanh((1j*omega*tau)**(n/2)) / (1j*omega*tau)**(n/2)"
    reference: ClassVar[str] = (
        "de Levie, Electrochim. Acta 8 (1963) 751; Bisquert, Phys. Chem. Chem. Phys. 2 (2000) 4185"
    )
    is_open: ClassVar[bool] = False
