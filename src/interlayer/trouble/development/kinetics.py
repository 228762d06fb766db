"""Charge transfer that gets easier with current: Butler-Volmer with equal coefficients."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Kinetics(Mechanism):
    """R_int x asinh(i/2 i_0)/(i/2 i_0), which is (2RT/F) asinh(i/2 i_0) over i."""

    source = "Butler-Volmer"

    def __init__(self, exchange_A: float) -> None:
        self.exchange_A = exchange_A

    def act(self, s: Slice) -> None:
        """Scale the interface."""
        x = abs(s.segment.current_A) / (2.0 * self.exchange_A)
        if x > 0:
            s.interface_ohm *= float(np.arcsinh(x)) / x
