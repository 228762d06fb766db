"""A multiplexer that lets the neighbour through: a part of another cell's square wave lies on the voltage.

Crosstalk and charge left on the bus (Horowitz and Hill, The Art of Electronics, ch. 3.4). It adds with one
sign, whatever the direction of the current, and ends up on the wrong side of zero: no cell does that.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_EDGES = 6


class CrossTalk(Fault):
    """`times`: height over the median |V|; `period_s`, `duty`: of the neighbour, from `share` of the rows on."""

    def __init__(self, share: float, times: float, period_s: float, duty: float) -> None:
        self.share, self.times, self.period_s, self.duty = share, times, period_s, duty

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        flowing = (rows.half_cycle >= 0) & rows.keep
        on = (rows.time_s / self.period_s + rng.random()) % 1.0 < self.duty
        on[: int(self.share * on.size)] = False
        rows.voltage_V[on] += self.times * float(np.median(np.abs(rows.voltage_V[flowing])))
        edges = int((np.diff(on[flowing].astype(np.int8)) != 0).sum())
        return int(np.argmax(on & flowing)) if edges >= FEWEST_EDGES else None
