"""A crack that every half-cycle widens by its own current, until it is through and fills with lithium.

Miner's rule (J. Appl. Mech. 1945, 12, A159) on Basquin's law: damage grows as |I|^m dt, the crack is through at 1. The
lithium behind it then fills what opens further: G = G_1 (1 - exp(-(D - 1)/w)). In a ramp the damage of the last levels
outweighs all before; a sharp critical current is the limit of large m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interlayer.trouble.programme import Segment


class FatigueCrack(Mechanism):
    """`half_cycle` and `share`: where damage is 1 if all goes as planned; `width`: w in damage of that half-cycle."""

    def __init__(
        self,
        conductance_S: float,
        halves: Sequence[Segment],
        half_cycle: int,
        share: float,
        exponent: float,
        width: float,
    ) -> None:
        self.conductance_S, self.exponent = conductance_S, exponent
        each = np.array([abs(h.current_A) ** exponent * h.duration_s for h in halves])
        self.whole = float(each[:half_cycle].sum() + share * each[half_cycle])
        self.width = width * float(each[half_cycle]) / self.whole
        self.damage = 0.0
        self._path = np.zeros(1)

    def act(self, s: Slice) -> None:
        pace = abs(s.segment.current_A) ** self.exponent / self.whole if s.direction else 0.0
        self._path = self.damage + pace * s.elapsed_s
        s.shunt_S += -self.conductance_S * np.expm1(-np.maximum(self._path - 1.0, 0.0) / self.width)

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.damage = float(self._path[rows - 1])
