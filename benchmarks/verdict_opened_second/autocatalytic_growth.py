"""An interphase whose own products speed it up: slow, then fast, then spent.

Prout and Tompkins, Trans. Faraday Soc. 1944, 40, 488: dx/dt = k x (1 - x), a logistic.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice


class AutocatalyticGrowth(Mechanism):
    """`times` R_int at the end, half of it at half-cycle `middle`, within about four times `width`."""

    def __init__(self, times: float, middle: float, width: float) -> None:
        self.times, self.middle, self.width = times, middle, width

    def act(self, s: Slice) -> None:
        done = 0.5 * (1.0 + np.tanh((position(s) - self.middle) / (2.0 * self.width)))
        s.fail("runaway", ohm=s.interface_ohm * self.times * done)
