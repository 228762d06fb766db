"""A current that swings about what was asked, while the voltage follows it: the source is not steady.

At constant current every source stands still to a part in a hundred or better. A limit of voltage lowers the current
too, but then the voltage stands still; here both move together, as over a resistance.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import BoolArray, Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray, IntArray, median_by

SCATTER: Final = 0.015
"""Relative scatter of the current in a stretch, from which on it is not steady ..."""
TIMES: Final = 8.0
"""... and how many times that of the calmest stretches."""
CALM: Final = 0.01
"""Scatter of the calmest stretches: some part of the record must show what was asked."""
BLOCK: Final = 12
"""Rows of a stretch."""
FOLLOWS: Final = 0.5
"""Least correlation of the changes of ln |V| and ln |I| from row to row."""
FEWEST: Final = 3


def hunting_current(t: Trace) -> Trouble | None:
    """Find stretches in which current and voltage swing together."""
    h = t.halves
    size, volt = np.abs(h.row_current_A), np.abs(h.voltage_V)
    good = np.flatnonzero(np.isfinite(size) & np.isfinite(volt) & np.isfinite(h.time_s))
    if good.size < 4 * BLOCK:
        return None
    size, volt, current = size[good], volt[good], h.row_current_A[good]
    least = 0.02 * float(np.quantile(size, 0.9))
    block = _blocks(current, least)
    number = np.bincount(block)
    # a median: a level that changes once within a stretch is no scatter
    scatter = _second(size, block, number.size) / np.maximum(_by(block, size, number), 1e-300)
    scatter = np.nan_to_num(scatter)
    flowing = (number >= 6) & (_by(block, size, number) > least)
    if flowing.sum() < 2 * FEWEST:
        return None
    calm = float(np.quantile(scatter[flowing], 0.05))
    odd: BoolArray = flowing & (scatter > max(SCATTER, TIMES * calm))
    if calm > CALM or odd.sum() < FEWEST:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = np.diff(np.log(np.maximum(size, 1e-300))), np.diff(np.log(np.maximum(volt, 1e-300)))
    inner = odd[block[1:]] & (block[1:] == block[:-1]) & np.isfinite(one) & np.isfinite(other)
    inner &= (np.abs(one) < 2.0) & (np.abs(other) < 2.0)
    if inner.sum() < 3 * FEWEST or not _follows(one[inner], other[inner]):
        return None
    first = int(np.flatnonzero(odd)[0])
    row = int(good[np.searchsorted(block, first)])
    half = int(np.clip(np.searchsorted(h.first, row, side="right") - 1, 0, len(h) - 1))
    text = (
        f"from {time_text(float(h.time_s[row]))} on the current scatters by {float(np.median(scatter[odd])):.1%} from "
        f"row to row, elsewhere by {calm:.2%}, and the voltage follows it: the source does not hold what was asked"
    )
    return Trouble("unsteady current", float(h.time_s[row]), row, half, 5.0, text)


def _blocks(current: FloatArray, least: float) -> IntArray:
    """Number the stretches of at most `BLOCK` rows with one sign of the current."""
    sign = np.where(np.abs(current) > least, np.sign(current), 0.0)
    edge = np.concatenate([[True], np.diff(sign) != 0])
    # a row or two without current amid the swings begin no new stretch
    begin = np.flatnonzero(edge)
    length = np.diff(np.append(begin, sign.size))
    lone = np.zeros(begin.size, dtype=np.bool_)
    lone[1:-1] = (length[1:-1] <= 2) & (sign[begin[1:-1]] == 0) & (sign[begin[:-2]] == sign[begin[2:]])
    after = np.concatenate([[False], lone[:-1]])
    begin = begin[~lone & ~after]
    length = np.diff(np.append(begin, sign.size))
    place = np.arange(sign.size) - np.repeat(begin, length)
    new = place % BLOCK == 0
    return np.cumsum(new) - 1


def _second(size: FloatArray, block: IntArray, count: int) -> FloatArray:
    """Median size of second differences of each stretch, scaled to the standard deviation of white noise."""
    out = np.abs(size[2:] - 2.0 * size[1:-1] + size[:-2]) / (0.6745 * np.sqrt(6.0))
    inner = (block[2:] == block[1:-1]) & (block[:-2] == block[1:-1])
    return median_by(block[1:-1][inner], out[inner], count)[0]


def _by(block: IntArray, value: FloatArray, number: IntArray) -> FloatArray:
    """Mean of each stretch."""
    return np.bincount(block, weights=value, minlength=number.size) / np.maximum(number, 1)


def _follows(one: FloatArray, other: FloatArray) -> bool:
    """Whether the voltage changes with the current, by about as much."""
    spread = float(np.std(one)) * float(np.std(other))
    if spread <= 0:
        return False
    along = float(np.mean((one - one.mean()) * (other - other.mean()))) / spread
    return along > FOLLOWS and float(np.std(other)) > 0.3 * float(np.std(one))
