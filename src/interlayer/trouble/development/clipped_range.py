"""A voltage beyond the end of the instrument's range."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class ClippedRange(Fault):
    """Everything beyond the end of the range is written as that end."""

    def __init__(self, end_V: float) -> None:
        self.end_V = end_V

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        """Clip; no trouble unless five rows are clipped."""
        beyond = (np.abs(rows.voltage_V) >= self.end_V) & (rows.half_cycle >= 0) & rows.keep
        rows.voltage_V[:] = np.clip(rows.voltage_V, -self.end_V, self.end_V)
        return int(np.argmax(beyond)) if beyond.sum() >= 5 else None
