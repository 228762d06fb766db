"""Two slow processes of their own time constants, seconds and an hour (grain boundaries and a stagnant film).

Voigt elements; Barsoukov and Macdonald, Impedance Spectroscopy, 2005, ch. 1.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class TwoRelaxations(Mechanism):
    """Voltages of two resistor-capacitor elements in series with the cell, each stepped exactly."""

    def __init__(self, ohm: tuple[float, float], tau_s: tuple[float, float]) -> None:
        self.ohm, self.tau = np.array(ohm), np.array(tau_s)
        self.volt = np.zeros(2)
        self._path = np.zeros((1, 2))

    def act(self, s: Slice) -> None:
        series = (s.bulk_ohm + s.boundary_ohm + s.interface_ohm)[0]
        ionic = s.segment.current_A / (1.0 + float(s.shunt_S[0]) * series)
        aim = ionic * self.ohm
        self._path = aim + (self.volt - aim) * np.exp(-s.elapsed_s[:, None] / self.tau)
        s.source_V += self._path.sum(axis=1)

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.volt = self._path[rows - 1]
