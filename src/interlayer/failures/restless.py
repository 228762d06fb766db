"""Restless: without current the voltage grows, jumps, or stays on one side whichever way the current flowed before.

Without current a passive cell only relaxes: its voltage falls towards nothing, from the side on which the current left
it. What rises, or what has the same sign after either direction, is driven by something else.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray, IntArray

NONE: Final = 0.01
"""Share of the usual current that is none."""
JUMP: Final = 0.15
"""Of the usual |V|, by which |V| must grow from one row of a rest to the next ..."""
LEFT: Final = 0.25
"""... or which must be left at the end of rests after both directions, more than at first."""
CLEAR: Final = 8.0
"""Standard deviations from row to row."""
FEWEST: Final = 3
"""Jumps, in as many rests; rests of each direction that must be left on one side."""
UNEQUAL: Final = 0.5
"""Most difference of what is left after the two directions, over their sum."""
LEAST_V: Final = 5e-4
TURNS: Final = 4
"""Rows of current before a rest."""
END: Final = 0.95
"""Of the greatest |V| of the record, from which on it may be the end of a range."""


def restless(t: Trace, usual_V: float) -> Trouble | None:
    """Find rests in which the voltage is driven."""
    h = t.halves
    row = np.flatnonzero(np.isfinite(h.row_current_A) & np.isfinite(h.voltage_V) & np.isfinite(h.time_s))
    if row.size < 20 or usual_V <= 0 or not len(h):
        return None
    amp, volt = h.row_current_A[row], h.voltage_V[row]
    rest = np.abs(amp) < NONE * float(np.median(np.abs(h.current_A)))
    edges = np.flatnonzero(np.diff(rest.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2]
    # the first row may still be that of the current before, the last one that of the current to come
    ran = begin - np.concatenate([[0], stop[:-1]])
    # a half-cycle that ended at once turned nothing of what those before had left
    good = (begin > 0) & (stop - begin >= 3) & (ran >= TURNS)
    begin, stop = begin[good], stop[good]
    if begin.size < FEWEST:
        return None
    step = np.abs(np.diff(volt))[~rest[1:] & ~rest[:-1]]
    noise = float(np.median(step)) / (0.6745 * np.sqrt(2.0)) if step.size else 0.0
    # salt that has run out leaves a voltage beyond the end of the range
    most = END * float(np.max(np.abs(volt)))
    found = [_grows(volt, begin, stop, most, max(JUMP * usual_V, CLEAR * noise, LEAST_V))]
    found.append(_one_sided(amp, volt, begin, stop, max(LEFT * usual_V, CLEAR * noise, LEAST_V)))
    told = [x for x in found if x is not None]
    if not told:
        return None
    k, number, size = min(told)
    here = int(row[k])
    half = int(np.clip(np.searchsorted(h.first, here, side="right") - 1, 0, len(h) - 1))
    text = (
        f"in {number} rests the voltage is driven, first near {time_text(float(h.time_s[here]))} by "
        f"{size / units.factor('mV'):.4g} mV: it jumps up, or stays on one side whichever way the current flowed; a "
        "cell without current only relaxes"
    )
    return Trouble("restless", float(h.time_s[here]), here, half, 5.0, text)


def _grows(
    volt: FloatArray, begin: IntArray, stop: IntArray, most: float, least: float
) -> tuple[int, int, float] | None:
    """Return row, number of rests and size of jumps up within rests."""
    size = np.abs(volt)
    owner = np.full(volt.size, -1)
    for_rest = np.zeros(volt.size + 1, dtype=np.int64)
    for_rest[begin + 1] += 1
    for_rest[stop - 1] -= 1
    inner = np.cumsum(for_rest[:-1]) > 0
    owner[inner] = np.searchsorted(begin, np.flatnonzero(inner), side="right") - 1
    same = (owner[1:] == owner[:-1]) & (owner[1:] >= 0)
    # from one side to the other is growth as well, if it ends as far off
    up = same & (np.abs(np.diff(volt)) > least) & (size[1:] > size[:-1] + 0.5 * least)
    up &= np.maximum(size[1:], size[:-1]) < most
    at = np.flatnonzero(up) + 1
    rests = np.unique(owner[at])
    if rests.size < FEWEST:
        return None
    return int(at[0]), int(rests.size), float(np.median(np.abs(np.diff(volt))[at - 1]))


def _one_sided(
    amp: FloatArray, volt: FloatArray, begin: IntArray, stop: IntArray, least: float
) -> tuple[int, int, float] | None:
    """Return row, number of rests and size of what is left on one side after either direction."""
    left = volt[stop - 2]
    before = np.sign(amp[begin - 1])
    if min(int((before > 0).sum()), int((before < 0).sum())) < FEWEST + 1:
        return None
    one, other = left[before > 0], left[before < 0]
    place_one, place_other = np.flatnonzero(before > 0), np.flatnonzero(before < 0)
    n = min(one.size, other.size)
    one, other = one[:n], other[:n]
    mean, half = 0.5 * (one + other), 0.5 * np.abs(one - other)
    few = max(1, n // 8)
    first = float(np.median(mean[:few]))
    far = (np.abs(mean - first) > least) & (np.abs(mean) > np.abs(first)) & (half < UNEQUAL * np.abs(mean))
    if int(far.sum()) < FEWEST:
        return None
    k = int(np.argmax(far))
    if k < 1 or float(far[k:].mean()) < 0.5:
        return None
    rest = min(int(place_one[k]), int(place_other[k]))
    return int(begin[rest]), 2 * int(far.sum()), float(np.median(np.abs(mean[far])))
