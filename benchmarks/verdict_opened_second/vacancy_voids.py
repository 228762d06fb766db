"""Voids from vacancies that lithium cannot carry off: coverage as the square root of the charge stripped.

Vacancies under a constant current pile up as sqrt(t) at the face (Sand's problem in the metal; Jow and Liang,
J. Electrochem. Soc. 1983, 130, 737; Krauskopf et al. 2019). The square of the coverage is linear in charge, falls while
the face is plated, and fades at rest, where voids heal.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

FULL = 0.99998


class VacancyVoids(Mechanism):
    """`lost`: gain of the squared coverage in a half-cycle of `charge_C`; `healed`: of it, when plated; `rest_s`."""

    def __init__(
        self, lost: float, healed: float, first: int, charge_C: float, threshold_A: float, rest_s: float
    ) -> None:
        self.lost, self.healed, self.first, self.charge_C = lost, healed, first, charge_C
        self.threshold_A, self.rest_s = threshold_A, rest_s
        self.square = np.zeros(2)
        self._path = np.zeros((1, 2))

    def act(self, s: Slice) -> None:
        size = abs(s.segment.current_A)
        path = np.tile(self.square, (s.time_s.size, 1))
        if not s.direction:
            path *= np.exp(-s.elapsed_s / self.rest_s)[:, None]
        elif s.half_cycle >= self.first:
            stripped = 0 if s.direction > 0 else 1
            over = self.lost * max(size - self.threshold_A, 0.0) * s.elapsed_s / self.charge_C
            path[:, stripped] += over
            path[:, 1 - stripped] -= self.lost * self.healed * s.charge_C / self.charge_C
        self._path = np.clip(path, 0.0, FULL**2)
        covered = np.sqrt(self._path)
        s.fail("contact_loss", ohm=0.5 * s.interface_ohm * (1.0 / (1.0 - covered) - 1.0).sum(axis=1))

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.square = self._path[rows - 1]
