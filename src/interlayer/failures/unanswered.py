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
"""Rows on either side of a switch, of which the median counts."""
LEAST: Final = 0.3
"""|V| before the switch over the usual |V|: of a short nothing is left that could answer."""
ANSWERS: Final = 0.4
"""Of |V| before, by which the median switch must change the voltage for others to mean anything ..."""
SILENT: Final = 0.12
"""... and share of what it is used to that a switch may change it by, to be unanswered."""
FEWEST: Final = 3
MOST: Final = 0.9
"""Share of the switches of the first fifth that must be answered."""
CLEAR: Final = 5.0
"""Standard deviations from row to row that the usual answer must have."""


def unanswered(t: Trace, usual_V: float) -> Trouble | None:
    """Find the first of some switches of the current that the voltage does not answer."""
    h = t.halves
    good = np.flatnonzero(np.isfinite(h.row_current_A) & np.isfinite(h.voltage_V) & np.isfinite(h.time_s))
    if good.size < 8 * ROWS or usual_V <= 0:
        return None
    amp, volt = h.row_current_A[good], h.voltage_V[good]
    at = _switches(amp)
    if at.size < 2 * FEWEST:
        return None
    place = np.arange(ROWS)
    before, after = volt[at[:, None] - ROWS + place], volt[at[:, None] + place]
    left, right = np.median(before, axis=1), np.median(after, axis=1)
    change = np.abs(right - left)
    told = np.abs(left) > LEAST * usual_V
    noise = float(np.median(np.abs(np.diff(volt)))) / (0.6745 * np.sqrt(2.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        part = change / np.abs(left)
    # what a switch of this kind (reversal, or to rest) is answered by
    turned = amp[at - 1] * amp[at] < 0
    silent = np.zeros(at.size, dtype=np.bool_)
    for kind in (True, False):
        mine = np.flatnonzero(told & (turned == kind))
        early = mine[: max(FEWEST, mine.size // 5)]
        if early.size < FEWEST:
            continue
        usual = float(np.median(part[early]))
        if usual < ANSWERS or usual * usual_V < CLEAR * noise or (part[early] > 0.5 * usual).mean() < 0.6:
            continue
        silent[mine] = part[mine] < SILENT * usual
    if int(silent.sum()) < FEWEST:
        return None
    first = int(np.argmax(silent))
    row = int(good[at[first]])
    half = int(np.clip(np.searchsorted(h.first, row, side="right") - 1, 0, len(h) - 1))
    text = (
        f"{int(silent.sum())} times the current is reversed or switched off and the voltage does not move, first at "
        f"{time_text(float(h.time_s[row]))}: every cell answers at once; the reading is old, late, or not the cell's"
    )
    return Trouble("unanswered", float(h.time_s[row]), row, half, 6.0, text)


def _switches(amp: FloatArray) -> IntArray:
    """Rows at which the current, steady for `ROWS` rows on either side, changes its sign or ends."""
    size = np.abs(amp)
    least = 0.02 * float(np.quantile(size, 0.9))
    sign = np.where(size > least, np.sign(amp), 0.0)
    edge = np.flatnonzero(np.diff(sign) != 0) + 1
    edge = edge[sign[edge - 1] != 0]
    edge = edge[(edge >= ROWS) & (edge + ROWS <= amp.size)]
    place = np.arange(ROWS)
    calm = (sign[edge[:, None] - ROWS + place] == sign[edge - 1][:, None]).all(axis=1)
    calm &= (sign[edge[:, None] + place] == sign[edge][:, None]).all(axis=1)
    return edge[calm]
