"""A flaw that lithium under pressure drives through a solid electrolyte, faster the longer it is.

Lithium plated into a crack presses it open as Griffith has it (Porz et al., Adv. Energy Mater. 2017, 7,
1701003, doi:10.1002/aenm.201701003): K ~ I sqrt(a). Below the toughness it grows at da/dt ~ K^n (Charles and
Hillig, 1962; Evans, J. Mater. Sci. 1972, 7, 1137, doi:10.1007/BF00550196), and not at all below a threshold. In
closed form a^(1 - n/2) falls evenly. On its way it stands in the way of the ions; once across, its lithium
widens as sqrt(charge).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice
from interlayer.trouble.programme import Segment


class GriffithFilling(Mechanism):
    """`half_cycle`, `share`: where it is across if all goes as planned; `filling`: half-cycles to its full width.

    `first`: length of the flaw over the thickness; `threshold_A`: current below which it stands still; `blocked`:
    part by which the resistance of grain boundaries has grown when it is across.
    """

    def __init__(
        self,
        conductance_S: float,
        halves: Sequence[Segment],
        half_cycle: int,
        share: float,
        exponent: float,
        first: float,
        threshold_A: float,
        blocked: float,
        filling: float,
    ) -> None:
        self.conductance_S, self.exponent, self.first = conductance_S, exponent, first
        self.threshold_A, self.blocked = threshold_A, blocked
        self.unit_A = abs(halves[half_cycle].current_A)
        each = np.array([self._pace(abs(h.current_A)) * h.duration_s for h in halves])
        self.whole = float(each[:half_cycle].sum() + share * each[half_cycle])
        self.filling = filling * float(each[half_cycle]) / self.whole
        self.load = 0.0
        self._path = np.zeros(1)

    def _pace(self, current_A: float) -> float:
        return (current_A / self.unit_A) ** self.exponent if current_A > self.threshold_A else 0.0

    def act(self, s: Slice) -> None:
        self._path = self.load + self._pace(abs(s.segment.current_A)) / self.whole * s.elapsed_s
        power = self.exponent / 2.0 - 1.0
        begin = self.first**-power
        length = (begin - np.minimum(self._path, 1.0) * (begin - 1.0)) ** (-1.0 / power)
        s.boundary_ohm *= 1.0 + self.blocked * length**2
        filled = np.clip((self._path - 1.0) / self.filling, 0.0, 1.0)
        s.shunt_S += self.conductance_S * np.sqrt(filled)

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.load = float(self._path[rows - 1])
