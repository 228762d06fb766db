"""Trouble with the instrument: what no cell of two lithium electrodes can do.

A clock never runs backwards; a passive cell never drives current against the voltage; it answers a change of current at
once, and with no current it only relaxes; what resists scales with the current; a reading that varies does not stop at
one number; a set current stays; single rows on both sides of the rest are no process in a cell.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from interlayer import units
from interlayer.failures.additive import additive
from interlayer.failures.bursts import Bursts, burst_rows
from interlayer.failures.current_reading import current_reading
from interlayer.failures.dropouts import dropouts
from interlayer.failures.flicker import flicker
from interlayer.failures.frozen import frozen
from interlayer.failures.hunting import hunting_current
from interlayer.failures.noisy import noisy
from interlayer.failures.offset import offset
from interlayer.failures.outages import outages
from interlayer.failures.polarity import begins_along, polarity
from interlayer.failures.repeated import repeated
from interlayer.failures.restless import restless
from interlayer.failures.sagging import sagging
from interlayer.failures.saturation import saturated
from interlayer.failures.stopped_clock import stopped_clock
from interlayer.failures.strays import SIZE, stray_rows
from interlayer.failures.trace import BoolArray, Trace, time_text, trace
from interlayer.failures.trouble import Trouble
from interlayer.failures.unanswered import unanswered
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import FloatArray, IntArray
from interlayer.record import schema
from interlayer.record.checks import STEP_TYPE

_OF_ANY_CELL: Final = ("clock", "repeated")
FEWEST_CLIPPED: Final = 5
RANGES_V: Final = (0.5, 1.0, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 10.0, 20.0)
"""Ends of common voltage ranges: a reading of nothing else is no cell."""
_REPEATED: Final = 0.3
_FLAT: Final = 0.5
_FINE: Final = 3e-4
_COARSE: Final = 2e-3
_FOOT: Final = 0.8
_CALM: Final = 2.5
"""A digit over the end, from which on a reading is coarse; rows from this share of the end on must then change by so
many digits from one to the next."""
_STEADY: Final = 0.005


def instrument(analysis: Analysis) -> tuple[Trouble, ...]:
    """Find signs of trouble with the instrument, the earliest first."""
    t = analysis.get(trace)
    h = t.halves
    found = [_backwards(t)]
    if t.known_current and len(h):
        steps, usual = _steps(analysis), _usual(t)
        found += [
            _clipped(t),
            _against(t),
            _voltage_without_current(t),
            _lost_current(t),
            _unsteady_current(t),
            hunting_current(t),
            saturated(t),
            frozen(t, usual),
            offset(t),
            dropouts(t, steps),
            outages(t, steps),
            noisy(t),
            polarity(t),
            unanswered(t),
            additive(t),
            flicker(t),
            restless(t, usual),
            stopped_clock(t),
            repeated(t),
            sagging(t, steps, _held_by_name(analysis)),
            current_reading(t, steps),
            _strays(t),
            _loose(analysis),
        ]
    told = sorted((x for x in found if x is not None), key=lambda x: x.row)
    if t.reason and not begins_along(t):
        # a full cell, a half cell, a cell that was never like this: what speaks of two like electrodes says nothing
        told = [x for x in told if x.sign in _OF_ANY_CELL]
    return tuple(told)


def _steps(analysis: Analysis) -> FloatArray | None:
    """Number of each row's step, None if the record has none."""
    step = analysis.record.array(schema.STEP)
    return step if np.isfinite(step).any() else None


def _held_by_name(analysis: Analysis) -> BoolArray | None:
    """Rows of steps whose name says that a voltage is held, None if steps have no names."""
    table = analysis.record.cycling
    if STEP_TYPE not in table.columns:
        return None
    return table[STEP_TYPE].cast(pl.String).str.contains("CV").fill_null(value=False).to_numpy()


def _half_of(t: Trace, row: int) -> int | None:
    h = t.halves
    k = int(np.searchsorted(h.first, row, side="right")) - 1
    return k if 0 <= k < len(h) else (0 if len(h) else None)


