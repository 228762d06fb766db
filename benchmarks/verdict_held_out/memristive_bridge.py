"""A bridge that the field of one direction builds and that of the other takes down, as in a memory cell.

Electrochemical metallisation: dw/dt ~ sinh(V/V_0), 0 <= w <= 1, and a conductance exponential in w (Waser and
Aono, Nat. Mater. 2007, 6, 833, doi:10.1038/nmat2023; Yang, Strukov and Stewart, Nat. Nanotechnol. 2013, 8, 13,
doi:10.1038/nnano.2012.240). Once it conducts there is little voltage left to take it down: it outlives the
reversal.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import series_ohm
from interlayer.trouble.mechanism import Mechanism, Slice

STEEP = 6.0
"""ln of the conductance from the first contact to the full bridge."""
PARTS = 4
"""Steps of integration between rows."""


class MemristiveBridge(Mechanism):
    """`side`: direction that builds it; `full_s`: time to do so at `sound_V`; `scale_V`: V_0.

    `haste`: pace of taking down over that of building: heat helps the one and not the other.
    In half-cycles from `first` until before `last`; nothing is built before, and what is left after that dissolves.
    """

    def __init__(
        self,
        conductance_S: float,
        side: int,
        full_s: float,
        sound_V: float,
        scale_V: float,
        haste: float,
        first: int,
        last: int,
    ) -> None:
        self.conductance_S, self.side, self.scale_V = conductance_S, side, scale_V
        self.pace = 1.0 / (full_s * float(np.sinh(sound_V / scale_V)))
        self.full_s, self.haste, self.first, self.last = full_s, haste, first, last
        self.state = 0.0
        self._path = np.zeros(1)

    def conductance(self, state: np.ndarray) -> np.ndarray:
        """Of a bridge built so far, S."""
        return self.conductance_S * np.expm1(STEEP * state) / np.expm1(STEEP)

    def act(self, s: Slice) -> None:
        active = self.first <= s.half_cycle < self.last
        if not active:
            self._path = np.maximum(self.state - s.elapsed_s / self.full_s, 0.0)
        elif not s.direction:
            self._path = np.full_like(s.time_s, self.state)
        else:
            self._path = self._integrated(s)
        s.shunt_S += self.conductance(self._path)

    def _integrated(self, s: Slice) -> np.ndarray:
        drive = abs(s.segment.current_A) * series_ohm(s)
        sign = self.pace if s.direction == self.side else -self.haste * self.pace
        load = self.conductance_S / np.expm1(STEEP) * series_ohm(s)
        state, out = self.state, np.empty_like(s.time_s)
        steps = (np.diff(s.elapsed_s, prepend=0.0) / PARTS).tolist()
        for k, (volt, shunt, step) in enumerate(zip(drive.tolist(), load.tolist(), steps, strict=True)):
            for _ in range(PARTS):
                on = volt / (1.0 + shunt * np.expm1(STEEP * state)) / self.scale_V
                state = min(max(state + step * sign * float(np.sinh(min(on, 50.0))), 0.0), 1.0)
            out[k] = state
        return out

    def close(self, s: Slice, rows: int) -> None:  # noqa: ARG002
        self.state = float(self._path[rows - 1])
