"""Curves of a record of several files: no line is drawn through a pause in which nothing was measured."""

from __future__ import annotations

import numpy as np

from interlayer import units
from interlayer.metrics.halves import GAP
from interlayer.record import Record
from interlayer.report.figures.common import FloatArray


def parted_at_pauses(record: Record, time_h: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a curve with a blank at each event `gap` of the record.

    Parameters
    ----------
    record : Record
    time_h, values : array, shape (n,)
        Of its rows in time; h, and anything.
    """
    begins = np.array([event.time_s for event in record.events if event.name == GAP]) / units.factor("h")
    if not begins.size or not time_h.size:
        return time_h, values
    rows = np.unique(np.searchsorted(time_h, begins + 1e-6, side="right"))
    rows = rows[(rows > 0) & (rows < time_h.size)]
    # At the row before: steps would go on until the blank.
    return np.insert(time_h, rows, time_h[rows - 1]), np.insert(values, rows, np.nan)
