"""Voids that diffusion in the metal closes all the time: coverage relaxes to what the current keeps up.

Vacancies come with the current and diffuse away (Krauskopf et al., ACS Appl. Mater. Interfaces 2019, 11, 14463,
doi:10.1021/acsami.9b02537): da/dt = (I/I_1 - a)/tau while a face is stripped. A face costs R_int/2 over 1 - a,
and the ions must gather before it.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

FULL = 0.99998


class AdatomVoids(Mechanism):
    """`limit_A`: I_1, above which a face loses all contact; `refill`: of what is lost, by plating as much."""

    def __init__(self, limit_A: float, tau_s: float, refill: float, spread: float, first: int) -> None:
        self.limit_A, self.tau_s, self.refill = limit_A, tau_s, refill
        self.spread, self.first = spread, first
        self.area = np.zeros(2)
        self._path = np.zeros((1, 2))

    def act(self, s: Slice) -> None:
        aim = np.zeros(2)
        if s.direction and s.half_cycle >= self.first:
            stripped = 0 if s.direction > 0 else 1
            aim[stripped] = abs(s.segment.current_A) / self.limit_A
            aim[1 - stripped] = -self.refill * aim[stripped]
        fade = np.exp(-s.elapsed_s / self.tau_s)[:, None]
        self._path = np.clip(aim + (self.area - aim) * fade, 0.0, FULL)
        left = 1.0 - self._path
        faces = 0.5 * s.interface_ohm * (1.0 / left - 1.0).sum(axis=1)
        gathers = 0.5 * self.spread * s.bulk_ohm * (1.0 / np.sqrt(left) - 1.0).sum(axis=1)
        s.fail("contact_loss", ohm=faces + gathers)

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.area = self._path[rows - 1]
