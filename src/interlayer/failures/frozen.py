"""A frozen reading: the voltage repeats one value row after row, in a file whose rows otherwise differ.

With p the share of equal neighbours elsewhere, n equal rows in a row happen by chance in a record of N rows about N p^n
times. A cell that is shorted reads zero again and again; a limit that is held lets the current fall: neither is meant.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray, IntArray

FEWEST: Final = 12
"""Rows that read the same."""
CHANCE: Final = 1e-6
"""Expected number of such runs in the record by chance, beyond which they mean nothing."""
AROUND: Final = 30
DIGITS: Final = 2.0
"""Rows beside a run, and digits of noise that they must have."""
FEW_DIGITS: Final = 8.0
"""|V| in digits, below which a cell reads the same by itself."""
LEAST: Final = 0.2
"""|V| of the reading over the usual |V|: a shorted cell reads next to nothing."""
MOST_EQUAL: Final = 0.5
"""Share of equal neighbours elsewhere, beyond which a file says nothing."""


def frozen(t: Trace, usual_V: float) -> Trouble | None:
    """Find the first run of rows under current that read the same voltage."""
    h = t.halves
    _, row = h.rows()
    volt, size = h.voltage_V[row], np.abs(h.row_current_A[row])
    good = np.isfinite(volt) & np.isfinite(size) & np.isfinite(h.time_s[row])
    row, volt, size = row[good], volt[good], size[good]
    forward = h.row_current_A[row]
    if row.size < 4 * FEWEST or usual_V <= 0:
        return None
    equal = (np.abs(np.diff(volt)) <= 1e-12 * float(np.max(np.abs(volt)))) & (np.diff(row) == 1)
    edges = np.flatnonzero(np.diff(equal.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2] + 1
    long = (stop - begin >= FEWEST) & (np.abs(volt[begin]) > LEAST * usual_V)
    inside = int((stop - begin - 1)[stop - begin >= FEWEST].sum())
    begin, stop = begin[long], stop[long]
    rest = equal.size - inside
    if not begin.size or rest < 2 * FEWEST:
        return None
    share = (float(equal.sum()) - inside + 1.0) / (rest + 2.0)
    rare = row.size * share ** (stop - begin - 1.0) < CHANCE
    begin, stop = _not_held(size, begin[rare], stop[rare])
    # a calm cell stays within one digit of a coarse reading: the rows just before and after must vary by several
    step = np.abs(np.diff(volt))
    digit = float(np.min(step[step > 1e-9 * float(np.max(np.abs(volt)))], initial=np.inf))
    if float(np.median(np.abs(volt))) < FEW_DIGITS * digit:
        return None
    varies = np.array(
        [_noise(volt[max(b - AROUND, 0) : b]) > DIGITS * digit
         and (e + FEWEST >= volt.size or _noise(volt[e : e + AROUND]) > DIGITS * digit)
         for b, e in zip(begin.tolist(), stop.tolist(), strict=True)], dtype=np.bool_,
    )  # fmt: skip
    # the same reading whichever way the current flows is no cell's at all
    flips = np.array(
        [(forward[b:e] > 0).sum() >= 3 and (forward[b:e] < 0).sum() >= 3
         for b, e in zip(begin.tolist(), stop.tolist(), strict=True)], dtype=np.bool_,
    )  # fmt: skip
    begin, stop = begin[varies | flips], stop[varies | flips]
    if share > MOST_EQUAL or not begin.size:
        return None
    k = int(begin[0])
    h_of = int(np.clip(np.searchsorted(h.first, row[k], side="right") - 1, 0, len(h) - 1))
    text = (
        f"{int((stop - begin).sum())} rows in {begin.size} stretches read one and the same voltage, first "
        f"{volt[k] / units.factor('mV'):.6g} mV from {time_text(float(h.time_s[row[k]]))} on; elsewhere {share:.1%} of "
        "neighbouring rows are equal: the reading has frozen"
    )
    return Trouble("frozen", float(h.time_s[row[k]]), int(row[k]), h_of, 5.0, text)


def _noise(volt: FloatArray) -> float:
    """Standard deviation of white noise whose second differences have this lower quartile, 0 of fewer than 8 rows."""
    if volt.size < 8:
        return 0.0
    return float(np.quantile(np.abs(volt[2:] - 2.0 * volt[1:-1] + volt[:-2]), 0.25)) / (0.3186 * np.sqrt(6.0))


def _not_held(size: FloatArray, begin: IntArray, stop: IntArray) -> tuple[IntArray, IntArray]:
    """Leave out runs in which the current falls: a limit that is held."""
    first = np.maximum(size[begin], size[np.minimum(begin + 1, size.size - 1)])
    steady = np.abs(size[stop - 1] - first) < 0.05 * first
    return begin[steady], stop[steady]
