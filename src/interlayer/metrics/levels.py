"""Current levels of a test: runs of half-cycles with one |I|."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import SAME_LEVEL, Halves, halves


@dataclass(frozen=True)
class Level:
    """Half-cycles `first` to `stop` (excluded) with one absolute current."""

    first: int
    stop: int
    current_A: float

    @property
    def count(self) -> int:
        """Half-cycles in it."""
        return self.stop - self.first


def levels(analysis: Analysis) -> tuple[Level, ...]:
    """Return runs of galvanostatic half-cycles with one |I| within 2 %, in the order of time."""
    h = analysis.get(halves)
    if not len(h):
        return ()
    size, constant = np.abs(h.current_A).tolist(), h.galvanostatic.tolist()
    found: list[Level] = []
    first: int | None = None
    for k in range(len(h) + 1):
        ends = k == len(h) or not constant[k]
        if first is not None and (ends or not is_same(size[k], size[first])):
            found.append(Level(first, k, float(np.median(size[first:k]))))
            first = None
        if first is None and not ends:
            first = k
    return tuple(found)


def is_same(one_A: float, other_A: float) -> bool:
    """Whether two absolute currents are the same level."""
    return abs(one_A - other_A) <= SAME_LEVEL * max(one_A, other_A)


def mode(h: Halves, first: int, stop: int) -> str:
    """Return 'time-constant', 'capacity-constant' or 'mixed' for half-cycles `first` to `stop`."""
    duration, charge = h.duration_s[first:stop], np.abs(h.charge_C[first:stop])
    if _steady(duration):
        return "time-constant"
    return "capacity-constant" if _steady(charge) else "mixed"


def _steady(values: np.ndarray) -> bool:
    """Whether nine tenths of the values lie within 5 % of their median."""
    median = float(np.median(values))
    return median > 0 and float(np.quantile(np.abs(values - median), 0.9)) <= 0.05 * median
