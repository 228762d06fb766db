"""Signed voltage of each half-cycle: where it starts, where it mostly stands, where it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import BoolArray, FloatArray, IntArray, halves, median_by

HELD_V = 1e-3
"""Scatter up to which a voltage is held, V, where `HELD_SHARE` of it is less."""
HELD_SHARE = 3e-3
FADING = 0.02
"""Relative change of the current that shows that it was not the current which was held."""


@dataclass(frozen=True)
class HalfVoltages:
    """Signed voltages in V, one entry a half-cycle, NaN where it has none.

    Attributes
    ----------
    first_V, median_V, last_V : array (h,)
    mean_V : array (h,)
    low_V, high_V : array (h,)
        Extremes.
    held : array of bool (h,)
        Whether the voltage was held while the current changed.
    """

    first_V: FloatArray
    median_V: FloatArray
    last_V: FloatArray
    mean_V: FloatArray
    low_V: FloatArray
    high_V: FloatArray
    held: BoolArray


def half_voltages(analysis: Analysis) -> HalfVoltages:
    """Compute the signed voltages of all half-cycles."""
    h = analysis.get(halves)
    count = len(h)
    if not count:
        z = np.zeros(0)
        return HalfVoltages(z, z, z, z, z, z, np.zeros(0, dtype=np.bool_))
    owner, row = h.rows()
    volt = h.voltage_V[row]
    good = np.isfinite(volt)
    owner, volt, amp = owner[good], volt[good], np.abs(h.row_current_A[row][good])
    median, number = median_by(owner, volt, count)
    some = number > 0
    begin = np.cumsum(number) - number
    first, last, low, high, mean = (np.full(count, np.nan) for _ in range(5))
    first[some], last[some] = volt[begin[some]], volt[(begin + number)[some] - 1]
    low[some], high[some] = _extremes(volt, begin[some])
    mean[some] = np.add.reduceat(volt, begin[some]) / number[some] if some.any() else 0.0
    held = _held(volt, amp, begin, number, some, median)
    return HalfVoltages(first, median, last, mean, low, high, held)


def _extremes(values: FloatArray, begin: IntArray) -> tuple[FloatArray, FloatArray]:
    if not begin.size:
        return np.zeros(0), np.zeros(0)
    return np.minimum.reduceat(values, begin), np.maximum.reduceat(values, begin)


def _held(
    volt: FloatArray, amp: FloatArray, begin: IntArray, number: IntArray, some: BoolArray, median: FloatArray
) -> BoolArray:
    """Voltage flat but for the first and the last sample, current with a trend that is no noise of the voltage."""
    held = np.zeros(number.size, dtype=np.bool_)
    enough = some & (number >= 6)
    if not enough.any():
        return held
    first, stop = begin[enough] + 1, begin[enough] + number[enough] - 1
    edges = np.ravel(np.column_stack([first, stop]))
    low, high = (x[::2] for x in _extremes(volt, edges))
    level = np.abs(median[enough])
    third = np.maximum((stop - first) // 3, 1)
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(amp))])
    early = (total[first + third] - total[first]) / third
    late = (total[stop] - total[stop - third]) / third
    change = np.abs(early - late) / np.maximum(np.maximum(early, late), 1e-300)
    swing = high - low
    flat = (swing <= np.maximum(HELD_V, HELD_SHARE * level)) & (swing < change * level)
    held[enough] = flat & (change > FADING)
    return held
