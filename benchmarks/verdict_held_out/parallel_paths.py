"""Liquid cells: fresh lithium and old surface side by side; the larger part of the current takes the easier one.

Two paths in parallel at each face (Wood et al., ACS Cent. Sci. 2016, 2, 790, doi:10.1021/acscentsci.6b00260):
the plated face gains fresh surface as 1 - exp(-x/w), the stripped one uses it up.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class ParallelPaths(Mechanism):
    """`old`: conductance of the old surface over all; `width`: of the gain; `late`, `power`: of the loss; `aged`."""

    def __init__(self, old: float, width: float, power: float, late: float, aged: float) -> None:
        self.old, self.width, self.power, self.late, self.aged = old, width, power, late, aged

    def act(self, s: Slice) -> None:
        s.interface_ohm *= 1.0 + self.aged * max(s.half_cycle, 0) ** 0.75
        if s.direction:
            plated = self.old + (1.0 - self.old) * -np.expm1(-s.share / self.width)
            stripped = 1.0 - self.late * s.share**self.power
            s.interface_ohm *= 0.5 / plated + 0.5 / stripped
