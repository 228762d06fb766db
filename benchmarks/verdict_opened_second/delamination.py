"""A face that peels off: within one half-cycle of stripping the contact falls along a logistic front.

Front of a peeling film: Kendall, J. Phys. D 1971, 4, 1186. Lithium that is plated afterwards presses a part of it back,
and stripping lays it open again.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice


class Delamination(Mechanism):
    """`ohm`: what it costs in the end; `width`: of the front in half-cycles; `back`: part that plating gives back."""

    def __init__(self, ohm: float, half_cycle: int, share: float, width: float, back: float) -> None:
        self.ohm, self.half_cycle, self.share = ohm, half_cycle, share
        self.width, self.back = width, back
        self.direction = 0

    def act(self, s: Slice) -> None:
        if s.half_cycle < self.half_cycle:
            return
        if s.direction and not self.direction:
            self.direction = s.direction
        contact_end = s.interface_ohm / (s.interface_ohm + self.ohm)
        if s.half_cycle == self.half_cycle:
            front = 0.5 * (1.0 + np.tanh((position(s) - self.half_cycle - self.share) / self.width))
            contact = 1.0 - (1.0 - contact_end) * front
        else:
            same = s.direction == self.direction
            pressed = self.back * ((1.0 - s.share) if same else s.share) if s.direction else self.back
            contact = contact_end / (1.0 - pressed * (1.0 - contact_end))
        s.fail("contact_loss", ohm=s.interface_ohm * (1.0 / contact - 1.0))
