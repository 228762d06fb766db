"""A noise that comes at once, to both sides of the voltage, and is a sizeable share of it.

A path that opens and closes lies to one side. Noise beyond both sides of what the cell showed, from row to row, is
picked up by a lead or made by the electrometer.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import median_by

SIZE: Final = 0.1
"""Standard deviation from row to row over the level."""
TIMES: Final = 10.0
"""Over that of the half-cycles before."""
GROWN: Final = 3.0
"""Times that the noise itself, in V, must exceed that of nearly all half-cycles before."""
FEWEST: Final = 3
"""Half-cycles before, and noisy ones."""
LEVEL: Final = 0.3
"""Most change of the level: where it falls there is a short to be judged."""
SIDES: Final = 0.5
"""Least ratio of the deviations to the two sides."""


def noisy(t: Trace) -> Trouble | None:
    """Find the half-cycle from which on the voltage scatters to both sides."""
    h = t.halves
    owner, row = h.rows()
    ohm = h.voltage_V[row] * h.direction[owner] * (-1.0 if t.inverted else 1.0) / np.abs(h.current_A)[owner]
    good = np.isfinite(ohm)
    owner, row, ohm = owner[good], row[good], ohm[good]
    if owner.size < 60:
        return None
    count = len(h)
    level, number = median_by(owner, ohm, count)
    inner = owner[2:] == owner[:-2]
    second = np.abs(ohm[2:] - 2.0 * ohm[1:-1] + ohm[:-2]) / (0.6745 * np.sqrt(6.0))
    scatter, _ = median_by(owner[2:][inner], second[inner], count)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = scatter / np.abs(level)
    known = np.flatnonzero((number >= 6) & np.isfinite(share) & (level != 0))
    if known.size < 2 * FEWEST:
        return None
    wild = share[known] > SIZE
    if not wild.any():
        return None
    k = int(np.argmax(wild))
    if k < FEWEST or wild[k:].sum() < FEWEST or float(wild[k:].mean()) < 0.5:
        return None
    before, after = known[:k], known[k:][wild[k:]]
    calm = float(np.median(share[before]))
    if float(np.median(share[after])) < TIMES * calm:
        return None
    # where a short has left little of the voltage the noise it always had is a large share
    volt = scatter * np.abs(h.current_A)
    if float(np.median(volt[after])) < GROWN * float(np.quantile(volt[before], 0.9)):
        return None
    sound = float(np.median(level[before[-8:]]))
    first = after[: 4 * FEWEST]
    if abs(float(np.median(level[first])) / sound - 1.0) > LEVEL:
        return None
    off = (ohm - level[owner])[np.isin(owner, after)]
    up, down = float(np.quantile(off, 0.95)), -float(np.quantile(off, 0.05))
    if min(up, down) < SIDES * max(up, down):
        return None
    half = int(known[k])
    text = (
        f"from half-cycle {half} on ({time_text(float(h.start_s[half]))}) |V|/|I| scatters by "
        f"{float(np.median(share[after])):.0%} from row to row to both sides, before by {calm:.2%}, while its level "
        "stays: noise of a lead or of the instrument"
    )
    return Trouble("noise", float(h.start_s[half]), int(h.first[half]), half, 4.0, text)
