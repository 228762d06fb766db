"""Salt in a layer of finite thickness: diffusion between two electrodes, solved in its eigenfunctions.

dc/dt = D d2c/dx2 with -D dc/dx = (1 - t+) i/F at both faces (Newman and Thomas-Alyea 2004, ch. 11). In units of
the mean concentration c = 1 + sum of odd cosines; each amplitude relaxes with D (k pi/L)^2 and is stepped
exactly. The voltage has the concentration overpotential (2RT/F)(1 - t+) ln(c1/c2) and the resistance of the
depleted layer.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

MODES = 2 * np.arange(24) + 1
GRID = np.cos(np.pi * np.outer(np.linspace(0.02, 0.98, 25), MODES))
RT_F = 0.028


class SaltDiffusion(Mechanism):
    """`limiting_A`: current whose steady state uses up the salt at one face; `tau_s`: L^2/D.

    `declare`: whether it is a failure that may be declared, or polarisation that goes with the cell.
    """

    def __init__(
        self, limiting_A: float, tau_s: float, scale_V: float = 2 * RT_F * 0.8, *, declare: bool = True
    ) -> None:
        self.limiting_A, self.scale_V, self.declare = limiting_A, scale_V, declare
        self.rate = (MODES * np.pi) ** 2 / tau_s
        # the steady profile is linear, 1 - 2 x at the limit: its cosine series
        self.steady = 8.0 / (np.pi * MODES) ** 2
        self.steady *= 1.0 / self.steady.sum()
        self.amplitude = np.zeros(MODES.size)
        self._path = np.zeros((1, MODES.size))

    def act(self, s: Slice) -> None:
        aim = s.segment.current_A / self.limiting_A * self.steady
        self._path = aim + (self.amplitude - aim) * np.exp(-s.elapsed_s[:, None] * self.rate)
        at_face = self._path.sum(axis=1)
        inside = np.clip(at_face, -1.0 + 1e-7, 1.0 - 1e-7)
        eta = self.scale_V * np.log((1.0 + inside) / (1.0 - inside))
        if s.segment.current_A:
            eta = np.where(np.abs(at_face) >= 1.0, np.sign(at_face) * 100.0, eta)
        profile = np.maximum(1.0 + self._path @ GRID.T, 1e-3)
        more = s.bulk_ohm * (np.mean(1.0 / profile, axis=1) - 1.0)
        if self.declare:
            s.fail("depletion", ohm=more, volt=eta, measure=1.0 / np.maximum(1.0 - np.abs(at_face), 1e-6))
        else:
            s.source_V += eta
            s.bulk_ohm += more

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.amplitude = self._path[rows - 1]
