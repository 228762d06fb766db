"""Gas that gathers in a liquid cell: bubbles between the electrodes, as much as fits.

Conductivity of a liquid with bubbles: (1 - e)^(3/2) (Bruggeman, Ann. Phys. 1935, 416, 636); of the faces 1 - e
is wet. The gas fills the cell as one that leaks through its seal: e = e_1 (1 - exp(-x/w)).
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice


class GasBubbles(Mechanism):
    """`most`: e_1; from half-cycle `begin` on, `width` half-cycles to 63 % of it."""

    def __init__(self, most: float, begin: float, width: float) -> None:
        self.most, self.begin, self.width = most, begin, width

    def act(self, s: Slice) -> None:
        since = np.maximum(position(s) - self.begin, 0.0)
        wet = 1.0 + self.most * np.expm1(-since / self.width)
        s.fail("runaway", ohm=s.bulk_ohm * (wet**-1.5 - 1.0) + s.interface_ohm * (1.0 / wet - 1.0))
