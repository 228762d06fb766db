"""Outages: amid a step the current is gone for some rows and comes back as it was, at no regular distance.

Pauses of a programme have a length that was set, and come where a step ends. A clip that shakes, or a relay that opens,
knows neither.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray

FEWEST: Final = 3
"""Outages ..."""
ROWS: Final = 8
"""... and rows of all of them together."""
LOST: Final = 0.1
"""Share of the current that at most flows."""
SAME: Final = 0.03
"""Relative difference of the current before and after."""
SHORT: Final = 0.5
"""Most rows of an outage over those of current beside it, on one side at least."""
IRREGULAR: Final = 0.25
"""Scatter over mean, of lengths or of distances."""


def outages(t: Trace, step: FloatArray | None) -> Trouble | None:
    """Find rows without current within steps; `step` numbers each row's step, None if nothing does."""
    h = t.halves
    row = np.flatnonzero(np.isfinite(h.row_current_A) & np.isfinite(h.time_s))
    if row.size < 8 * FEWEST or not len(h):
        return None
    amp, time = h.row_current_A[row], h.time_s[row]
    size = np.abs(amp)
    low = size < LOST * float(np.median(np.abs(h.current_A)))
    edges = np.flatnonzero(np.diff(low.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2]
    inner = (begin >= 2) & (stop + 1 < low.size)
    begin, stop = begin[inner], stop[inner]
    if begin.size < FEWEST:
        return None
    one, other = amp[begin - 1], amp[stop]
    alike = (np.abs(one - other) < SAME * np.abs(one)) & (np.abs(amp[begin - 2] - one) < SAME * np.abs(one))
    length = stop - begin
    left = begin - np.concatenate([[0], stop[:-1]])
    right = np.append(begin[1:], row.size) - stop
    alike &= length <= SHORT * np.maximum(left, right)
    numbered = step is not None
    if step is not None:
        s = step[row]
        same = (s[begin - 1] == s[begin]) & (s[begin] == s[stop - 1]) & (s[stop - 1] == s[stop])
        # a loop of one numbered step that holds a pause numbers pauses as it does current
        alike &= same
    begin, stop, length = begin[alike], stop[alike], length[alike]
    if begin.size < FEWEST or int(length.sum()) < ROWS:
        return None
    lasting, between = time[stop] - time[begin - 1], np.diff(begin).astype(np.float64)
    odd = _irregular(between), _irregular(lasting)
    if not (any(odd) if numbered else all(odd)):
        return None
    first = int(row[begin[0]])
    half = int(np.clip(np.searchsorted(h.first, first, side="right") - 1, 0, len(h) - 1))
    text = (
        f"{begin.size} times, in {int(length.sum())} rows, the current is gone amid a step and comes back as it was, "
        f"first near {time_text(float(h.time_s[first]))}, for no set time and at no regular distance: a clip or a "
        "relay that opens"
    )
    return Trouble("outages", float(h.time_s[first]), first, half, 5.0, text)


def _irregular(value: FloatArray) -> bool:
    return value.size >= 2 and float(np.std(value)) > IRREGULAR * float(np.mean(value))
