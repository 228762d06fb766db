"""A stack that loses its pressure: a seal of the press gives way within one half-cycle.

Contact conductance goes as the 0.95th power of pressure (Yovanovich, IEEE Trans. Compon. Packag. Technol. 2005,
28, 182, doi:10.1109/TCAPT.2005.848483); the pressure falls exponentially to what a spring keeps up.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice

POWER = 0.95


class PressureLoss(Mechanism):
    """From `begin` (half-cycle with share) within about `within` half-cycles down to `rest` of the pressure."""

    def __init__(self, begin: float, within: float, rest: float) -> None:
        self.begin, self.within, self.rest = begin, within, rest

    def act(self, s: Slice) -> None:
        since = np.maximum(position(s) - self.begin, 0.0)
        pressure = self.rest + (1.0 - self.rest) * np.exp(-since / self.within)
        s.fail("contact_loss", ohm=s.interface_ohm * (pressure**-POWER - 1.0))
