"""An electrometer whose leakage charges its input: an offset that creeps over the voltage of the cell.

Bias current through a failing insulation, Keithley, Low Level Measurements Handbook, section 2. A sound or failing cell
never has a voltage against its current for most of a half-cycle: once the offset exceeds |V|, it is the instrument.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows

BEGUN = 0.3


class DriftingOffset(Fault):
    """Offset over the median |V|: 0 until `share` of the rows, then times (1 - exp(-x/width)) with x their share."""

    def __init__(self, share: float, times: float, width: float) -> None:
        self.share, self.times, self.width = share, times, width

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        flowing = (rows.half_cycle >= 0) & rows.keep
        passed = np.maximum(np.arange(rows.time_s.size) / rows.time_s.size - self.share, 0.0)
        offset = -self.times * np.expm1(-passed / self.width)
        rows.voltage_V += offset * float(np.median(np.abs(rows.voltage_V[flowing])))
        begun = np.flatnonzero(flowing & (np.abs(offset) > BEGUN))
        return int(begun[0]) if begun.size else None
