"""Ends of an axis from the data that it shows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Axis, Panel

FloatArray = NDArray[np.float64]
Span = tuple[float, float]


def panel_ranges(panel: Panel) -> tuple[Span, Span]:
    """Return the ends of the x and the y axis of a panel: those given, else the data's with a small margin."""
    xs = [s.x[np.isfinite(s.y)] for s in panel.series]
    ys = [a for s in panel.series for a in (s.y, s.low, s.high) if a is not None]
    xs.append(np.array([line.at for line in panel.lines if line.direction == "vertical"]))
    ys.append(np.array([line.at for line in panel.lines if line.direction == "horizontal"]))
    steps = all(s.style in ("line", "steps") for s in panel.series)
    return _span(panel.x, xs, 0.02 if steps else 0.05), _span(panel.y, ys, 0.06)


def _span(axis: Axis, arrays: list[FloatArray], margin: float) -> Span:
    if axis.range is not None:
        return axis.range
    values = np.concatenate([np.empty(0), *arrays])
    values = values[np.isfinite(values)]
    if axis.scale == "log":
        return _log_span(values[values > 0])
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if low == high:
        pad = abs(low) * 0.1 or 1.0
        return low - pad, high + pad
    pad = margin * (high - low)
    # A quantity that starts at zero and cannot be negative keeps zero as its end.
    return (0.0 if low == 0.0 else low - pad), high + pad


def _log_span(values: FloatArray) -> Span:
    if not values.size:
        return 0.1, 10.0
    low, high = math.log10(float(values.min())), math.log10(float(values.max()))
    if high - low < 1.0:
        return 10 ** math.floor(low - 0.05), 10 ** math.ceil(high + 0.05)
    pad = 0.04 * (high - low)
    return 10 ** (low - pad), 10 ** (high + pad)


def equal_ranges(x: Span, y: Span, ratio: float) -> tuple[Span, Span]:
    """Widen one of two spans so that a box of height/width `ratio` has the same scale on both axes.

    A span that begins at zero grows only upwards.
    """
    width, height = x[1] - x[0], y[1] - y[0]
    if height > ratio * width:
        return _widened(x, height / ratio), y
    return x, _widened(y, width * ratio)


def _widened(span: Span, to: float) -> Span:
    low, high = span
    if abs(low) <= 0.2 * high:
        return low, low + to
    extra = (to - (high - low)) / 2
    return low - extra, high + extra
