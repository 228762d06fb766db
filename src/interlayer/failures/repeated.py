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
"""Digits of the file by which rows that are no copies must differ at the same distance."""
BESIDE: Final = 40
"""Rows before and after copies that are compared."""
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
    order = np.argsort(mark, kind="stable")
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
    if not _elsewhere_differs(volt, copies, (other - one)[true & varied]):
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


def _elsewhere_differs(volt: FloatArray, copies: BoolArray, lags: IntArray) -> bool:
    """Whether rows that are no copies differ at the same distance: a calm cell repeats its cycles by itself."""
    lag = int(np.bincount(lags).argmax())
    # beside the copies: the same cell at the same current
    beside = np.convolve(copies, np.ones(2 * BESIDE + 1), mode="same") > 0
    rest = np.flatnonzero((~copies & beside)[lag:])
    step = np.abs(np.diff(volt))
    step = step[step > 1e-9 * float(np.max(np.abs(volt)))]
    if rest.size < FEWEST or not step.size or float((lags == lag).mean()) < 0.5:
        return False
    return float(np.quantile(np.abs(volt[rest + lag] - volt[rest]), 0.3)) > DIGITS * float(step.min())


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
