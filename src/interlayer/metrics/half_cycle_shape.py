"""Shape of the voltage within a half-cycle: start and end against the middle, and a word for it.

    start_over_middle = |V| over the first 2 % / |V| between 45 and 55 % of the half-cycle
    end_over_middle   = |V| over the last 2 %  / the same

Between lithium electrodes a high start is the nucleation of lithium or a limiting interface, a rising end the
exhaustion of a contact; an arch is read as transport through dead lithium (Chen et al., J. Mater. Chem. A 2017, 5,
11671, for liquid electrolytes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import by_half_cycle, without
from interlayer.metrics.halves import FloatArray, halves, median_by
from interlayer.metrics.overpotential import EDGE, PLATEAU, overpotentials
from interlayer.record import Record

LEVEL: Final = 0.10
"""Relative difference to the middle up to which start and end are level with it."""
MIDDLE: Final = (0.45, 0.55)
_NOISE: Final = 3.0

WORDS: Final = {
    (0, 0): "flat",
    (-1, 0): "arcing",
    (-1, -1): "arcing",
    (-1, 1): "rising",
    (0, 1): "rising",
    (1, 0): "peaking",
    (1, 1): "peaking",
    (1, -1): "falling",
    (0, -1): "falling",
}
"""Word for the signs of start and end against the middle: -1 below, 0 level with it, 1 above."""


@dataclass(frozen=True)
class Shapes:
    """Shapes of all half-cycles, arrays of one entry each, NaN (word '') where samples do not suffice.

    Attributes
    ----------
    start, middle, end : array (h,)
        |V| in V.
    tolerance : array (h,)
        Relative difference that counts: `LEVEL`, or more where the voltage is noisy.
    words : tuple of str
        'flat', 'arcing' (starts low, arches), 'peaking' (starts high), 'rising', 'falling' or ''.
    reason : str
        Why there are none, else empty.
    """

    start: FloatArray
    middle: FloatArray
    end: FloatArray
    tolerance: FloatArray
    words: tuple[str, ...]
    reason: str = ""


def shapes(analysis: Analysis) -> Shapes:
    """Measure and name the shape of every half-cycle at constant current."""
    h, o = analysis.get(halves), analysis.get(overpotentials)
    if o.reason:
        nothing = np.zeros(0)
        return Shapes(nothing, nothing, nothing, nothing, (), o.reason)
    owner, row = h.rows()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.round((h.time_s[row] - h.start_s[owner]) / h.duration_s[owner], 6)
    inside = (share >= MIDDLE[0]) & (share <= MIDDLE[1]) & h.orderly[owner]
    middle, number = median_by(owner[inside], np.abs(h.voltage_V[row[inside]]), len(h))
    # sampled too coarsely for that: the plateau is what is known of the middle
    middle = np.where((number == 0) & (o.samples > 0), o.plateau_V, middle)
    usable = h.galvanostatic & (h.stop - h.first >= 3)
    middle = np.where(usable, middle, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        # noise of one sample from the error of the plateau's median, and of the few samples at an edge
        sigma = o.plateau_stderr_V * np.sqrt(o.samples) / 1.2533
        few = np.maximum(o.samples * EDGE / (PLATEAU[1] - PLATEAU[0]), 1.0)
        of_median = (np.pi / 2.0) / np.where(number > 0, number, np.maximum(o.samples, 1))
        noise = _NOISE * np.nan_to_num(sigma) * np.sqrt(1.0 / few + of_median) / middle
        tolerance = np.maximum(LEVEL, noise)
        signs = [_sign(x / middle - 1.0, tolerance) for x in (o.start_V, o.end_V)]
    known = np.isfinite(middle) & np.isfinite(o.start_V) & np.isfinite(o.end_V) & (middle > 0)
    words = tuple(
        WORDS[a, b] if there else ""
        for a, b, there in zip(signs[0].tolist(), signs[1].tolist(), known.tolist(), strict=True)
    )
    blank = np.where(known, 1.0, np.nan)
    return Shapes(o.start_V * blank, middle * blank, o.end_V * blank, tolerance, words)


def _sign(difference: FloatArray, tolerance: FloatArray) -> np.ndarray:
    return np.where(np.abs(difference) <= tolerance, 0, np.sign(np.nan_to_num(difference))).astype(int)


def half_cycle_shapes(record: Record) -> Shapes:
    """Return the shape of the voltage within every half-cycle of a record."""
    return shapes(Analysis(record))


def start_over_middle(analysis: Analysis) -> tuple[Metric, ...]:
    """|V| just after the switch over that in the middle of each half-cycle."""
    found = analysis.get(shapes)
    return _ratio(analysis, "start_over_middle", found.start)


def end_over_middle(analysis: Analysis) -> tuple[Metric, ...]:
    """|V| at the end over that in the middle of each half-cycle."""
    found = analysis.get(shapes)
    return _ratio(analysis, "end_over_middle", found.end)


def _ratio(analysis: Analysis, name: str, edge: FloatArray) -> tuple[Metric, ...]:
    h, found = analysis.get(halves), analysis.get(shapes)
    if found.reason:
        return without(name, "1", found.reason)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = edge / found.middle
    milli = 1.0 / units.factor("mV")
    said = [
        (f"shape: {word}", f"{a:.4g} mV at the start, {b:.4g} mV in the middle, {c:.4g} mV at the end")
        for word, a, b, c in zip(
            found.words,
            (found.start * milli).tolist(),
            (found.middle * milli).tolist(),
            (found.end * milli).tolist(),
            strict=True,
        )
    ]
    missing = "the current is not constant, or too few samples"
    return by_half_cycle(h, name, "1", value, said, missing=missing)
