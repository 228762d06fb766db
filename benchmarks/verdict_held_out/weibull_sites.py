"""Weak sites of one electrolyte, whose lives under current have Weibull's distribution.

Weibull, J. Appl. Mech. 1951, 18, 293, doi:10.1115/1.4010337; lives under a load that varies count the integral
of its power (Coleman, J. Appl. Phys. 1958, 29, 968, doi:10.1063/1.1723343). Each site that gives way adds a
filament.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice
from interlayer.trouble.programme import Segment


class WeibullSites(Mechanism):
    """`modulus`: of the lives; the first site gives way at `half_cycle` and `share` if all goes as planned."""

    def __init__(
        self,
        rng: np.random.Generator,
        conductance_S: float,
        sites: int,
        modulus: float,
        halves: Sequence[Segment],
        half_cycle: int,
        share: float,
        exponent: float,
    ) -> None:
        self.each_S, self.exponent = conductance_S / sites, exponent
        self.unit_A = abs(halves[half_cycle].current_A)
        worn = np.array([(abs(h.current_A) / self.unit_A) ** exponent * h.duration_s for h in halves])
        self.whole = float(worn[:half_cycle].sum() + share * worn[half_cycle])
        lives = np.sort(rng.exponential(size=sites)) ** (1.0 / modulus)
        self.lives = lives / lives[0]
        self.load = 0.0
        self._path = np.zeros(1)

    def act(self, s: Slice) -> None:
        pace = (abs(s.segment.current_A) / self.unit_A) ** self.exponent / self.whole if s.direction else 0.0
        self._path = self.load + pace * s.elapsed_s
        s.shunt_S += self.each_S * np.searchsorted(self.lives, self._path, side="right")

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.load = float(self._path[rows - 1])
