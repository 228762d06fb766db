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
    marked = any(s.style in ("points", "linepoints") for s in panel.series)
    return _span(panel.x, xs, 0.04 if marked else 0.02, marked), _span(panel.y, ys, 0.06, marked)


def _span(axis: Axis, arrays: list[FloatArray], margin: float, marked: bool) -> Span:
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
    # A line that starts at zero keeps zero as its end; a marker there would be cut in half.
    return (0.0 if low == 0.0 and not marked else low - pad), high + pad


def _log_span(values: FloatArray) -> Span:
    if not values.size:
        return 0.1, 10.0
    low, high = math.log10(float(values.min())), math.log10(float(values.max()))
    pad = max(0.06 * (high - low), 0.5 * (0.3 - (high - low)))
    return 10 ** (low - pad), 10 ** (high + pad)


def shares(values: FloatArray, axis: Axis, span: Span) -> FloatArray:
    """Return places along an axis: 0 at its lower end, 1 at its upper."""
    low, high = span
    if axis.scale == "log":
        positive = np.where(values > 0, values, np.nan)
        return np.log10(positive / low) / math.log10(high / low)
    return (values - low) / (high - low)


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


def log_ticks(span: Span, most: int) -> list[float]:
    """Return at most about `most` ticks on a logarithmic axis: decades, else 1-2-5, else 1 to 9 of each decade."""
    low, high = min(span), max(span)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    decades = [10.0**n for n in range(first, last + 1)]
    edge = 1e-9
    inside = [d for d in decades if low * (1 - edge) <= d <= high * (1 + edge)]
    if len(inside) > most:
        stride = math.ceil(len(inside) / most)
        return [d for d in inside if round(math.log10(d)) % stride == 0]
    for factors in ((1, 2, 5), tuple(range(1, 10))):
        finer = [f * d for d in decades for f in factors if low * (1 - edge) <= f * d <= high * (1 + edge)]
        if len(inside) < 3 and len(finer) <= most:
            inside = finer
    return inside if len(inside) >= 2 else _even_ticks(low, high, most)


def _even_ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most about `most` ticks of a step 1, 2 or 5 times a power of ten."""
    rough = (high - low) / max(most, 2)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(f * power for f in (1, 2, 5, 10) if f * power >= rough * (1 - 1e-9))
    return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
