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
LEAST_V: Final = 1e-4
SWITCHES: Final = 3
"""Switches of the current that a run must outlast."""
BEYOND: Final = 3.0
"""|V| over the usual |V|, beyond which it may be the end of a range."""
MOST_EQUAL: Final = 0.5
"""Share of equal neighbours elsewhere, beyond which a file says nothing."""


def frozen(t: Trace, usual_V: float) -> Trouble | None:
    """Find the first run of rows that read the same voltage."""
    found = [x for x in (_over_switches(t, usual_V), _under_current(t, usual_V)) if x is not None]
    return min(found, key=lambda x: x.row) if found else None


def _over_switches(t: Trace, usual_V: float) -> Trouble | None:
    """Find a run that goes on while the current is switched, twice or more, rests included."""
    h = t.halves
    row = np.flatnonzero(np.isfinite(h.voltage_V) & np.isfinite(h.row_current_A) & np.isfinite(h.time_s))
    if row.size < 4 * FEWEST or usual_V <= 0:
        return None
    volt, amp = h.voltage_V[row], h.row_current_A[row]
    size = np.abs(amp)
    sign = np.where(size > 0.02 * float(np.quantile(size, 0.9)), np.sign(amp), 0.0)
    equal = np.abs(np.diff(volt)) <= 1e-12 * float(np.max(np.abs(volt)))
    edges = np.flatnonzero(np.diff(equal.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2] + 1
    turned = np.concatenate([[0], np.cumsum(np.diff(sign) != 0)])
    times = turned[stop - 1] - turned[begin]
    good = (stop - begin >= FEWEST) & (times >= SWITCHES) & (np.abs(volt[begin]) > LEAST * usual_V)
    # what stands at the end of a range may stand there over a switch
    good &= np.abs(volt[begin]) < BEYOND * usual_V
    step = np.abs(np.diff(volt))
    digit = float(np.min(step[step > 1e-9 * float(np.max(np.abs(volt)))], initial=np.inf))
    good &= (np.abs(volt[begin]) > FEW_DIGITS * digit) & (np.abs(volt[begin]) > LEAST_V)
    if not good.any() or float(equal.mean()) > MOST_EQUAL + float((stop - begin)[good].sum()) / row.size:
        return None
    k = int(np.argmax(good))
    here = int(row[begin[k]])
    half = int(np.clip(np.searchsorted(h.first, here, side="right") - 1, 0, len(h) - 1))
    text = (
        f"{int(stop[k] - begin[k])} rows read {volt[begin[k]] / units.factor('mV'):.6g} mV from "
        f"{time_text(float(h.time_s[here]))} on, while the current is switched {int(times[k])} times: the reading has "
        "frozen"
    )
    return Trouble("frozen", float(h.time_s[here]), here, half, 6.0, text)


def _under_current(t: Trace, usual_V: float) -> Trouble | None:
    """Find a run that chance would not give."""
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
