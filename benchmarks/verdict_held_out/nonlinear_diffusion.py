"""Salt whose diffusion slows down where it is dilute: finite volumes between two electrodes.

dc/dt = d/dx (c^b dc/dx) in units of the mean concentration, the thickness and tau; with the flux -2 I/I_lim at
both faces (Newman and Thomas-Alyea, Electrochemical Systems, 2004, ch. 12; diffusion of LiTFSI in PEO: Pesko et
al., J. Electrochem. Soc. 2017, 164, E3569, doi:10.1149/2.0581711jes). In the steady state c^(b + 1) is linear.
Each volume carries R_b/(N c).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dgtsv

from interlayer.trouble.mechanism import Mechanism, Slice

VOLUMES = 16
PARTS = 2
"""Implicit steps between rows."""
EMPTY = 1e-6


class NonlinearDiffusion(Mechanism):
    """`limiting_A`: I_lim, at b = 0 the current whose steady state empties a face; `tau_s`: L^2/D.

    `declare`: whether it is a failure that may be declared, or polarisation that goes with the cell.
    """

    def __init__(
        self,
        limiting_A: float,
        tau_s: float,
        power: float,
        scale_V: float,
        first: int = 0,
        *,
        declare: bool = True,
    ) -> None:
        self.limiting_A, self.tau_s, self.power, self.scale_V = limiting_A, tau_s, power, scale_V
        self.first, self.declare = first, declare
        self.salt = np.ones(VOLUMES)
        self._path = np.ones((1, VOLUMES))

    def act(self, s: Slice) -> None:
        current = s.segment.current_A if s.half_cycle >= self.first else 0.0
        flux = 2.0 * current / self.limiting_A
        self._path = self._integrated(s, flux)
        # the faces lie half a volume further out
        way = 0.5 * flux / VOLUMES
        left = self._path[:, 0] + way * np.maximum(self._path[:, 0], EMPTY) ** -self.power
        right = self._path[:, -1] - way * np.maximum(self._path[:, -1], EMPTY) ** -self.power
        least = np.minimum(left, right)
        eta = self.scale_V * np.log(np.maximum(left, EMPTY) / np.maximum(right, EMPTY))
        if s.direction:
            eta = np.where(least <= EMPTY, s.direction * 100.0, eta)
        more = s.bulk_ohm * (np.mean(1.0 / np.maximum(self._path, 1e-3), axis=1) - 1.0)
        if self.declare:
            s.fail("depletion", ohm=more, volt=eta, measure=1.0 / np.maximum(least, EMPTY))
        else:
            s.source_V += eta
            s.bulk_ohm += more

    def _integrated(self, s: Slice, flux: float) -> np.ndarray:
        out = np.empty((s.time_s.size, VOLUMES))
        salt = self.salt
        gain = np.zeros(VOLUMES)
        gain[0], gain[-1] = flux * VOLUMES, -flux * VOLUMES
        steps = np.diff(s.elapsed_s, prepend=0.0) / (PARTS * self.tau_s)
        for k, step in enumerate(steps.tolist()):
            for _ in range(PARTS if step > 0.0 else 0):
                between = (0.5 * (salt[1:] + salt[:-1])) ** self.power * (step * VOLUMES**2)
                whole = np.ones(VOLUMES)
                whole[1:] += between
                whole[:-1] += between
                after = dgtsv(-between, whole, -between, salt + step * gain)[3]
                if after.min() <= 0.0:
                    # an empty face takes no more: it stays as it is until the current turns
                    break
                salt = after
            out[k] = salt
        return out

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.salt = self._path[rows - 1]