def _backwards(t: Trace) -> Trouble | None:
    time = t.halves.time_s
    there = np.flatnonzero(np.isfinite(time))
    step = np.diff(time[there])
    if not step.size:
        return None
    back = np.flatnonzero(step < -1e-6 * max(1.0, float(np.median(np.abs(step)))))
    if not back.size:
        return None
    row = int(there[back[0] + 1])
    before = float(time[there[back[0]]])
    text = (
        f"time runs backwards {back.size} times, first after {time_text(before)} by "
        f"{-step[back[0]]:.4g} s: a clock that was set or began anew"
    )
    return Trouble("clock", before, row, _half_of(t, row), 6.0, text)


def _usual(t: Trace) -> float:
    """Median |V| under current, V; 0 if there is none."""
    volt = np.abs(t.level_ohm * t.halves.current_A)
    volt = volt[np.isfinite(volt)]
    return float(np.median(volt)) if volt.size else 0.0


def _flowing(t: Trace) -> tuple[IntArray, IntArray]:
    """Half-cycle and row of all rows under current with a voltage."""
    owner, row = t.halves.rows()
    good = np.isfinite(t.halves.voltage_V[row]) & np.isfinite(t.halves.time_s[row])
    return owner[good], row[good]


def _clipped(t: Trace) -> Trouble | None:
    """Many rows at exactly the greatest voltage, in a file whose rows otherwise differ, while the current goes on."""
    h = t.halves
    owner, row = _flowing(t)
    if row.size < 20:
        return None
    size = np.abs(h.voltage_V[row])
    end = float(size.max())
    at_end = size >= end * (1.0 - 1e-9)
    together = np.diff(row) == 1
    together &= np.diff(owner) == 0
    # what no instrument resolves is equal
    same = (np.abs(np.diff(h.voltage_V[row])) <= 1e-9 * end) & together
    elsewhere = together & ~at_end[1:] & ~at_end[:-1]
    current = np.abs(h.row_current_A[row])
    level = np.abs(h.current_A)[owner]
    kept = at_end & (np.abs(current - level) < 0.05 * level)
    pairs = int((same & at_end[1:] & kept[1:]).sum())
    if at_end.mean() > 0.95 and end >= 0.5 and np.abs(end / np.array(RANGES_V) - 1.0).min() < 1e-6:
        text = (
            f"all but {int((~at_end).sum())} of {row.size} rows under current read exactly {end:g} V, in both "
            "directions: the end of a range"
        )
        return Trouble("clipped", float(h.time_s[row[0]]), int(row[0]), int(owner[0]), 5.0, text)
    step = np.abs(np.diff(h.voltage_V[row]))
    digit = float(np.min(step[step > 1e-9 * end], initial=np.inf))
    if (
        at_end.mean() > _FLAT
        and kept.mean() > _FLAT
        and digit < _FINE * end
        and _both(h.direction[owner], at_end)
    ):
        k = int(np.argmax(at_end))
        text = (
            f"{int(at_end.sum())} of {row.size} rows under current read exactly {end / units.factor('mV'):.6g} mV, in "
            "both directions, in a file that resolves much less: the end of a range"
        )
        return Trouble("clipped", float(h.time_s[row[k]]), int(row[k]), int(owner[k]), 5.0, text)
    if kept.sum() < FEWEST_CLIPPED or pairs < FEWEST_CLIPPED - 1 or elsewhere.sum() < 10:
        return None
    repeated = float(same[elsewhere].mean())
    near = int(((size > 0.98 * end) & ~at_end).sum())
    if repeated > _REPEATED or near > kept.sum() or not _runs_into(owner, size, at_end):
        return None
    # a plateau of a calm cell within one digit of a coarse reading is no end of anything
    beside = np.abs(step[together & ~at_end[1:] & ~at_end[:-1] & (size[1:] > _FOOT * end)])
    if digit > _COARSE * end and (beside.size < FEWEST_CLIPPED or float(np.median(beside)) < _CALM * digit):
        return None
    first = int(np.flatnonzero(kept)[0])
    text = (
        f"{int(kept.sum())} rows read exactly {end / units.factor('mV'):.6g} mV while the current goes on, "
        f"from {time_text(float(h.time_s[row[first]]))} on; elsewhere {repeated:.1%} of neighbouring rows are equal: "
        "the end of a range"
    )
    return Trouble("clipped", float(h.time_s[row[first]]), int(row[first]), int(owner[first]), 5.0, text)


