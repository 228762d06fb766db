"""Times that are written in whole units only, as an export with too few digits does."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class WholeSeconds(Fault):
    """`unit_s`: one second or some; several rows of a steep moment may share a time."""

    def __init__(self, unit_s: float) -> None:
        self.unit_s = unit_s

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:  # noqa: ARG002
        rows.time_s[:] = np.floor(rows.time_s / self.unit_s) * self.unit_s
        return None
