"""Salt depletion within a half-cycle: Sand's law with the memory of the steps before."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Depletion(Mechanism):
    """eta = B ln((1 + x)/(1 - x)), x = sum over steps of current of dI/I_1 sqrt((t - t_k)/tau_1).

    Semi-infinite diffusion from both electrodes (Sand 1901; Duhamel's superposition); tau_1 is Sand's time at the
    current I_1. From x = 1 on no salt is left and the voltage runs to the limit.
    """

    source = "sand1901"
    _STEPS = 1000

    def __init__(self, sand_s: float, current_A: float, scale_V: float, first: int = 0) -> None:
        self.sand_s, self.current_A, self.scale_V, self.first = sand_s, current_A, scale_V, first
        self._when: list[float] = []
        self._by: list[float] = []
        self._last_A = 0.0

    def act(self, s: Slice) -> None:
        """Add the concentration overpotential."""
        current = s.segment.current_A if s.half_cycle >= self.first else 0.0
        if current != self._last_A:
            self._when.append(float(s.time_s[0] - s.elapsed_s[0]))
            self._by.append((current - self._last_A) / self.current_A)
            self._last_A = current
        since = s.time_s[:, None] - np.array(self._when[-self._STEPS :])[None, :]
        x = (np.sqrt(np.maximum(since, 0.0) / self.sand_s) * np.array(self._by[-self._STEPS :])).sum(axis=1)
        inside = np.clip(x, -1.0 + 1e-9, 1.0 - 1e-9)
        eta = self.scale_V * np.log((1.0 + inside) / (1.0 - inside))
        eta = np.where(np.abs(x) >= 1.0, np.sign(x) * 100.0, eta) if current else eta
        s.fail("depletion", volt=eta, measure=1.0 / np.maximum(1.0 - np.abs(x), 1e-6))
