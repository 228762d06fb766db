"""A logger that loses the sign of the voltage: from some step on it writes |V|, whichever way the current runs.

Stuck-at fault of the sign line (Bushnell and Agrawal, Essentials of Electronic Testing, 2000, ch. 4).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_ROWS, FEWEST_HALVES = 12, 2


class LostSign(Fault):
    """From the first half-cycle after `share` of the rows on; `sign`: the one that is written."""

    def __init__(self, share: float, sign: int) -> None:
        self.share, self.sign = share, sign

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        begins = np.flatnonzero((np.diff(rows.half_cycle, prepend=-2) != 0) & (rows.half_cycle > 0))
        later = begins[begins >= self.share * rows.time_s.size]
        if not later.size:
            return None
        row = int(later[0])
        rows.voltage_V[row:] = self.sign * np.abs(rows.voltage_V[row:])
        wrong = rows.keep & (rows.half_cycle >= 0) & (np.sign(rows.set_A) == -self.sign)
        wrong[:row] = False
        enough = wrong.sum() >= FEWEST_ROWS and np.unique(rows.half_cycle[wrong]).size >= FEWEST_HALVES
        return int(np.argmax(wrong)) if enough else None
