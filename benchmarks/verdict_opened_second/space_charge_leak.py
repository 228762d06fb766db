"""Electrons in the electrolyte from the beginning: their current is limited by its own charge, I ~ V^2.

Mott and Gurney, Electronic Processes in Ionic Crystals, 1940, ch. 5. With R in parallel, V + g R V^2 = I R in closed
form.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import series_ohm
from interlayer.trouble.mechanism import Mechanism, Slice


class SpaceChargeLeak(Mechanism):
    """`square_A_V2`: current of electrons over V^2."""

    def __init__(self, square_A_V2: float) -> None:
        self.square_A_V2 = square_A_V2

    def act(self, s: Slice) -> None:
        ohm = series_ohm(s)
        load = self.square_A_V2 * ohm
        volt = (np.sqrt(1.0 + 4.0 * load * abs(s.segment.current_A) * ohm) - 1.0) / (2.0 * load)
        s.shunt_S += self.square_A_V2 * volt
