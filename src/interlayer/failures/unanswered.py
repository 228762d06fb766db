"""Unanswered: the current is reversed or switched off, and the voltage goes on as if nothing were.

Every cell has an ohmic resistance, which answers a change of current at once. Where reversals were answered before and
some no longer are, while the voltage is as large as ever, what is read is old, late, or the voltage of something else.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import FloatArray, IntArray

ROWS: Final = 3
"""Rows on either side of a change, of which the median counts."""
LEAST: Final = 0.5
"""|V|/|I| before the change over that of the first ones: of a short nothing is left that could answer."""
STEP: Final = 0.1
"""Least relative change of the current."""
REVERSED, ENDED, CHANGED = 0, 1, 2
ANSWERS: Final = (0.8, 0.4, 0.05)
"""Of |V| before, by which the median change of each kind must change it for others to mean anything ..."""
SILENT: Final = 0.12
"""... and share of what it is used to by which an unanswered one may."""
FEWEST: Final = 3
MOST: Final = 0.6
"""Share of the changes of the first fifth that must be answered."""
CLEAR: Final = 5.0
"""Standard deviations from row to row that the usual answer must have."""


def unanswered(t: Trace) -> Trouble | None:
    """Find the first of some changes of the current that the voltage does not answer."""
    h = t.halves
    good = np.flatnonzero(np.isfinite(h.row_current_A) & np.isfinite(h.voltage_V) & np.isfinite(h.time_s))
    if good.size < 8 * ROWS:
        return None
    amp, volt = h.row_current_A[good], h.voltage_V[good]
    at, kind = _switches(amp)
    if at.size < 2 * FEWEST:
        return None
    place = np.arange(ROWS)
    left, right = (np.median(volt[at[:, None] + k + place], axis=1) for k in (-ROWS, 0))
    was, comes = (np.median(amp[at[:, None] + k + place], axis=1) for k in (-ROWS, 0))
    ohm = np.abs(left / was)
    told = ohm > LEAST * float(np.median(ohm[: max(FEWEST, ohm.size // 5)]))
    # a voltage that stands at the end of a range, far above the usual one, may stay there
    end = float(np.max(np.abs(volt)))
    told &= (np.abs(left) < 0.95 * end) | (end < 3.0 * float(np.median(np.abs(volt[amp != 0]))))
    noise = float(np.median(np.abs(np.diff(volt)))) / (0.6745 * np.sqrt(2.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.abs((right - left) / left)
        # a voltage that has diverged is answered by a small part of itself, but by no fewer ohm than before
        answer = np.abs((right - left) / (comes - was))
    # every row after goes on from those before, which stand still: no voltage that rises and falls by chance alike
    after, before = (volt[at[:, None] + k + place] for k in (0, -ROWS))
    goes_on = np.abs(after - left[:, None]).max(axis=1) < 2.0 * SILENT * np.abs(left) + CLEAR * noise
    goes_on &= np.ptp(before, axis=1) < 2.0 * SILENT * np.abs(left) + CLEAR * noise
    silent = np.zeros(at.size, dtype=np.bool_)
    for each in (REVERSED, ENDED, CHANGED):
        mine = np.flatnonzero(told & (kind == each))
        early = mine[: max(FEWEST, mine.size // 5)]
        if early.size < FEWEST:
            continue
        usual, usual_ohm = float(np.median(part[early])), float(np.median(answer[early]))
        step = np.abs(comes - was)[mine]
        if usual < ANSWERS[each] or (answer[early] > 0.5 * usual_ohm).mean() < MOST:
            continue
        seen = usual_ohm * step > CLEAR * noise
        silent[mine] = (
            seen & goes_on[mine] & (part[mine] < SILENT * usual) & (answer[mine] < SILENT * usual_ohm)
        )
    if int(silent.sum()) < FEWEST:
        return None
    first = int(np.argmax(silent))
    row = int(good[at[first]])
    half = int(np.clip(np.searchsorted(h.first, row, side="right") - 1, 0, len(h) - 1))
    text = (
        f"{int(silent.sum())} times the current is reversed, changed or switched off and the voltage does not move, "
        f"first at {time_text(float(h.time_s[row]))}: every cell answers at once; the reading is old, late, or not the "
        "cell's"
    )
    return Trouble("unanswered", float(h.time_s[row]), row, half, 6.0, text)


def _switches(amp: FloatArray) -> tuple[IntArray, IntArray]:
    """Rows at which a current that is steady for `ROWS` rows on either side changes, and how."""
    size = np.abs(amp)
    least = 0.02 * float(np.quantile(size, 0.9))
    amp = np.where(size > least, amp, 0.0)
    edge = np.flatnonzero(np.abs(np.diff(amp)) > STEP * np.maximum(size[1:], size[:-1])) + 1
    edge = edge[(edge >= ROWS) & (edge + ROWS <= amp.size)]
    edge = edge[amp[edge - 1] != 0]
    place = np.arange(ROWS)
    calm = np.ones(edge.size, dtype=np.bool_)
    for k in (-ROWS, 0):
        here = amp[edge[:, None] + k + place]
        calm &= np.ptp(here, axis=1) <= 0.2 * STEP * np.abs(here).max(axis=1)
    edge = edge[calm]
    turned = amp[edge - 1] * amp[edge] < 0
    return edge, np.where(turned, REVERSED, np.where(amp[edge] == 0, ENDED, CHANGED))
