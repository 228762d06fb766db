"""When an axis is better logarithmic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from interlayer.report.figure import Axis, Series


def log_if_wide(axis: Axis, series: Iterable[Series], factor: float = 20.0) -> Axis:
    """Return the axis, logarithmic if its y values are positive and span more than `factor`."""
    values = np.concatenate([np.empty(0), *(one.y[np.isfinite(one.y)] for one in series)])
    if values.size and values.min() > 0 and values.max() > factor * values.min():
        return replace(axis, scale="log")
    return axis
