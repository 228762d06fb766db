"""Drop-outs: for a row or three no current is read in the midst of a step, again and again, and at no regular distance.

A pause of a programme is a step of its own, or comes at regular distances; a lead that shakes does neither.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray

FEWEST: Final = 4
"""Drop-outs."""
LOST: Final = 0.5
"""Share of the current that at most flows."""
ROWS: Final = 3
"""Rows of a drop-out at most."""
SPACINGS: Final = 6.0
"""Duration of a drop-out over the time between rows."""
IRREGULAR: Final = 0.2
"""Least scatter of the numbers of rows between drop-outs, over their mean."""


def dropouts(t: Trace, step: FloatArray | None) -> Trouble | None:
    """Find rows without current within steps; `step` holds the number of each row's step, None if there is none."""
    h = t.halves
    current, time = h.row_current_A, h.time_s
    good = np.flatnonzero(np.isfinite(current) & np.isfinite(time))
    if good.size < 30 or not len(h):
        return None
    current, time = current[good], time[good]
    size = np.abs(current)
    low = size < LOST * float(np.median(np.abs(h.current_A)))
    edges = np.flatnonzero(np.diff(low.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2]
    keep = (begin >= 2) & (stop + 1 < low.size) & (stop - begin <= ROWS)
    begin, stop = begin[keep], stop[keep]
    if begin.size < FEWEST:
        return None
    one, two, three, four = current[begin - 2], current[begin - 1], current[stop], current[stop + 1]
    level = np.abs(two)
    alike = (np.abs(three - two) < 0.05 * level) & (np.abs(four - three) < 0.05 * level)
    alike &= np.abs(one - two) < 0.05 * level
    # low is low beside these rows, not beside a higher level of the programme
    alike &= np.maximum(size[begin], size[stop - 1]) < LOST * level
    if step is not None:
        s = step[good]
        alike &= (s[begin - 1] == s[begin]) & (s[begin] == s[stop - 1]) & (s[stop - 1] == s[stop])
    spacing = np.minimum(time[begin - 1] - time[begin - 2], time[stop + 1] - time[stop])
    alike &= time[stop] - time[begin - 1] <= SPACINGS * np.maximum(spacing, 1e-9)
    gap = (time[stop] - time[begin - 1])[alike]
    begin = begin[alike]
    if begin.size < FEWEST:
        return None
    # where steps are not numbered, pauses of a programme last equally long
    if step is None and float(np.std(gap)) < IRREGULAR * float(np.mean(gap)):
        return None
    between = np.diff(begin).astype(np.float64)
    if float(np.std(between)) < IRREGULAR * float(np.mean(between)):
        return None
    row = int(good[begin[0]])
    half = int(np.clip(np.searchsorted(h.first, row, side="right") - 1, 0, len(h) - 1))
    text = (
        f"{begin.size} times the current is gone for a row or {ROWS} at most in the midst of a step, first near "
        f"{time_text(float(h.time_s[row]))}, at no regular distance: a contact or a reading that drops out"
    )
    return Trouble("drop-outs", float(h.time_s[row]), row, half, 4.5, text)
