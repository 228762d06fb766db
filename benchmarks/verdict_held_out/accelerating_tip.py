"""A dendrite whose tip runs the faster the closer it comes, and whose contact then fills up with metal.

The tip's current is that of the gap before it (Monroe and Newman, J. Electrochem. Soc. 2003, 150, A1377,
doi:10.1149/1.1606686): dg/dQ ~ -1/g, g = sqrt(1 - Q/Q_1). A few of them shorten the way of a part of the ions.
Once across, metal gathers at the contact, whose section is the 2/3 power of the charge.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class AcceleratingTip(Mechanism):
    """`reach_C`: charge, both directions, to cross; `fill_C`: to the full section; `part`: of the way they shorten."""

    def __init__(self, conductance_S: float, reach_C: float, fill_C: float, part: float) -> None:
        self.conductance_S, self.reach_C, self.fill_C, self.part = conductance_S, reach_C, fill_C, part
        self.passed_C = 0.0

    def act(self, s: Slice) -> None:
        passed = self.passed_C + s.charge_C
        gap = np.sqrt(np.maximum(1.0 - passed / self.reach_C, 0.0))
        s.bulk_ohm *= 1.0 - self.part * (1.0 - gap)
        filled = np.clip((passed - self.reach_C) / self.fill_C, 0.0, 1.0)
        s.shunt_S += self.conductance_S * filled ** (2.0 / 3.0)

    def close(self, s: Slice, rows: int) -> None:
        self.passed_C += float(s.charge_C[rows - 1])
