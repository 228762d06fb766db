"""Slow polarisation with a constant phase: a resistance parallel to a CPE, below the lowest frequency of spectra.

Its step response is R (1 - E_n(-(t/tau)^n)), E_n Mittag-Leffler's function; here the sum of exponentials that
follows from Cole and Cole's distribution of relaxation times (J. Chem. Phys. 1941, 9, 341), eight of them, each
stepped exactly.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class FractionalRelaxation(Mechanism):
    """Voltage of a ZARC of `ohm`, `tau_s` and exponent `n` under the current of the ionic path."""

    def __init__(self, ohm: float, tau_s: float, n: float) -> None:
        self.tau = tau_s * np.geomspace(1e-2, 1e2, 8)
        x = n * np.log(self.tau / tau_s)
        weight = np.sin(np.pi * n) / (np.cosh(x) + np.cos(np.pi * n))
        self.ohm = ohm * weight / weight.sum()
        self.volt = np.zeros(8)
        self._path = np.zeros((1, 8))

    def act(self, s: Slice) -> None:
        series = (s.bulk_ohm + s.boundary_ohm + s.interface_ohm)[0]
        ionic = s.segment.current_A / (1.0 + float(s.shunt_S[0]) * series)
        aim = ionic * self.ohm
        fade = np.exp(-s.elapsed_s[:, None] / self.tau)
        self._path = aim + (self.volt - aim) * fade
        s.source_V += self._path.sum(axis=1)

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.volt = self._path[rows - 1]
