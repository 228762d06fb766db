"""A bridge that touches when the stack is pressed by day, and parts at night, with adhesion in between.

Contact that closes at one pressure and opens at a lower one: Johnson, Kendall and Roberts, Proc. R. Soc. A 1971, 324,
301. The pressure is that of `day_and_night`, and the contact conducts as its square root does (Holm 1967).
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.day_and_night import wave
from interlayer.trouble.mechanism import Mechanism, Slice

GRID = 4000


class BreathingBridge(Mechanism):
    """Touches above `closes`, parts below `opens` (of the wave from 0 to 1), from `first_s` until `last_s`."""

    def __init__(
        self,
        conductance_S: float,
        closes: float,
        opens: float,
        day_s: float,
        dawn: float,
        first_s: float,
        last_s: float,
        end_s: float,
    ) -> None:
        self.grid_s = np.linspace(0.0, end_s, GRID)
        pressure = wave(self.grid_s, day_s, dawn)
        allowed = (self.grid_s >= first_s) & (self.grid_s <= last_s)
        decided = np.where(pressure > closes, 1, np.where((pressure < opens) | ~allowed, -1, 0))
        decided[~allowed] = -1
        decided[0] = -1
        last = np.maximum.accumulate(np.where(decided != 0, np.arange(GRID), 0))
        self.conductance_S = np.where(decided[last] > 0, conductance_S * np.sqrt(pressure), 0.0)

    def act(self, s: Slice) -> None:
        place = np.minimum(np.searchsorted(self.grid_s, s.time_s, side="right") - 1, GRID - 1)
        s.shunt_S += self.conductance_S[place]
