"""Loss of contact: voids grow where lithium is stripped faster than it is replenished."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Voids(Mechanism):
    """Area a_k lost at face k: grows by w a half-cycle of stripping, falls by h w a half-cycle of plating.

    The face's share of R_int is divided by 1 - a_k (Krauskopf et al. 2019). `critical_A`: stripping currents below it
    make none, and w is that at twice as much.
    """

    source = "krauskopf2019"
    _FULL = 0.99999

    def __init__(
        self, lost: float, healed: float, first: int, duration_s: float, critical_A: float | None = None
    ) -> None:
        self.lost, self.healed, self.first, self.duration_s, self.critical_A = (
            lost,
            healed,
            first,
            duration_s,
            critical_A,
        )
        self.area = [0.0, 0.0]
        self._course = (np.zeros(1), np.zeros(1))

    def _speed(self, s: Slice) -> float:
        if self.critical_A is None:
            return self.lost
        return self.lost * max(abs(s.segment.current_A) / self.critical_A - 1.0, 0.0)

    def act(self, s: Slice) -> None:
        """Add what the lost area costs."""
        speed = self._speed(s) if s.half_cycle >= self.first else 0.0
        moved = speed * s.elapsed_s / self.duration_s
        stripped = 0 if s.direction > 0 else 1
        faces = [np.full_like(s.time_s, a) for a in self.area]
        if s.direction:
            faces[stripped] = np.minimum(faces[stripped] + moved, self._FULL)
            faces[1 - stripped] = np.maximum(faces[1 - stripped] - self.healed * moved, 0.0)
        self._course = faces[0], faces[1]
        more = sum((1.0 / (1.0 - a) - 1.0 for a in faces), np.zeros_like(s.time_s))
        s.fail("contact_loss", ohm=0.5 * s.interface_ohm * more)

    def close(self, s: Slice, rows: int) -> None:
        """Keep the areas as they are at the end of the step."""
        if s.direction:
            self.area = [float(self._course[0][rows - 1]), float(self._course[1][rows - 1])]
