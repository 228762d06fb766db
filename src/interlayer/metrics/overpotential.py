"""Overpotential of each half-cycle: start, plateau and end of |V|, ohmic drop included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cell_kind import DESCRIBED_FULL, described_cathode
from interlayer.metrics.electrodes import electrodes_of
from interlayer.metrics.half_cell import storage
from interlayer.metrics.half_voltages import half_voltages
from interlayer.metrics.halves import FloatArray, Halves, IntArray, halves, median_by
from interlayer.record import Record

PLATEAU = (0.25, 0.90)
"""Share of the half-cycle's duration whose median is the plateau."""
EDGE = 0.02
"""Share of the duration at each end that counts as start and end."""
NO_VOLTAGE = "the record has no voltage"
NOT_SYMMETRIC = (
    "the voltage keeps its sign when the current changes: no symmetric cell, |V| is not an overpotential"
)
_OPEN_CIRCUIT_V = 0.5
_ONE_WAY_V = 1.0
_OTHER_SIGN = 0.1
"""Share of the rows under current whose voltage has the other sign, from which on no cell's own voltage is kept."""
_FEWEST_LEVELS = 3
_FEWEST_SPREAD = 0.2
"""Of ln I that the first levels of a ramp must span for what |V| does with the current to be seen."""
_POWER = 0.5
"""Power of the current with which |V| then grows: of a battery's or half cell's voltage next to nothing does."""


@dataclass(frozen=True)
class Overpotentials:
    """Overpotentials in V, one entry a half-cycle, NaN where the samples do not suffice.

    Attributes
    ----------
    plateau_V, start_V, end_V : array (h,)
    plateau_stderr_V : array (h,)
        Standard error of the median, from the scatter of neighbouring samples.
    samples : array of int (h,)
        Samples within the plateau.
    inverted : array of bool (h,)
        Whether the voltage has the sign opposite to the current.
    reason : str
        Why there are none, else empty.
    """

    plateau_V: FloatArray
    plateau_stderr_V: FloatArray
    start_V: FloatArray
    end_V: FloatArray
    samples: IntArray
    inverted: np.ndarray
    reason: str = ""


def overpotentials(analysis: Analysis) -> Overpotentials:
    """Compute the overpotentials of all half-cycles."""
    h = analysis.get(halves)
    full = DESCRIBED_FULL if described_cathode(analysis.record) is not None else ""
    stores = analysis.get(storage)
    reason = h.reason or full or _why_not(h) or _not_lithium(analysis)
    if not reason and stores.found:
        reason = f"no symmetric cell, |V| is not an overpotential: {stores.evidence}"
    count = len(h)
    if reason:
        nothing = np.full(count, np.nan)
        none = np.zeros(count, dtype=np.int64)
        return Overpotentials(nothing, nothing, nothing, nothing, none, none.astype(np.bool_), reason)
    owner, row = h.rows()
    time, volt = h.time_s[row], h.voltage_V[row]
    duration = h.duration_s
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (time - h.start_s[owner]) / duration[owner]
    # samples on the border count as inside, whatever rounding says
    share = np.round(share, 6)
    good = h.orderly[owner] & (duration[owner] > 0)
    size = np.abs(volt)
    forward = volt * h.direction[owner]

    inside = good & (share >= PLATEAU[0]) & (share <= PLATEAU[1])
    plateau, samples = median_by(owner[inside], size[inside], count)
    sign, _ = median_by(owner[inside], forward[inside], count)
    with np.errstate(invalid="ignore"):
        inverted = sign < 0
    # a row written at the switch may still show the voltage from before it
    agrees = (forward >= 0) | inverted[owner]
    start = _edge(owner, size, good & agrees, share <= EDGE, count, last=False)
    end = _edge(owner, size, good & agrees, share >= 1.0 - EDGE, count, last=True)
    stderr = _median_error(owner, size, inside, samples, count)
    return Overpotentials(plateau, stderr, start, end, samples, inverted)


def _not_lithium(analysis: Analysis) -> str:
    them = electrodes_of(analysis.record)
    if them.two_blocking:
        return f"electrodes {them}: |V| is not an overpotential of lithium"
    h, v = analysis.get(halves), analysis.get(half_voltages)
    if them.two_lithium or not np.isfinite(v.mean_V).any():
        return ""
    if v.held.all():
        return "the voltage is held throughout: it is no overpotential"
    mean = float(np.nanmean(np.abs(v.mean_V)))
    if mean > _ONE_WAY_V and len(set(h.direction.tolist())) == 1 and not _vanishes_with_current(h):
        return f"current in one direction at {mean:.2f} V on average: an overpotential or a cell's voltage, cannot tell"
    return ""


def _why_not(h: Halves) -> str:
    if not np.isfinite(h.voltage_V).any():
        return NO_VOLTAGE
    owner, row = h.rows()
    there = np.isfinite(h.voltage_V[row])
    total = np.bincount(owner[there], weights=h.voltage_V[row][there], minlength=len(h))
    with np.errstate(invalid="ignore", divide="ignore"):
        volt = total / np.bincount(owner[there], minlength=len(h))
    plus, minus = (volt[(h.direction == d) & np.isfinite(volt)] for d in (1, -1))
    if plus.size and minus.size:
        low, high = np.median(minus), np.median(plus)
        if low * high > 0 and min(abs(low), abs(high)) > _OPEN_CIRCUIT_V and not _changes_sign(h, row):
            return NOT_SYMMETRIC
        return ""
    resting = np.ones(h.voltage_V.size, dtype=np.bool_)
    resting[row] = False
    rest = np.abs(h.voltage_V[resting & np.isfinite(h.voltage_V)])
    if rest.size and np.median(rest) > _OPEN_CIRCUIT_V:
        return f"open-circuit voltage {np.median(rest):.2f} V: no symmetric cell, |V| is not an overpotential"
    return ""


