"""Liquid cells: nuclei that cover the face, and late in the half-cycle holes that run dry.

Coverage 1 - exp(-(t/tau)^n) after Avrami, J. Chem. Phys. 1939, 7, 1103; the end of the easily stripped lithium with a
Weibull hazard. Dead lithium adds with the square root of cycles.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class AvramiNuclei(Mechanism):
    """R_int x (1 + nuclei exp(-(x/reach)^order) + late x^power), x the share of the half-cycle."""

    def __init__(
        self, nuclei: float, reach: float, order: float, late: float, power: float, dead: float
    ) -> None:
        self.nuclei, self.reach, self.order = nuclei, reach, order
        self.late, self.power, self.dead = late, power, dead

    def act(self, s: Slice) -> None:
        s.interface_ohm *= 1.0 + self.dead * np.sqrt(max(s.half_cycle, 0))
        if s.direction:
            bare = np.exp(-((s.share / self.reach) ** self.order))
            s.interface_ohm *= 1.0 + self.nuclei * bare + self.late * s.share**self.power
