"""Voids that open at random places and overlap: what is left of a face falls exponentially with their sum.

Boolean model of discs that fall at random (Matheron, Random Sets and Integral Geometry, 1975): with N area of
voids over that of the face, exp(-N) is left. N grows with the charge that the face gives beyond what creep
brings, and falls while it is plated (Kasemchainan et al., Nat. Mater. 2019, 18, 1105,
doi:10.1038/s41563-019-0438-9).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

MOST = 11.0


class RandomVoids(Mechanism):
    """`gain`: of N with `charge_C` beyond `threshold_A`; `healed`: of it, by plating as much."""

    def __init__(self, gain: float, healed: float, charge_C: float, threshold_A: float, first: int) -> None:
        self.gain, self.healed, self.charge_C = gain, healed, charge_C
        self.threshold_A, self.first = threshold_A, first
        self.voids = np.zeros(2)
        self._path = np.zeros((1, 2))

    def act(self, s: Slice) -> None:
        path = np.tile(self.voids, (s.time_s.size, 1))
        if s.direction and s.half_cycle >= self.first:
            stripped = 0 if s.direction > 0 else 1
            beyond = max(abs(s.segment.current_A) - self.threshold_A, 0.0) * s.elapsed_s
            path[:, stripped] += self.gain * beyond / self.charge_C
            path[:, 1 - stripped] -= self.healed * self.gain * s.charge_C / self.charge_C
        self._path = np.clip(path, 0.0, MOST)
        s.fail("contact_loss", ohm=0.5 * s.interface_ohm * np.expm1(self._path).sum(axis=1))

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.voids = self._path[rows - 1]