def _changes_sign(h: Halves, row: IntArray) -> bool:
    """Whether the voltage under current has either sign: a cell with a voltage of its own keeps it."""
    volt = h.voltage_V[row]
    volt = volt[np.isfinite(volt)]
    volt = volt[np.abs(volt) > 0.02 * np.max(np.abs(volt), initial=0.0)]
    return bool(volt.size) and float(min(np.mean(volt > 0), np.mean(volt < 0))) > _OTHER_SIGN


def _vanishes_with_current(h: Halves) -> bool:
    """Whether |V| goes with the current from level to level of a ramp in one direction.

    An overpotential grows at least with the root of the current; of a cell's own voltage most stays the same.
    """
    owner, row = h.rows()
    volt, _ = median_by(owner, np.abs(h.voltage_V[row]), len(h))
    current = np.abs(h.current_A)
    good = np.isfinite(volt) & (volt > 0) & (current > 0)
    x, y = np.log(current[good]), np.log(volt[good])
    new = np.flatnonzero(np.concatenate([[True], np.diff(x) > 0.02])) if x.size else np.zeros(0, np.int64)
    some = new[: max(_FEWEST_LEVELS, (new.size + 1) // 2)]
    if some.size < 2 or float(np.ptp(x[some])) < _FEWEST_SPREAD:
        return False
    return bool(np.polyfit(x[some], y[some], 1)[0] > _POWER)


def _edge(
    owner: IntArray, size: FloatArray, usable: np.ndarray, near: np.ndarray, count: int, *, last: bool
) -> FloatArray:
    """Median of the samples at one end; the outermost one where sampling is too coarse for that."""
    near = usable & near & np.isfinite(size)
    value, number = median_by(owner[near], size[near], count)
    empty = number == 0
    if empty.any():
        good = np.flatnonzero(usable & np.isfinite(size))
        chosen = np.full(count, -1, dtype=np.int64)
        # of repeated indices the last assignment stays
        order = good if last else good[::-1]
        chosen[owner[order]] = order
        fill = empty & (chosen >= 0)
        value[fill] = size[chosen[fill]]
    return value


def _median_error(
    owner: IntArray, size: FloatArray, inside: np.ndarray, samples: IntArray, count: int
) -> FloatArray:
    """Standard error of a median of n normal samples, 1.2533 sigma/sqrt(n); sigma from sample differences."""
    member, value = owner[inside], size[inside]
    same = member[1:] == member[:-1]
    step = np.abs(np.diff(value))[same]
    typical, number = median_by(member[1:][same], step, count)
    sigma = typical / (0.6745 * np.sqrt(2.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(number >= 3, 1.2533 * sigma / np.sqrt(samples), np.nan)


def plateau_overpotential(analysis: Analysis) -> tuple[Metric, ...]:
    """Median of |V| over 25-90 % of each half-cycle, mV."""
    o = analysis.get(overpotentials)
    what = f"median of {{}} samples between {PLATEAU[0]:.0%} and {PLATEAU[1]:.0%} of the half-cycle"
    notes = [what.format(n) for n in o.samples.tolist()]
    return _each(analysis, "plateau_overpotential", o.plateau_V, notes, o.plateau_stderr_V)


def start_overpotential(analysis: Analysis) -> tuple[Metric, ...]:
    """|V| just after the switch of each half-cycle, mV."""
    o = analysis.get(overpotentials)
    notes = [f"first {EDGE:.0%} of the half-cycle, or its first sample"] * o.start_V.size
    return _each(analysis, "start_overpotential", o.start_V, notes)


def end_overpotential(analysis: Analysis) -> tuple[Metric, ...]:
    """|V| at the end of each half-cycle, mV."""
    o = analysis.get(overpotentials)
    notes = [f"last {EDGE:.0%} of the half-cycle, or its last sample"] * o.end_V.size
    return _each(analysis, "end_overpotential", o.end_V, notes)


def _each(
    analysis: Analysis, name: str, values_V: FloatArray, notes: list[str], stderr_V: FloatArray | None = None
) -> tuple[Metric, ...]:
    h, o = analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        return (Metric(name, None, "mV", evidence=(o.reason,)),)
    milli = 1.0 / units.factor("mV")
    error = np.full(len(h), np.nan) if stderr_V is None else stderr_V * milli
    out: list[Metric] = []
    for k, (value, sigma, start, current, note, inverted) in enumerate(
        zip(
            (values_V * milli).tolist(),
            error.tolist(),
            h.start_s.tolist(),
            (h.current_A / units.factor("mA")).tolist(),
            notes,
            o.inverted.tolist(),
            strict=True,
        )
    ):
        evidence = [note, f"current {current:.4g} mA"]
        if inverted:
            evidence.append("the voltage has the sign opposite to the current: are the leads swapped?")
        if value != value:
            out.append(Metric(name, None, "mV", half_cycle=k, time_s=start, evidence=(_too_few(h, k),)))
            continue
        uncertainty = None if sigma != sigma else sigma
        out.append(Metric(name, value, "mV", uncertainty, k, start, evidence=tuple(evidence)))
    return tuple(out)


def _too_few(h: Halves, k: int) -> str:
    if not h.orderly[k]:
        return "time runs backwards inside this half-cycle"
    return f"no sample where it is needed ({int(h.stop[k] - h.first[k])} samples in this half-cycle)"


def plateau(record: Record) -> tuple[Metric, ...]:
    """Return the plateau overpotential of every half-cycle in mV."""
    return plateau_overpotential(Analysis(record))
