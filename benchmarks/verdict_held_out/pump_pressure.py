"""A press that leaks and is pumped up again: the pressure falls exponentially and is restored stroke by stroke.

The faces' resistance goes as a power of the pressure (Doux et al., Adv. Energy Mater. 2020, 10, 1903253,
doi:10.1002/aenm.201903253).
"""

from __future__ import annotations

from interlayer.trouble.mechanism import Mechanism, Slice


class PumpPressure(Mechanism):
    """`low`: part of the pressure at which it is pumped up, every `stroke_s`; `power`: of the pressure in R_int."""

    def __init__(self, low: float, stroke_s: float, power: float, phase: float) -> None:
        self.low, self.stroke_s, self.power, self.phase = low, stroke_s, power, phase

    def act(self, s: Slice) -> None:
        passed = (s.time_s / self.stroke_s + self.phase) % 1.0
        s.interface_ohm *= self.low ** (-self.power * passed)
