"""A current source at its compliance: the voltage stays at that, and the current is what the cell lets through.

Horowitz and Hill, The Art of Electronics, ch. 4.2. Trouble if it holds in ten rows or more, and if rows of the same test
before show the current that was asked for.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class Compliance(Fault):
    def __init__(self, end_V: float) -> None:
        self.end_V = end_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        size = np.abs(rows.voltage_V)
        flowing = (rows.half_cycle >= 0) & rows.keep
        beyond = (size > self.end_V) & (rows.half_cycle >= 0)
        held = self.end_V * (1.0 + 1e-4 * rng.standard_normal(size.size))
        part = np.where(beyond, held / np.maximum(size, 1e-12), 1.0)
        rows.voltage_V *= part
        rows.current_A *= part
        first = int(np.argmax(beyond & rows.keep))
        free = int((flowing & ~beyond)[:first].sum())
        short_of = float((1.0 - part[flowing & beyond]).max(initial=0.0))
        return first if (flowing & beyond).sum() >= 10 and free >= 10 and short_of > 0.1 else None
