"""A filament that crosses at one moment and stays: a hard or a soft short."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class SuddenShunt(Mechanism):
    """G = G_0 from a share of a half-cycle on, reached as 1 - exp(-t/rise)."""

    source = "closed form"

    def __init__(self, conductance_S: float, half_cycle: int, share: float, rise_s: float) -> None:
        self.conductance_S, self.half_cycle, self.share, self.rise_s = (
            conductance_S,
            half_cycle,
            share,
            rise_s,
        )
        self.since_s: float | None = None

    def act(self, s: Slice) -> None:
        """Add the conductance."""
        if self.since_s is None:
            if s.half_cycle < self.half_cycle or not s.direction:
                return
            if s.half_cycle == self.half_cycle:
                begin = s.time_s[0] - s.elapsed_s[0] + self.share * s.segment.duration_s
                after = np.maximum(s.time_s - begin, 0.0)
                s.shunt_S += -self.conductance_S * np.expm1(-after / self.rise_s)
                return
            # its half-cycle ended early, at the voltage limit
            self.since_s = float(s.time_s[0])
        after = np.maximum(s.time_s - self.since_s, 0.0)
        s.shunt_S += -self.conductance_S * np.expm1(-after / self.rise_s)

    def close(self, s: Slice, rows: int) -> None:
        """Fix the moment once its half-cycle is over."""
        if self.since_s is None and s.direction and s.half_cycle == self.half_cycle:
            begin = float(s.time_s[0] - s.elapsed_s[0] + self.share * s.segment.duration_s)
            self.since_s = min(begin, float(s.time_s[rows - 1]))