def _both(direction: IntArray, at_end: BoolArray) -> bool:
    """Whether most rows of either direction read the end."""
    return all(
        bool(at_end[direction == d].size) and float(at_end[direction == d].mean()) > _FLAT for d in (1, -1)
    )


def _runs_into(owner: IntArray, size: FloatArray, at_end: BoolArray) -> bool:
    """Whether half-cycles that reach the end vary otherwise, or others lie well below: not just a steady voltage."""
    number = np.bincount(owner)
    reached = np.bincount(owner, weights=at_end, minlength=number.size)
    mine = reached >= 2
    inside = ~at_end & mine[owner]
    end = float(size.max())
    if inside.sum() >= 3 and float(np.quantile(size[inside], 0.5)) < 0.95 * end:
        return True
    below = ~mine[owner] & ~at_end
    return below.sum() >= 10 and float(np.median(size[below])) < 0.9 * end


def _against(t: Trace) -> Trouble | None:
    """A voltage that drives against the current, in many rows, as large as the cell's own."""
    h = t.halves
    owner, row = _flowing(t)
    if row.size < 20:
        return None
    forward = h.voltage_V[row] * h.direction[owner] * (-1.0 if t.inverted else 1.0)
    usual = _usual(t)
    against = forward < -max(0.5 * usual, 0.01)
    # the first rows of a half-cycle may still show the voltage of the one before
    against &= row - h.first[owner] >= 2
    # what a reversal leaves behind (concentration) may oppose the current until it has decayed
    against &= ~_from_the_switch(owner, forward)
    runs = against[:-1] & against[1:] & (np.diff(owner) == 0)
    if against.sum() < 8 or runs.sum() < 4:
        return None
    where = np.flatnonzero(runs)
    first = int(where[0])
    after = against[first:]
    if after.mean() < 0.1 and against.sum() < 30:
        return None
    begin = _departs(forward, first)
    text = (
        f"the voltage opposes the current in {int(against.sum())} rows by up to "
        f"{-forward.min() / units.factor('mV'):.4g} mV (the cell's own |V| is {usual / units.factor('mV'):.4g} mV): "
        "no passive cell does that; a sense lead is off"
    )
    return Trouble("floating", float(h.time_s[row[begin]]), int(row[begin]), int(owner[begin]), 6.0, text)


def _from_the_switch(owner: IntArray, forward: FloatArray) -> BoolArray:
    """Rows of each half-cycle before the voltage first points with the current."""
    positive = forward > 0
    index = np.arange(owner.size)
    begin = np.flatnonzero(np.concatenate([[True], np.diff(owner) != 0]))
    first_positive = np.minimum.reduceat(np.where(positive, index, owner.size), begin)
    length = np.diff(np.append(begin, owner.size))
    return index < np.repeat(first_positive, length)


