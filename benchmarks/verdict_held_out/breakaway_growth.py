"""An interphase that protects at first and then breaks up: it grows parabolically, then linearly and faster.

Breakaway of layers that crack at a thickness (Pilling and Bedworth, J. Inst. Met. 1923, 29, 529; Haycock, J.
Electrochem. Soc. 1959, 106, 771). The reactions of solid electrolytes with lithium that do not stop: Wenzel et
al., Chem. Mater. 2016, 28, 2400, doi:10.1021/acs.chemmater.6b00610.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice


class BreakawayGrowth(Mechanism):
    """R_int x (film sqrt(x/x_1)) until half-cycle x_1 = `breaks`, from then on `a_half` R_int more each half-cycle."""

    def __init__(self, film: float, breaks: float, a_half: float) -> None:
        self.film, self.breaks, self.a_half = film, breaks, a_half

    def act(self, s: Slice) -> None:
        at = position(s)
        grown = self.film * np.sqrt(np.minimum(at / self.breaks, 1.0))
        grown += self.a_half * np.maximum(at - self.breaks, 0.0)
        s.fail("runaway", ohm=s.interface_ohm * grown)
