"""An amplifier that cannot decide on its gain: for some rows the reading is ten times too large, again and again.

Automatic ranging without hysteresis between the thresholds (Keithley, Low Level Measurements Handbook, section
1); the two gains follow each other as a chain of Markov.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

FEWEST_ROWS, FEWEST_RUNS = 12, 4


class GainHunting(Fault):
    """From `share` of the rows on; `right`, `wrong`: mean rows for which each gain stays; `factor` between them."""

    def __init__(self, share: float, right: float, wrong: float, factor: float) -> None:
        self.share, self.right, self.wrong, self.factor = share, right, wrong, factor

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        count = rows.voltage_V.size
        first = int(self.share * count)
        stays = [rng.geometric(1.0 / self.right, count), rng.geometric(1.0 / self.wrong, count)]
        edges = first + np.cumsum(np.stack(stays, axis=1).ravel())
        wrong = np.searchsorted(edges, np.arange(count), side="right") % 2 == 1
        rows.voltage_V[wrong] *= self.factor
        seen = wrong & rows.keep & (rows.half_cycle >= 0)
        runs = int((np.diff(seen.astype(np.int8)) > 0).sum())
        return int(np.argmax(seen)) if seen.sum() >= FEWEST_ROWS and runs >= FEWEST_RUNS else None
