"""What is done to a simulated cell: currents, rests and spectra one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

HOUR: Final = 3600.0
SPECTRUM_S: Final = 180.0


@dataclass(frozen=True)
class Segment:
    """One step.

    Attributes
    ----------
    kind : 'current', 'rest' or 'spectrum'
    duration_s : float
    current_A : float
        0 outside of 'current'.
    level : int
        Number of the current level in a ramp or rate test.
    """

    kind: str
    duration_s: float
    current_A: float = 0.0
    level: int = 0


@dataclass(frozen=True)
class Programme:
    """Steps of a test.

    Attributes
    ----------
    kind : str
        Kind of test as in `interlayer.metrics.kind_of_test.KINDS`.
    segments : tuple of Segment
    levels_A : tuple of float
        |I| of each level of a ramp or rate test.
    """

    kind: str
    segments: tuple[Segment, ...]
    levels_A: tuple[float, ...] = ()

    @property
    def halves(self) -> tuple[Segment, ...]:
        """Steps with a current; their place is the number of the half-cycle."""
        return tuple(s for s in self.segments if s.kind == "current")


@dataclass(frozen=True)
class Habits:
    """What is common to the steps of a test.

    Attributes
    ----------
    rest_s : float
        Between half-cycles; 0: none.
    spectrum_every : int
        Half-cycles between spectra; 0: no spectra.
    first : int
        Direction of the first half-cycle, +1 or -1.
    """

    rest_s: float
    spectrum_every: int
    first: int


def cycling(current_A: float, half_s: float, count: int, habits: Habits) -> Programme:
    """Cycle at one current: `count` half-cycles."""
    currents = [(current_A, half_s, 0)] * count
    return Programme("symmetric cycling", _alternating(currents, habits), (current_A,))


def rate_test(levels_A: list[float], half_s: float, cycles: int, habits: Habits) -> Programme:
    """Some cycles at each of several currents."""
    currents = [(i, half_s, k) for k, i in enumerate(levels_A) for _ in range(2 * cycles)]
    return Programme("rate test", _alternating(currents, habits), tuple(levels_A))


def ramp(
    levels_A: list[float],
    half_s: float,
    cycles: int,
    habits: Habits,
    *,
    one_direction: bool,
    same_charge: bool,
) -> Programme:
    """Rising currents; `half_s` is the duration at the first level, and at all unless the charge is the same."""
    currents = [
        (i, half_s * levels_A[0] / i if same_charge else half_s, k)
        for k, i in enumerate(levels_A)
        for _ in range(1 if one_direction else 2 * cycles)
    ]
    if one_direction:
        segments = _with_pauses([Segment("current", d, habits.first * i, k) for i, d, k in currents], habits)
    else:
        segments = _alternating(currents, habits)
    return Programme("critical current ramp", segments, tuple(levels_A))


def unidirectional(current_A: float, duration_s: float, habits: Habits) -> Programme:
    """One direction at one current."""
    segments = (Segment("current", duration_s, habits.first * current_A),)
    if habits.spectrum_every:
        segments = (Segment("spectrum", SPECTRUM_S), *segments)
    return Programme("unidirectional plating", segments, (current_A,))


def _alternating(currents: list[tuple[float, float, int]], habits: Habits) -> tuple[Segment, ...]:
    signs = habits.first * (1 - 2 * (np.arange(len(currents)) % 2))
    return _with_pauses(
        [Segment("current", d, s * i, k) for s, (i, d, k) in zip(signs.tolist(), currents, strict=True)],
        habits,
    )


def _with_pauses(halves: list[Segment], habits: Habits) -> tuple[Segment, ...]:
    out: list[Segment] = []
    for k, half in enumerate(halves):
        if habits.spectrum_every and k % habits.spectrum_every == 0:
            out.append(Segment("spectrum", SPECTRUM_S, level=half.level))
        out.append(half)
        if habits.rest_s > 0:
            out.append(Segment("rest", habits.rest_s, level=half.level))
    return tuple(out)
