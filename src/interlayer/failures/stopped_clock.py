"""A clock that stands still: many rows in a row have one time, in a file whose rows otherwise do not."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble

FEWEST: Final = 10
"""Rows with one time."""
CHANCE: Final = 1e-6
"""Expected number of such runs by chance, from the share of equal neighbours elsewhere."""
AROUND: Final = 10
"""Rows before and after of which at most two, as at a switch, may have one time."""
MOST_EQUAL: Final = 0.3


def stopped_clock(t: Trace) -> Trouble | None:
    """Find the first long run of rows under current with one time."""
    h = t.halves
    row = np.flatnonzero(np.isfinite(h.time_s) & np.isfinite(h.voltage_V))
    if row.size < 4 * FEWEST:
        return None
    time, volt = h.time_s[row], h.voltage_V[row]
    equal = np.diff(time) == 0
    edges = np.flatnonzero(np.diff(equal.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2] + 1
    length = stop - begin
    # rows that repeat each other in full are one row, written twice
    length -= np.array(
        [int((np.diff(volt[b:e]) == 0).sum()) if e - b >= FEWEST else 0
         for b, e in zip(begin.tolist(), stop.tolist(), strict=True)], dtype=np.int64,
    ) if begin.size < 10_000 else 0  # fmt: skip
    long = length >= FEWEST
    if not long.any():
        return None
    rest = max(equal.size - int((stop - begin - 1)[long].sum()), 1)
    share = (float((length[~long] - 1).clip(0).sum()) + 1.0) / (rest + 2.0)
    long &= row.size * share ** (length - 1.0) < CHANCE
    if share > MOST_EQUAL or not long.any():
        return None
    # of rows that lie closer than the file's seconds many have one time before and after, too
    long &= np.array(
        [int(equal[max(b - AROUND, 0) : b].sum()) <= 1 and int(equal[e : e + AROUND].sum()) <= 1
         for b, e in zip(begin.tolist(), stop.tolist(), strict=True)], dtype=np.bool_,
    ) if begin.size < 10_000 else False  # fmt: skip
    if not long.any():
        return None
    k = int(begin[np.argmax(long)])
    here = int(row[k])
    half = int(np.clip(np.searchsorted(h.first, here, side="right") - 1, 0, len(h) - 1)) if len(h) else None
    text = (
        f"{int(length[long].sum())} rows with voltages of their own have one and the same time, "
        f"{time_text(float(time[k]))}: the clock stands still"
    )
    return Trouble("clock", float(time[k]), here, half, 5.0, text)
