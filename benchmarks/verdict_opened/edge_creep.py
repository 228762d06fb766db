"""Lithium that crept around the edge of the pellet when the cell was pressed: shorted before the first current.

Its cross-section goes on growing as creep does, with the cube root of time (Andrade, Proc. R. Soc. A 1910, 84, 1).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class EdgeCreep(Mechanism):
    def __init__(self, conductance_S: float, growth: float, end_s: float) -> None:
        self.conductance_S, self.growth, self.end_s = conductance_S, growth, end_s

    def act(self, s: Slice) -> None:
        s.shunt_S += self.conductance_S * (1.0 + self.growth * np.cbrt(s.time_s / self.end_s))
