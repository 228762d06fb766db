"""Time until the overpotential exceeds a stated criterion and stays above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.errors import InputError
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.halves import SAME_LEVEL, FloatArray, halves
from interlayer.metrics.overpotential import overpotentials
from interlayer.metrics.short import find_short
from interlayer.record import Record

STAYS: Final = 3
"""Half-cycles in a row (or as many as follow) that must fulfil the criterion."""
REFERENCE: Final = 6
"""First half-cycles at a current level whose median is what later ones are compared with."""
DOUBLING: Final = 2.0


@dataclass(frozen=True)
class Crossing:
    """When a criterion was met.

    Attributes
    ----------
    half_cycle : int or None
        First half-cycle that fulfils it; None if none does.
    time_s : float
        Its start; if none does the end of what was looked at.
    text : str
        The criterion in words.
    reason : str
        Why it cannot be told, else empty.
    """

    half_cycle: int | None
    time_s: float
    text: str
    reason: str = ""


def time_to(record: Record, *, overpotential_V: float | None = None, factor: float | None = None) -> Crossing:
    """Find when the plateau overpotential first exceeds a limit, and stays above it.

    Parameters
    ----------
    record : Record
        Of a cell with two lithium electrodes.
    overpotential_V : float
        Limit of |V| in V, or
    factor : float
        Limit as a multiple of the median of the first half-cycles at the same current.

    Raises
    ------
    InputError
        If not exactly one of both is given, or it is not positive.
    """
    given = [x for x in (overpotential_V, factor) if x is not None]
    if len(given) != 1 or not given[0] > 0:
        raise InputError(
            "one criterion is needed, and a positive one",
            advice="overpotential_V=0.2 (in V), or factor=2 for doubling",
        )
    return crossing(Analysis(record), overpotential_V=overpotential_V, factor=factor)


def crossing(
    analysis: Analysis, *, overpotential_V: float | None = None, factor: float | None = None
) -> Crossing:
    """Find when a criterion was met; parameters as of `time_to`."""
    h, o = analysis.get(halves), analysis.get(overpotentials)
    known = np.flatnonzero(np.isfinite(o.plateau_V)) if not o.reason else np.zeros(0, dtype=np.int64)
    short = analysis.get(find_short).half_cycle
    if short is not None:
        known = known[known < short]
    if overpotential_V is not None:
        text = f"plateau overpotential above {overpotential_V / units.factor('mV'):.4g} mV"
    else:
        text = (
            f"plateau overpotential above {factor:g} times that of the first half-cycles at the same current"
        )
    if not known.size:
        return Crossing(None, 0.0, text, o.reason or "no half-cycle before a short has a plateau")
    volts = o.plateau_V[known]
    if overpotential_V is not None:
        over = volts > overpotential_V
    else:
        over = volts > (factor or DOUBLING) * _reference(np.abs(h.current_A[known]), volts)
    # fulfilled here and in the half-cycles that follow, as far as there are some
    stays = over.copy()
    for k in range(1, STAYS):
        stays[:-k] &= over[k:]
    hits = np.flatnonzero(stays)
    if not hits.size:
        ends = text if short is None else f"{text}; looked at up to the short in half-cycle {short}"
        return Crossing(None, float(h.end_s[known[-1]]), ends)
    k = int(known[hits[0]])
    return Crossing(k, float(h.start_s[k]), text)


def _reference(size: FloatArray, volts: FloatArray) -> FloatArray:
    """Median of the first half-cycles at the level of each half-cycle, shape (m,)."""
    result = np.full(volts.shape, np.nan)
    left = np.ones(size.size, dtype=np.bool_)
    while left.any():
        level = float(size[np.flatnonzero(left)[0]])
        same = left & (np.abs(size - level) <= SAME_LEVEL * np.maximum(size, level))
        result[same] = float(np.median(volts[same][:REFERENCE]))
        left &= ~same
    return result


def time_to_doubling(analysis: Analysis) -> tuple[Metric, ...]:
    """Time until the overpotential has doubled and stays so, h; a lower bound if it never did."""
    name, unit = "time_to_doubling", "h"
    found = crossing(analysis, factor=DOUBLING)
    if found.reason:
        return without(name, unit, found.reason)
    h = analysis.get(halves)
    if len(h) <= REFERENCE:
        return without(name, unit, f"{len(h)} half-cycles: too few to compare with the first {REFERENCE}")
    start = float(h.start_s[0])
    value = (found.time_s - start) / units.factor(unit)
    never = found.half_cycle is None
    evidence = (found.text, "not met" if never else f"met from half-cycle {found.half_cycle} on")
    return (
        Metric(name, value, unit, None, found.half_cycle, found.time_s, ">=" if never else None, evidence),
    )
