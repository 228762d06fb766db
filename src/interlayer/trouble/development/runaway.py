"""A resistance that runs away: cracks and interphase feed on each other until the voltage limit."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Runaway(Mechanism):
    """R_more = R_int (exp((t - t_0)/tau) - 1) from t_0 on, whatever the direction of the current."""

    source = "closed form"

    def __init__(self, half_cycle: int, tau_s: float) -> None:
        self.half_cycle, self.tau_s = half_cycle, tau_s
        self._since: float | None = None

    def act(self, s: Slice) -> None:
        """Add the resistance."""
        if self._since is None and s.half_cycle >= self.half_cycle:
            self._since = float(s.time_s[0])
        if self._since is not None:
            passed = np.clip((s.time_s - self._since) / self.tau_s, 0.0, 14.0)
            s.fail("runaway", ohm=s.interface_ohm * np.expm1(passed))
