"""Leads of the voltage that were put back the wrong way round in mid-test.

A passive cell cannot push against a current that flows through it.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class SwappedLeads(Fault):
    """The sign of V is wrong from the step on that runs at this share of the rows; in a single step, from there."""

    def __init__(self, share: float) -> None:
        self.share = share

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        row = int(self.share * rows.time_s.size)
        begins = np.flatnonzero((np.diff(rows.half_cycle, prepend=-2) != 0) & (rows.half_cycle > 0))
        later = begins[begins >= row]
        row = int(later[0]) if later.size else row
        rows.voltage_V[row:] *= -1.0
        seen = np.flatnonzero(rows.keep[row:] & (rows.half_cycle[row:] >= 0))
        return row + int(seen[0]) if seen.size >= 5 else None
