"""Repeated: a stretch of readings is an exact copy of an earlier one, noise and all.

Noise does not repeat. With N rows and the chance p that two neighbouring changes of the voltage agree to the last
digit, n of them agree somewhere about N^2 p^n / 2 times.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import BoolArray, FloatArray, IntArray

LENGTH: Final = 16
"""Rows that must agree."""
CHANCE: Final = 1e-6
DIGITS: Final = 2.5
"""Digits of the file that rows must scatter by, from one half-cycle to the next of its kind."""
MARKS: Final = 50_000
MOST: Final = 0.4
"""Share of the rows that may be copies."""
QUANTILE: Final = 0.3
FEWEST: Final = 20
"""Rows that are copies."""


def repeated(t: Trace) -> Trouble | None:
    """Find the first row of a copy of earlier readings."""
    h = t.halves
    row = np.flatnonzero(np.isfinite(h.voltage_V) & np.isfinite(h.time_s))
    if row.size < 4 * LENGTH:
        return None
    volt = h.voltage_V[row]
    mark = _marks(volt)
    # of a long record every so many stretches, chosen by what they hold: a copy holds the same ones
    chosen = np.flatnonzero(mark % np.uint64(max(1, mark.size // MARKS)) == 0)
    order = chosen[np.argsort(mark[chosen], kind="stable")]
    same = mark[order][1:] == mark[order][:-1]
    if not same.any():
        return None
    one, other = order[:-1][same], order[1:][same]
    # exact, and not one value again and again
    place = np.arange(LENGTH)
    some = slice(0, 20_000)
    one, other = one[some], other[some]
    window = volt[other[:, None] + place]
    true = (volt[one[:, None] + place] == window).all(axis=1) & (other - one >= LENGTH)
    varied = (np.diff(window, axis=1) != 0).sum(axis=1) >= LENGTH - 4
    found = np.sort(other[true & varied])
    if not found.size:
        return None
    copies = np.zeros(volt.size, dtype=np.bool_)
    copies[found[:, None] + place] = True
    share = _collides(volt)
    # where most rows are copies the cell itself repeats, without any noise
    if float(copies.mean()) > MOST or not _noisy(t, volt, row, copies):
        return None
    if int(copies.sum()) < FEWEST or 0.5 * float(row.size) ** 2 * share ** (LENGTH - 1) > CHANCE:
        return None
    k = int(found[0])
    here = int(row[k])
    half = int(np.clip(np.searchsorted(h.first, here, side="right") - 1, 0, len(h) - 1)) if len(h) else None
    text = (
        f"{int(copies.sum())} rows repeat earlier readings of the voltage to the last digit, noise and all, first from "
        f"{time_text(float(h.time_s[here]))} on: old data were written again"
    )
    return Trouble("repeated", float(h.time_s[here]), here, half, 6.0, text)


def _noisy(t: Trace, volt: FloatArray, row: IntArray, copies: BoolArray) -> bool:
    """Whether rows differ at random from those of the half-cycle of their kind before: a calm cell repeats."""
    h = t.halves
    number = h.stop - h.first
    previous = np.clip(t.previous, 0, None)
    paired = (t.previous >= 0) & (number == number[previous])
    step = np.abs(np.diff(volt))
    step = step[step > 1e-9 * float(np.max(np.abs(volt)))]
    if not step.size:
        return False
    copied = np.zeros(h.voltage_V.size, dtype=np.bool_)
    copied[row[copies]] = True
    change, owner = volt, np.zeros(volt.size, dtype=np.int64)
    fresh = ~copies
    if paired.any():
        owner, here = h.rows()
        keep = paired[owner]
        owner, here = owner[keep], here[keep]
        there = here - h.first[owner] + h.first[t.previous[owner]]
        change = h.voltage_V[here] - h.voltage_V[there]
        fresh = ~copied[here]
    bent = np.abs(change[2:] - 2.0 * change[1:-1] + change[:-2])
    told = fresh[2:] & fresh[:-2] & (owner[2:] == owner[:-2]) & np.isfinite(bent)
    if int(told.sum()) < FEWEST:
        return False
    return float(np.quantile(bent[told], QUANTILE)) > DIGITS * float(step.min())


def _marks(volt: FloatArray) -> np.ndarray:
    """Number each stretch of `LENGTH` rows by its values; equal stretches get equal numbers, few others do."""
    word = np.ascontiguousarray(volt).view(np.uint64)
    with np.errstate(over="ignore"):
        word = (word ^ (word >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
        out = np.zeros(volt.size - LENGTH + 1, dtype=np.uint64)
        for k in range(LENGTH):
            out = out * np.uint64(0x100000001B3) + word[k : k + out.size]
    return out


def _collides(volt: FloatArray) -> float:
    """Chance that two changes from row to row agree to the last digit."""
    step = np.sort(np.diff(volt)[:: max(1, volt.size // 50_000)])
    unit = 1e-9 * float(np.max(np.abs(volt)))
    edge = np.flatnonzero(np.concatenate([[True], np.diff(step) > unit, [True]]))
    number = np.diff(edge).astype(np.float64)
    return float((number**2).sum() / step.size**2)
