"""Salt in two stirred pools, one at each electrode, that exchange it through the separator.

dx/dt = (I/I_lim - x)/tau with 1 - x and 1 + x the concentrations over the mean (tanks in series: Levenspiel, Chemical
Reaction Engineering, 1999, ch. 14). The voltage has 2 (1 - t+) RT/F ln((1 + x)/(1 - x)); each pool carries half of R_b.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class TwoPools(Mechanism):
    """`declare`: whether it is a failure that may be declared, or polarisation that goes with the cell."""

    def __init__(
        self, limiting_A: float, tau_s: float, scale_V: float, first: int = 0, *, declare: bool = True
    ) -> None:
        self.limiting_A, self.tau_s, self.scale_V, self.declare = limiting_A, tau_s, scale_V, declare
        self.first = first
        self.state = 0.0
        self._path = np.zeros(1)

    def act(self, s: Slice) -> None:
        aim = s.segment.current_A / self.limiting_A if s.half_cycle >= self.first else 0.0
        self._path = aim + (self.state - aim) * np.exp(-s.elapsed_s / self.tau_s)
        x = np.clip(self._path, -1.0 + 1e-7, 1.0 - 1e-7)
        eta = self.scale_V * np.log((1.0 + x) / (1.0 - x))
        if s.direction:
            eta = np.where(np.abs(self._path) >= 1.0, np.sign(self._path) * 100.0, eta)
        more = s.bulk_ohm * np.minimum(x * x / (1.0 - x * x), 1e3)
        if self.declare:
            s.fail("depletion", ohm=more, volt=eta, measure=1.0 / np.maximum(1.0 - np.abs(self._path), 1e-6))
        else:
            s.source_V += eta
            s.bulk_ohm += more

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.state = float(self._path[rows - 1])
