"""A bridge of soft metal: touching makes it conduct at once, and creep broadens it ever more slowly.

Norton's law, strain rate ~ stress^n, under a constant force on the contact gives A = A_0 (1 + t/tau)^(1/(n + 1)) with
n = 6.6 of lithium (LePage et al., J. Electrochem. Soc. 2019, 166, A89).
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice

NORTON = 6.6


class CreepingBridge(Mechanism):
    def __init__(self, conductance_S: float, begin: float, tau_s: float) -> None:
        self.conductance_S, self.begin, self.tau_s = conductance_S, begin, tau_s
        self.since_s: float | None = None

    def act(self, s: Slice) -> None:
        touches = position(s) >= self.begin
        if not touches.any():
            return
        since = self.since_s if self.since_s is not None else self._touched(s, touches)
        age = np.maximum(s.time_s - since, 0.0)
        wide = (1.0 + age / self.tau_s) ** (1.0 / (NORTON + 1.0))
        s.shunt_S += np.where(touches, self.conductance_S * wide, 0.0)

    def _touched(self, s: Slice, touches: np.ndarray) -> float:
        """Moment of touching in this step, which is its beginning if the step before ended early."""
        first = int(np.argmax(touches))
        ago = (position(s)[first] - self.begin) * s.segment.duration_s
        return max(float(s.time_s[first] - ago), float(s.time_s[0] - s.elapsed_s[0]))

    def close(self, s: Slice, rows: int) -> None:
        touches = position(s)[:rows] >= self.begin
        if self.since_s is None and touches.any():
            self.since_s = self._touched(s, touches)
