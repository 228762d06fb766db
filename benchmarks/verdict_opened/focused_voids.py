"""Voids with current focused on their edges, and creep that refills them all the time.

df/dt = -k i/sqrt(f) while a face is stripped, +k i h while it is plated, and +(1 - f)/tau always, f the contact
fraction; R_int over f. After Kasemchainan et al., Nat. Mater. 2019, 18, 1105 (stripping against creep) and
Zhang et al. 2020 (edges). Stepped by Heun's method from row to row.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

LEAST = 2e-5


class FocusedVoids(Mechanism):
    """`lost`: fraction lost in a fresh half-cycle of the first level; `threshold_A`: what creep supplies."""

    def __init__(
        self,
        lost: float,
        healed: float,
        creep_s: float,
        duration_s: float,
        current_A: float,
        threshold_A: float,
        first: int,
    ) -> None:
        self.lost, self.healed, self.creep_s, self.first = lost, healed, creep_s, first
        self.duration_s, self.current_A, self.threshold_A = duration_s, current_A, threshold_A
        self.contact = np.ones(2)
        self._path = np.ones((1, 2))

    def act(self, s: Slice) -> None:
        size = abs(s.segment.current_A)
        over = max(size - self.threshold_A, 0.0) / (self.current_A * self.duration_s) * self.lost
        back = size / (self.current_A * self.duration_s) * self.lost * self.healed
        signs = np.array([s.direction, -s.direction])
        if s.half_cycle < self.first:
            over = back = 0.0

        def rate(f: np.ndarray) -> np.ndarray:
            moved = np.where(signs > 0, -over / np.sqrt(f), np.where(signs < 0, back, 0.0))
            return moved + (1.0 - f) / self.creep_s

        steps = np.diff(s.elapsed_s, prepend=0.0)
        path = np.empty((steps.size, 2))
        f = self.contact
        for k, dt in enumerate(steps.tolist()):
            for _ in range(4):
                h = dt / 4.0
                a = rate(f)
                g = np.clip(f + h * a, LEAST, 1.0)
                f = np.clip(f + 0.5 * h * (a + rate(g)), LEAST, 1.0)
            path[k] = f
        self._path = path
        s.fail("contact_loss", ohm=0.5 * s.interface_ohm * (1.0 / path - 1.0).sum(axis=1))

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.contact = self._path[rows - 1]
