"""A lead that comes off."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class LostLead(Fault):
    """From a row on, either no current flows and the voltage runs to the end, or the voltage floats.

    `sense`: the sense lead is off, the current goes on and the voltage wanders; otherwise the current lead is off.
    """

    def __init__(self, share: float, end_V: float, *, sense: bool) -> None:
        self.share, self.end_V, self.sense = share, end_V, sense

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        """Replace what is measured from that row on."""
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        row = int(flowing[min(int(self.share * flowing.size), flowing.size - 1)])
        count = rows.time_s.size - row
        if self.sense:
            wander = np.cumsum(rng.standard_normal(count)) * 0.1 * self.end_V
            rows.voltage_V[row:] = self.end_V * np.sin(wander) + 0.02 * self.end_V * rng.standard_normal(
                count
            )
        else:
            scale = float(np.abs(rows.set_A).max())
            rows.current_A[row:] = 1e-5 * scale * rng.standard_normal(count)
            rows.voltage_V[row:] = np.where(
                rows.set_A[row:] == 0.0, 0.0, np.sign(rows.set_A[row:]) * self.end_V
            )
        return row
