"""A sense lead that has come off: the input charges itself to its rail and no longer knows of the cell.

Bias current on the capacitance of an open input (Horowitz and Hill, The Art of Electronics, ch. 4.4), with the
hum that it picks up. The current is reversed again and again, and the voltage does not care.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_REVERSALS = 3


class FloatingSense(Fault):
    """From `share` of the rows on to `rail_V` within `width` of the record's duration; `hum_V`: of the pick-up."""

    def __init__(self, share: float, rail_V: float, width: float, hum_V: float) -> None:
        self.share, self.rail_V, self.width, self.hum_V = share, rail_V, width, hum_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        row = int(flowing[int(self.share * flowing.size)])
        since = rows.time_s[row:] - rows.time_s[row]
        charged = -np.expm1(-since / (self.width * float(np.ptp(rows.time_s))))
        start = float(rows.voltage_V[row])
        hum = self.hum_V * np.sin(2.0 * np.pi * rng.random(since.size))
        rows.voltage_V[row:] = start + (self.rail_V - start) * charged + hum
        left = flowing[flowing >= row]
        reversals = int((np.diff(np.sign(rows.set_A[left])) != 0).sum())
        return row if reversals >= FEWEST_REVERSALS else None
