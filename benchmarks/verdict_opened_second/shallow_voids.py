"""Solid cells: small voids that every half-cycle opens, and plating and rest close again; no failure.

Resistance rises with the square root of the charge that is stripped and falls back at reversal and at rest
(Kasemchainan et al., Nat. Mater. 2019, 18, 1105, below the critical current).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class ShallowVoids(Mechanism):
    def __init__(self, depth: float) -> None:
        self.depth = depth

    def act(self, s: Slice) -> None:
        if s.direction:
            s.interface_ohm *= 1.0 + self.depth * np.sqrt(s.share)
