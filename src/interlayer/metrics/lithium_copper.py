"""Lithium against copper: which half-cycles plate, which strip to the end, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.half_voltages import half_voltages
from interlayer.metrics.halves import BoolArray, FloatArray, halves
from interlayer.metrics.levels import is_same

STEEP_V = 0.1
"""Voltage at its end from which a half-cycle may have stripped all lithium, V."""
STEEP = 3.0
"""Ratio of the voltage at the end to that in the middle, likewise."""
CUTOFF_V = 2.5
"""Above it the end of a half-cycle is a limit of the instrument, not a cut-off for stripping, V."""
SAME_CUTOFF = 0.1
"""Relative scatter of the voltages at which stripping ends."""
SAME_CHARGE = 5e-4
"""Relative difference to the charge plated before below which a time ended a half-cycle, not the lithium."""
RESERVOIR = 1.5
"""Plated charge over that of the small cycles from which it is a reservoir."""


@dataclass(frozen=True)
class Stripping:
    """Directions of a lithium-copper cell.

    Attributes
    ----------
    direction : int
        Sign of the current that strips the copper, +1 or -1; 0 if there is none.
    emptied : array of bool (h,)
        Half-cycles that strip to the cut-off.
    cutoff_V : float or None
        Median |V| at which they end.
    """

    direction: int
    emptied: BoolArray
    cutoff_V: float | None = None


def stripping(analysis: Analysis) -> Stripping:
    """Find the half-cycles that end because no lithium is left: a steep rise of |V| to one cut-off, one direction."""
    h, v = analysis.get(halves), analysis.get(half_voltages)
    with np.errstate(invalid="ignore"):
        end, middle = v.last_V * h.direction, np.abs(v.median_V)
        steep = (end >= STEEP_V) & (end >= STEEP * middle) & (end <= CUTOFF_V) & h.galvanostatic
    plus, minus = (int((steep & (h.direction == d)).sum()) for d in (1, -1))
    if plus == minus or min(plus, minus) > 0.1 * max(plus, minus):
        return Stripping(0, np.zeros(len(h), dtype=np.bool_))
    direction = 1 if plus > minus else -1
    emptied = steep & (h.direction == direction)
    cutoff = float(np.median(end[emptied]))
    emptied &= np.abs(end - cutoff) <= SAME_CUTOFF * cutoff
    return Stripping(direction, emptied, cutoff)


def looks_like_copper(analysis: Analysis) -> str:
    """Return what speaks for a lithium-copper cell in the data, or an empty text.

    A symmetric cell that runs into a voltage limit looks alike in its last half-cycle: more than one must end so,
    or the last one must follow a plated reservoir.
    """
    h = analysis.get(halves)
    found = analysis.get(stripping)
    if not found.direction or found.cutoff_V is None:
        return ""
    strips = h.direction == found.direction
    if not (~strips).any():
        return ""
    # what is stripped was plated before: never more, but for errors of counting and lithium that was there
    plated = np.cumsum(np.where(strips, -1.0, 1.0) * np.abs(h.charge_C))
    scale = float(np.abs(h.charge_C).max())
    emptied = np.flatnonzero(found.emptied)
    if (plated[emptied] < -0.1 * scale).any():
        return ""
    after_plating = emptied[emptied > 0]
    back = (
        np.abs(h.charge_C[after_plating] / h.charge_C[after_plating - 1])
        if after_plating.size
        else np.ones(1)
    )
    if abs(float(np.median(back)) - 1.0) < SAME_CHARGE and not reservoirs(analysis):
        return ""  # as long as the plating before: a time ended it, not the lithium
    share, cutoff = emptied.size / int(strips.sum()), found.cutoff_V
    often = share >= 0.5 and (emptied.size > 1 or int(strips.sum()) == 1)
    if not often and not reservoirs(analysis):
        return ""
    return (
        f"{emptied.size} of {int(strips.sum())} half-cycles with {'positive' if found.direction > 0 else 'negative'} "
        f"current end in a steep rise to {cutoff:.3g} V, none of the other direction: lithium is stripped to its end"
    )


@dataclass(frozen=True)
class Reservoir:
    """One sequence of Aurbach's method, as half-cycles.

    Attributes
    ----------
    plate : int
        Half-cycle that plates the reservoir.
    last : int
        Half-cycle that strips everything.
    cycles : int
        Small cycles between.
    reservoir_C, cycled_C, stripped_C : float
        Charges Q_T, Q_C (mean of the small stripping half-cycles) and Q_S.
    uneven : float
        Largest relative deviation of a small half-cycle from Q_C.
    """

    plate: int
    last: int
    cycles: int
    reservoir_C: float
    cycled_C: float
    stripped_C: float
    uneven: float


def reservoirs(analysis: Analysis) -> tuple[Reservoir, ...]:
    """Find sequences that plate a reservoir, cycle part of it, and strip everything."""
    h = analysis.get(halves)
    strip = analysis.get(stripping)
    if not strip.direction:
        return ()
    charge = np.abs(h.charge_C)
    found: list[Reservoir] = []
    after = 0
    for last in np.flatnonzero(strip.emptied).tolist():
        one = _reservoir(h.direction * strip.direction, charge, after, last)
        after = last + 1
        if one is not None:
            found.append(one)
    return tuple(found)


def _reservoir(way: np.ndarray, charge: FloatArray, first: int, last: int) -> Reservoir | None:
    """Sequence of half-cycles `first` to `last`: plate, (strip, plate) n times, strip to the end; way > 0 strips."""
    count = last - first + 1
    if (
        count < 4
        or count % 2
        or (way[first : last + 1 : 2] > 0).any()
        or (way[first + 1 : last + 1 : 2] < 0).any()
    ):
        return None
    small = charge[first + 1 : last]
    cycled = float(small[::2].mean())
    uneven = float(np.abs(small / cycled - 1.0).max())
    if not is_same(cycled, float(np.median(small))) or charge[first] < RESERVOIR * cycled:
        return None
    return Reservoir(first, last, small.size // 2, float(charge[first]), cycled, float(charge[last]), uneven)
