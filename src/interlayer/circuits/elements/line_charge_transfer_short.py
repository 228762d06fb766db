"""Transmission line with a short-circuited far end, charge transfer beside a constant phase element across."""

from __future__ import annotations

from typing import ClassVar

from interlayer.circuits.elements.line_charge_transfer_open import OpenChargeTransferLine


class ShortChargeTransferLine(OpenChargeTransferLine):
    """Transmission line with a short-circuited far end, zeta of p(R,CPE)."""

    symbol: ClassVar[str] = "TLMRQs"
    equation: ClassVar[str] = "R * tanh((k + (1j*omega*tau)**n)**0.5) / (k + (1j*omega*tau)**n)**0.5"
    is_open: ClassVar[bool] = False