def _departs(forward: FloatArray, first: int) -> int:
    """First row, going back from an opposed one, that already lies far from what the half-cycles before showed."""
    early = forward[: max(first // 2, 5)]
    centre, spread = float(np.median(early)), float(np.median(np.abs(early - np.median(early)))) + 1e-12
    wide = max(8.0 * spread, 0.5 * abs(centre))
    odd = np.abs(forward[: first + 1] - centre) > wide
    quiet = np.flatnonzero(~odd)
    # the departure: after the last row that still looked like the cell in a row of three
    run = np.flatnonzero((~odd[:-2]) & (~odd[1:-1]) & (~odd[2:])) if odd.size >= 3 else quiet
    return int(min(run[-1] + 3, first)) if run.size else first


def _voltage_without_current(t: Trace) -> Trouble | None:
    """A large voltage at no current: two lithium electrodes show none."""
    h = t.halves
    volt, current, time = h.voltage_V, h.row_current_A, h.time_s
    set_A = float(np.median(np.abs(h.current_A)))
    usual = _usual(t)
    with np.errstate(invalid="ignore"):
        none = np.abs(current) < 0.02 * set_A
        large = np.abs(volt) > max(3.0 * usual, 0.5)
    odd = none & large
    if odd.sum() < 5:
        return None
    edges = np.flatnonzero(np.diff(odd.astype(np.int8), prepend=0, append=0))
    begin, stop = edges[0::2], edges[1::2]
    long = stop - begin >= 5
    # what the current has left behind lies below what it was under current, and does not grow; an open lead jumps up
    before, last = volt[np.maximum(begin - 1, 0)], volt[stop - 1]
    with np.errstate(invalid="ignore"):
        left = (before * volt[begin] > 0) & (np.abs(volt[begin]) < 0.98 * np.abs(before))
        decays = left & (np.abs(last) <= 1.02 * np.abs(volt[begin]))
    runs = begin[long & ~decays]
    if not runs.size:
        return None
    row = int(runs[0])
    text = (
        f"{int(odd.sum())} rows with no current and |V| = {np.nanmedian(np.abs(volt[odd])):.4g} V, "
        f"from {time_text(float(time[row]))} on: the circuit is open, a current lead is off"
    )
    return Trouble("open circuit", float(time[row]), row, _half_of(t, row), 6.0, text)


def _lost_current(t: Trace) -> Trouble | None:
    """Stretches within a step in which only part of the current flows, and then all of it again."""
    h = t.halves
    owner, row = h.rows()
    if row.size < 20:
        return None
    # half-cycles of one direction that follow each other without a pause are one asked-for stretch
    joined = np.concatenate([[True], (np.diff(h.direction) != 0) | (h.first[1:] != h.stop[:-1])])
    stretch = (np.cumsum(joined) - 1)[owner]
    size = np.abs(h.row_current_A[row])
    count = int(stretch[-1]) + 1
    level, number = _quantile_by(stretch, size, count, 0.9)
    with np.errstate(invalid="ignore"):
        low = size < 0.9 * level[stretch]
    first, last = _edges(stretch)
    inner = (np.arange(row.size) > first[stretch]) & (np.arange(row.size) < last[stretch])
    low &= inner & (number[stretch] >= 8)
    steady = np.abs(np.diff(size)) / np.maximum(size[1:], 1e-300)
    typical = float(np.median(steady)) if steady.size else 0.0
    if low.sum() < 6 or low.sum() > 0.5 * row.size or typical > _STEADY:
        return None
    begins = np.flatnonzero(low & ~np.concatenate([[False], low[:-1]]))
    ends = np.flatnonzero(low & ~np.concatenate([low[1:], [False]]))
    good = [
        (b, e) for b, e in zip(begins.tolist(), ends.tolist(), strict=True)
        if e - b >= 3 and _returns(size, stretch, level, b, e) and not _held(t, row, b, e)
    ]  # fmt: skip
    if not good:
        return None
    b, e = good[0]
    part = float(np.median(size[b : e + 1])) / float(level[stretch[b]])
    text = (
        f"in {len(good)} stretches within half-cycles only part of the current flows ({part:.1%} in the first, near "
        f"{time_text(float(h.time_s[row[b]]))}), then all of it again: the current does not follow what was asked"
    )
    return Trouble("lost current", float(h.time_s[row[b]]), int(row[b]), int(owner[b]), 5.0, text)


def _unsteady_current(t: Trace) -> Trouble | None:
    """Half-cycles in which the current scatters as no source lets it, where in others it stands still."""
    h = t.halves
    owner, row = h.rows()
    size = np.abs(h.row_current_A[row])
    good = np.isfinite(size)
    owner, size = owner[good], size[good]
    number = np.bincount(owner, minlength=len(h)).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(owner, weights=size, minlength=len(h)) / number
        square = np.bincount(owner, weights=(size - mean[owner]) ** 2, minlength=len(h)) / number
        scatter = np.sqrt(square) / mean
    known = number >= 3
    if known.sum() < 6:
        return None
    usual = float(np.median(scatter[known]))
    odd = np.flatnonzero(known & (scatter > max(8.0 * usual, 0.01)) & (scatter < 0.2))
    odd = np.array([k for k in odd.tolist() if not _held_half(t, k)], dtype=np.int64)
    if odd.size < 2 or usual > _STEADY or odd.size > 0.4 * known.sum():
        return None
    k = int(odd[0])
    text = (
        f"in {odd.size} half-cycles the current scatters by {float(np.median(scatter[odd])):.1%}, elsewhere by "
        f"{usual:.2%}, first near {time_text(float(h.start_s[k]))}: the current does not follow what was asked"
    )
    return Trouble("lost current", float(h.start_s[k]), int(h.first[k]), k, 4.0, text)


def _held_half(t: Trace, k: int) -> bool:
    """Whether a half-cycle reaches the greatest voltage of the record, where a limit may lower the current."""
    h = t.halves
    volt = np.abs(h.voltage_V[h.first[k] : h.stop[k]])
    return bool(np.nanmax(volt) > 0.95 * np.nanmax(np.abs(h.voltage_V)))


def _returns(size: FloatArray, stretch: IntArray, level: FloatArray, b: int, e: int) -> bool:
    """Whether the current is at its level before and after, or scatters inside as no source does."""
    here = stretch[b]
    before = size[max(b - 3, 0) : b][stretch[max(b - 3, 0) : b] == here]
    after = size[e + 1 : e + 4][stretch[e + 1 : e + 4] == here]
    near = 0.95 * level[here]
    both = before.size > 0 and after.size > 0 and float(before.max()) > near and float(after.max()) > near
    inside = size[b : e + 1]
    wild = float(np.std(inside)) > _STEADY * float(np.mean(inside)) and (before.size > 0 or after.size > 0)
    return bool(both or wild)


def _held(t: Trace, row: IntArray, b: int, e: int) -> bool:
    """Whether the voltage stands still at its greatest: a limit that is held, where the current must fall."""
    volt = np.abs(t.halves.voltage_V[row[b : e + 1]])
    top = float(np.nanmax(np.abs(t.halves.voltage_V)))
    return bool(np.nanmedian(volt) > 0.95 * top and np.nanstd(volt) < 0.02 * top)


def _quantile_by(
    owner: IntArray, values: FloatArray, count: int, share: float
) -> tuple[FloatArray, IntArray]:
    order = np.lexsort((values, owner))
    number = np.bincount(owner, minlength=count)
    begin = np.cumsum(number) - number
    return values[order][begin + (share * (number - 1)).astype(np.int64)], number


def _edges(owner: IntArray) -> tuple[IntArray, IntArray]:
    begin = np.flatnonzero(np.concatenate([[True], np.diff(owner) != 0]))
    return begin, np.append(begin[1:], owner.size) - 1


def _strays(t: Trace) -> Trouble | None:
    """Single rows far from both neighbours, on both sides, in the midst of half-cycles."""
    h = t.halves
    owner, row = _flowing(t)
    if not row.size:
        return None
    forward = h.voltage_V[row] * h.direction[owner] * (-1.0 if t.inverted else 1.0)
    stray, above, below = stray_rows(owner, forward, (t.row_noise_ohm * np.abs(h.current_A))[owner])
    if not stray.any():
        return None
    k = int(np.argmax(stray))
    text = (
        f"{above + below} single rows stand apart from both neighbours by more than {SIZE:.0%}, {above} above and "
        f"{below} below: stray readings, left out of what follows"
    )
    return Trouble("stray readings", float(h.time_s[row[k]]), int(row[k]), int(owner[k]), 4.5, text)


def bursts(analysis: Analysis) -> Bursts:
    """Find bursts in the rows under current."""
    t = analysis.get(trace)
    h = t.halves
    owner, row = _flowing(t)
    ohm = h.voltage_V[row] * h.direction[owner] * (-1.0 if t.inverted else 1.0) / np.abs(h.current_A)[owner]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (h.time_s[row] - h.start_s[owner]) / h.duration_s[owner]
    return burst_rows(owner, ohm, np.nan_to_num(t.row_noise_ohm)[owner], share)


def first_burst(analysis: Analysis) -> tuple[int, int]:
    """Return half-cycle and row of the first burst."""
    owner, row = _flowing(analysis.get(trace))
    k = int(np.argmax(analysis.get(bursts).rows))
    return int(owner[k]), int(row[k])


def _loose(analysis: Analysis) -> Trouble | None:
    """A few rows far above all that the cell has shown, and back at once, again and again."""
    found = analysis.get(bursts)
    if not found.count or found.of_the_cell:
        return None
    half, row = first_burst(analysis)
    time = float(analysis.get(trace).halves.time_s[row])
    text = (
        f"{found.count} times |V|/|I| jumps for a few rows far above all that the cell has shown and is back at once, "
        f"first near {time_text(time)}: a loose contact; these rows are left out of what follows"
    )
    return Trouble("loose contact", time, row, half, 4.5, text)
