"""Additive: what comes to the voltage adds to one direction of the current and takes from the other.

A parallel path takes from both directions, a lost contact adds to both, and each may act on one direction alone. What
has the same sign and size whichever way the current flows is no resistance and no path: it is a source of voltage in
the leads, in the electrometer or in a neighbouring channel, whether it stays, creeps, or comes and goes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.failures.trace import Trace, time_text
from interlayer.failures.trouble import Trouble
from interlayer.metrics.halves import BoolArray, FloatArray, IntArray, median_by

CREEP: Final = 0.25
"""Mean of the voltages of both directions over half of their difference, by which it must have changed ..."""
LEAST_V: Final = 5e-4
"""... and in V."""
APART: Final = 0.5
"""Most change of half of the difference, over that of the mean."""
PAIRS: Final = 8
"""Pairs of half-cycles at one current that are needed."""
CLEAR: Final = 8.0
"""Times the change from one pair to the next that is usual."""
BINS: Final = 12
"""Places of a half-cycle that are compared with the same place before."""
BEFORE: Final = 3
"""Half-cycles of each direction that show what was before."""
AFTER: Final = 12
"""Half-cycles of each direction after the beginning that are looked at."""
SIZE: Final = 0.15
"""Of |V|, that a row must lie off."""
SIGMAS: Final = 6.0
FEWEST: Final = 6
"""Rows in each direction that must lie off ..."""
SHARE: Final = 0.02
"""... and their share."""
CONTRARY: Final = 0.26
"""Most rows off to the other side, over those."""
TIMES: Final = 3
"""Times that it comes, in each direction."""
AT_ONCE: Final = 0.7
"""Of its size, by which neighbouring rows differ where it comes or goes."""
MOST: Final = 2.5
"""What is off to both sides may be so many times |V|."""
PLACES: Final = 0.5
"""Share of what is not foreseen without the place in the half-cycle that the place may foresee."""
TRIES: Final = 4


def additive(t: Trace) -> Trouble | None:
    """Find where a voltage that does not depend on the current begins."""
    found = [x for x in (_creeps(t), _comes_and_goes(t)) if x is not None]
    return min(found, key=lambda x: x.row) if found else None


def _creeps(t: Trace) -> Trouble | None:
    """Compare the mean of the two directions with what it was at first, at the most common current."""
    h = t.halves
    signed = t.level_ohm * np.abs(h.current_A) * h.direction * (-1.0 if t.inverted else 1.0)
    size = np.abs(h.current_A)
    there = np.flatnonzero(np.isfinite(signed) & (t.key >= 0))
    if there.size < 2 * PAIRS:
        return None
    one, two = there[:-1], there[1:]
    pair = (h.direction[one] == -h.direction[two]) & (np.abs(size[one] / size[two] - 1.0) < 0.02)
    level = np.where(pair, t.key[one] // 2, -1)
    # the longest stretch at one current: what another current leaves behind is the cell's
    edge = np.concatenate([[0], np.flatnonzero(np.diff(level) != 0) + 1, [level.size]])
    length = np.where(level[edge[:-1]] >= 0, np.diff(edge), 0)
    mine = np.arange(edge[int(length.argmax())], edge[int(length.argmax()) + 1])
    if mine.size < PAIRS or not pair[mine].all():
        return None
    even = 0.5 * (signed[one] + signed[two])[mine]
    odd = 0.5 * np.abs(signed[one] - signed[two])[mine]
    few = max(3, mine.size // 10)
    first, swing = float(np.median(even[:few])), float(np.median(odd[:few]))
    if abs(first) > swing:
        return None
    # neighbouring pairs share a half-cycle: what is left between every other pair is chance
    usual = float(np.median(np.abs(even[2:] - even[:-2])))
    off, wider = even - first, np.abs(odd - swing)
    far = np.abs(off) > max(CREEP * swing, LEAST_V, CLEAR * usual)
    far &= (wider < APART * np.abs(off)) & (np.abs(even) > np.abs(first))
    stays = np.flatnonzero(far[:-3] & far[1:-2] & far[2:-1] & far[3:])
    if not stays.size or swing <= 0:
        return None
    k = int(stays[0])
    later = far[k:] & (np.sign(off[k:]) == np.sign(off[k]))
    if float(later.mean()) < 0.6 or not _alone(even[: k + 4], odd[: k + 4]):
        return None
    half = int(one[mine[k]])
    text = (
        f"by half-cycle {half} ({time_text(float(h.start_s[half]))}) the mean of the voltages of both directions has "
        f"moved by {off[k] / units.factor('mV'):.4g} mV, their difference has not: a voltage that does not depend on "
        "the current, of the leads or of the instrument"
    )
    return Trouble("offset", float(h.start_s[half]), int(h.first[half]), half, 4.5, text)


def _alone(even: FloatArray, odd: FloatArray) -> bool:
    """Whether, where the mean moved most, the difference did not: else one direction changed alone."""
    for wide in (2, max(3, even.size // 4)):
        if even.size <= wide:
            continue
        moved, turned = even[wide:] - even[:-wide], odd[wide:] - odd[:-wide]
        k = int(np.argmax(np.abs(moved)))
        if abs(turned[k]) > 1.3 * APART * abs(moved[k]):
            return False
    return True


def _comes_and_goes(t: Trace) -> Trouble | None:
    """Compare rows with the same place of the half-cycles before: off to the same side in both directions."""
    h = t.halves
    owner, row = h.rows()
    good = np.isfinite(h.voltage_V[row]) & (t.key[owner] >= 0)
    owner, row = owner[good], row[good]
    if row.size < 60 or not t.known_current:
        return None
    volt = h.voltage_V[row]
    with np.errstate(invalid="ignore", divide="ignore"):
        place = (h.time_s[row] - h.start_s[owner]) / np.maximum(h.duration_s[owner], 1e-300)
    bin_ = np.clip((place * BINS).astype(np.int64), 0, BINS - 1)
    noise = (np.nan_to_num(t.row_noise_ohm) * np.abs(h.current_A))[owner]
    for half in _beginnings(t, owner, bin_, volt, noise):
        found = _from(t, owner, bin_, volt, noise, half)
        if found is None:
            continue
        size, number = found
        k = int(row[np.searchsorted(owner, half)])
        text = (
            f"from half-cycle {half} on ({time_text(float(h.start_s[half]))}) {number} rows lie off what the "
            f"half-cycles before showed at the same place, by {size / units.factor('mV'):.4g} mV and to the same "
            "side in both directions of the current: a voltage that is not of the current, and comes and goes"
        )
        return Trouble("interference", float(h.start_s[half]), k, half, 4.5, text)
    return None


def _beginnings(t: Trace, owner: IntArray, bin_: IntArray, volt: FloatArray, noise: FloatArray) -> list[int]:
    """First half-cycles of which several rows lie far off the same place of the half-cycle of the same kind before."""
    count = len(t.halves)
    cell, seen = median_by(owner * BINS + bin_, volt, count * BINS)
    cell = np.where(seen > 0, cell, np.nan).reshape(count, BINS)
    previous = t.previous
    two = np.where(previous >= 0, previous[previous], -1)
    known = (previous >= 0) & (two >= 0)
    base = np.where(known[:, None], 0.5 * (cell[previous] + cell[two]), np.nan)
    with np.errstate(invalid="ignore"):
        off = np.abs(volt - base[owner, bin_]) > np.maximum(SIZE * np.abs(base[owner, bin_]), SIGMAS * noise)
    number = np.bincount(owner, weights=off, minlength=count)
    odd = np.flatnonzero(number >= 2)
    if not odd.size:
        return []
    apart = odd[np.concatenate([[True], np.diff(odd) > 2])]
    return apart[:TRIES].tolist()


def _from(
    t: Trace, owner: IntArray, bin_: IntArray, volt: FloatArray, noise: FloatArray, half: int
) -> tuple[float, int] | None:
    """Size and number of rows that lie off to the same side in both directions from a half-cycle on."""
    key = int(t.key[half])
    level = key // 2
    to_sides: list[tuple[float, float]] = []
    usual: list[float] = []
    number = 0
    for each in (2 * level, 2 * level + 1):
        mine = np.flatnonzero(t.key == each)
        past, later = mine[mine < half][-2 * BEFORE :], mine[mine >= half][:AFTER]
        if past.size < BEFORE or later.size < BEFORE:
            return None
        # another current in between leaves a state of its own
        if (t.key[past[-BEFORE] : later[BEFORE - 1] + 1] // 2 != level).any():
            return None
        old, new = _rows_of(owner, past), _rows_of(owner, later)
        base, seen = median_by(bin_[old], volt[old], BINS)
        if (seen == 0).sum() > BINS // 2:
            return None
        base = np.interp(np.arange(BINS), np.flatnonzero(seen > 0), base[seen > 0])[bin_[new]]
        usual.append(float(np.median(base)))
        off = volt[new] - base
        least = np.maximum(SIZE * np.abs(base), SIGMAS * float(np.median(noise[old])))
        sizes: list[float] = []
        for far in (off > least, off < -least):
            counts = far.sum() >= max(FEWEST, SHARE * off.size)
            counts &= int((np.diff(far.astype(np.int8)) > 0).sum()) >= TIMES
            sizes.append(float(np.median(off[far])) if counts else 0.0)
            number += int(far.sum())
        more, less = sorted([int((off > least).sum()), int((off < -least).sum())], reverse=True)
        if less <= CONTRARY * more:
            # few to one side are the cell's own, or what the noise adds
            sizes[int((off > least).sum() > (off < -least).sum())] = 0.0
        if _by_place(bin_[new], off > least, off < -least):
            return None
        # it comes at once: a temperature or a growing film does not
        jump = np.abs(np.diff(volt[new]))[np.diff(owner[new]) == 0]
        if int((jump > AT_ONCE * (sizes[0] - sizes[1])).sum()) < 2 * TIMES:
            return None
        to_sides.append((sizes[0], sizes[1]))
    one, other = np.array(to_sides)
    # before, the current was what turned the voltage; after, the same sides are off by the same voltages
    there = np.abs(one) > 0
    if usual[0] * usual[1] >= 0 or not there.any() or (there != (np.abs(other) > 0)).any():
        return None
    ratio = one[there] / other[there]
    if (ratio < 1.0 / 1.5).any() or (ratio > 1.5).any():
        return None
    swing = 0.5 * abs(usual[0] - usual[1])
    # salt that runs out makes |V| diverge and oppose in turn
    if there.all() and (not 1.0 / 1.5 < -one[0] / one[1] < 1.5 or np.abs(one).max() > MOST * swing):
        return None
    if swing < LEAST_V:
        return None
    return float(np.mean(np.abs([one[there], other[there]]))), number


def _by_place(bin_: IntArray, up: BoolArray, down: BoolArray) -> bool:
    """Whether the place in the half-cycle tells what is off: then it is the cell's own course."""
    number = np.bincount(bin_, minlength=BINS)
    above, below = (np.bincount(bin_, weights=x, minlength=BINS) for x in (up, down))
    foreseen = float(np.maximum(np.maximum(above, below), number - above - below).sum()) / up.size
    blindly = max(float(up.mean()), float(down.mean()), 1.0 - float(up.mean()) - float(down.mean()))
    return foreseen - blindly > PLACES * (1.0 - blindly)


def _rows_of(owner: IntArray, half: IntArray) -> IntArray:
    """Rows of some half-cycles, which are sorted."""
    begin, stop = np.searchsorted(owner, half), np.searchsorted(owner, half, side="right")
    return np.concatenate([np.arange(b, e) for b, e in zip(begin.tolist(), stop.tolist(), strict=True)])
