"""A connector that corrodes: resistance in series that rises and is partly rubbed away now and then.

Fretting: Antler, IEEE Trans. Compon. Hybrids Manuf. Technol. 1985, 8, 87. Between wipes it grows evenly; each wipe,
at a half-cycle drawn at random, leaves a part. Benign as long as it is a small part of the cell; a shunt that
lies beside it is taken to lie beside this, too.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice


class CorrodingConnector(Mechanism):
    """`ohm_a_half`: growth; `wipes`: half-cycles of them, sorted; `left`: part that each leaves."""

    def __init__(self, ohm_a_half: float, wipes: np.ndarray, left: float) -> None:
        self.slope, self.wipes = ohm_a_half, wipes
        after = [0.0]
        before = 0.0
        for at in wipes.tolist():
            after.append(left * (after[-1] + ohm_a_half * (at - before)))
            before = at
        self.after = np.array(after)
        self.since = np.concatenate([[0.0], wipes])

    def act(self, s: Slice) -> None:
        at = position(s)
        place = np.searchsorted(self.wipes, at, side="right")
        s.bulk_ohm += self.after[place] + self.slope * (at - self.since[place])
