"""What is true of a simulated cell: which trouble it has, and since when.

Truth is declared from what the simulation did, by rules in physical terms (docs/theory/trouble.md), never from what
any detector makes of the record. What nobody could tell from a record has no place in a population: it is unclear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HARD_SHARE: Final = 0.05
"""A short is hard if less than this share of |V|/|I| remains ..."""
HARD_OHM: Final = 5.0
"""... or less than so many ohm, and less than half."""
NEAR_BORDER: Final = 1.4
"""Within this factor of the border between hard and soft a short is unclear."""
CARRIES: Final = 0.05
"""Share of the current in a shunt from which on it has begun."""
LEAST_DROP: Final = 0.12
"""Relative fall of |V| by a shunt below which it is unclear; below `NO_DROP` there is none."""
NO_DROP: Final = 0.01
SIGMAS: Final = 5.0
"""A fall must be so many standard deviations of a row's noise."""
BENIGN: Final = 3.0
"""... and exceed so many times what the sound cell does from row to row, or from half-cycle to half-cycle."""
CLOSED_AGAIN: Final = 0.02
"""A shunt is closed where it carries less than this share."""
FEWEST_ROWS: Final = 3
"""Rows of a record in which an opening must show, and that must lie after the beginning of a short."""
FLOOR_SHARE: Final = 0.6
"""A short from the start shows where |V|/|I| lies below this share of R_b + R_gb, if the record tells it ..."""
FLOOR_OHM: Final = 0.3
"""... or below this, which no cell of some cm2 is."""
FLOOR_ERROR: Final = 0.25
"""The error of a half-cycle's mean must be below this share of the floor."""
COURSE: Final = (2.0, 500.0)
"""Measures of salt between which a depletion must show `FEWEST_ROWS` rows of one half-cycle: else it is a jump."""


@dataclass(frozen=True)
class Measure:
    """From which value of its measure on a failure counts, has begun, and is none; in between it is unclear."""

    counts: float
    begun: float
    none: float


OF_CONTACT: Final = Measure(3.0, 1.3, 1.05)
"""Measure of lost contact: |V| over that of the cell without it."""
OF_RUNAWAY: Final = Measure(4.0, 1.3, 1.05)
"""Measure of a runaway: the same. Benign growth stays below threefold."""
OF_SALT: Final = Measure(20.0, 4.0, 2.5)
"""Measure of depletion: mean salt concentration over the least at an electrode."""
MEASURES: Final = {"contact_loss": OF_CONTACT, "runaway": OF_RUNAWAY, "depletion": OF_SALT}
RUNAWAY_HALVES: Final = 3
"""Half-cycles that a resistance must grow through, or it is no course of cycles that anybody could follow."""
CLIMB: Final = 1.5
"""Growth of |V| within one half-cycle that lost contact must make: it is what tells it from a growing film ..."""
REFILL: Final = 1.25
"""... and fall from the beginning of a half-cycle on, as the face that is now plated fills again; or the whole climb
from nothing to its full measure within one half-cycle. Else nobody could tell it from a runaway."""
FEWEST_TO_SEE: Final = 20
"""Rows under current that a record needs for any failure to be seen; 4 in a half-cycle that shows it ..."""
FEWEST_BEYOND: Final = 3
"""... so many of them after its beginning: one or two could be a fault of the instrument."""


@dataclass(frozen=True)
class Truth:
    """What is true of one record.

    Attributes
    ----------
    short : 'none', 'soft', 'hard' or 'recovering'
    failure : 'none', 'contact_loss', 'depletion', 'runaway' or 'instrument'
    time_s : float or None
        Test time at which the first of them began.
    half_cycle : int or None
        Half-cycle in which that was, from 0, rests not counted.
    short_s, short_half_cycle : float, int or None
        The same of the short alone.
    complete_s, complete_half_cycle : float, int or None
        When the shunt first had its full effect; a short that opens slowly begins somewhere in between.
    half_s : float or None
        Duration of the half-cycle in which the short began.
    ccd_A : tuple of (float or None, float or None), or None
        Of ramps: current of the last level that passed, and of the level in which the short began; (None, x): the
        first level failed, (x, None): none failed. None for other tests and for ramps that another failure ended.
    kind : str
        Kind of test as in `interlayer.metrics.kind_of_test.KINDS`.
    family : str
        Mechanism that made the trouble, or the healthy behaviour.
    electrolyte : str
        'ceramic', 'sulfide', 'polymer' or 'liquid'.
    noise : float
        Standard deviation of a row's voltage over the median |V| under current.
    """

    short: str
    failure: str
    time_s: float | None
    half_cycle: int | None
    short_s: float | None = None
    short_half_cycle: int | None = None
    complete_s: float | None = None
    complete_half_cycle: int | None = None
    half_s: float | None = None
    ccd_A: tuple[float | None, float | None] | None = None
    kind: str = ""
    family: str = ""
    electrolyte: str = ""
    noise: float = 0.0

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong with cell or instrument."""
        return self.short == "none" and self.failure == "none"


@dataclass(frozen=True)
class Trace:
    """What the simulation knows of each row under current, in the order of time.

    Attributes
    ----------
    time_s, half_cycle : array (n,)
    current_A : array (n,)
        Imposed, with its sign.
    sound_V : array (n,)
        |V| of the same cell at the same time without its shunt.
    voltage_V : array (n,)
        |V| with it, without noise.
    shunt_share : array (n,)
        Part of the current that the shunt carries.
    failing : dict of str to array (n,)
        By failure its measure, see `MEASURES`.
    noise_V : array (n,)
        Standard deviation of the row's voltage: noise and digits of the range.
    """

    time_s: FloatArray
    half_cycle: IntArray
    current_A: FloatArray
    sound_V: FloatArray
    voltage_V: FloatArray
    shunt_share: FloatArray
    failing: dict[str, FloatArray]
    noise_V: FloatArray


@dataclass(frozen=True)
class ShortTruth:
    """Kind and beginning of a short; kind 'unclear' if nobody could tell."""

    kind: str
    row: int | None = None
    complete_row: int | None = None


def short_of(trace: Trace, *, from_start: bool = False, floor_ohm: float | None = None) -> ShortTruth:
    """Declare the short of a trace.

    Parameters
    ----------
    trace : Trace
    from_start : bool
        Whether the shunt was there before the first current: there is no fall to be seen then, and what remains must
        lie below what the cell can be.
    floor_ohm : float or None
        R_b + R_gb of the sound cell, if the record's reader can know it.
    """
    share = trace.shunt_share
    if not share.size or share.max() < NO_DROP:
        return ShortTruth("none")
    open_ = _in_enough_rows(share > CARRIES)
    fall = np.where(open_, 1.0 - trace.voltage_V / np.maximum(trace.sound_V, 1e-300), 0.0)
    if not open_.any():
        return ShortTruth("unclear")
    row = int(np.argmax(open_))
    changes = np.flatnonzero(np.diff(open_.astype(np.int8)))
    comes_and_goes = bool((share[row:] < CLOSED_AGAIN).any()) and changes.size >= 2
    deep = fall >= 0.8 * float(np.quantile(fall[open_], 0.9))
    full = int(np.argmax(deep))
    kind = _hard_or_soft(trace, open_)
    if from_start:
        # nobody has seen the sound cell: what remains is compared with R_b + R_gb, or is next to nothing
        kind = "hard" if floor_ohm is None else _hard_or_soft(trace, open_, floor_ohm)
        return ShortTruth(kind if _below_floor(trace, floor_ohm) else "unclear", row, row)
    if comes_and_goes:
        kind = "recovering" if _closes_for_good_or_flickers(open_, row) else "unclear"
    if kind != "unclear" and not identifiable(trace, row, full, fall):
        kind = "unclear"
    return ShortTruth(kind, int(np.argmax(share > CARRIES)), full)


def _in_enough_rows(open_: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out openings that the record shows in fewer than `FEWEST_ROWS` rows: stray rows to anybody."""
    edges = np.flatnonzero(np.diff(open_.astype(np.int8), prepend=0, append=0))
    begin, end = edges[0::2], edges[1::2]
    seen = np.zeros_like(open_)
    for first, last in zip(begin.tolist(), end.tolist(), strict=True):
        if last - first >= FEWEST_ROWS:
            seen[first:last] = True
    return seen


def _below_floor(trace: Trace, floor_ohm: float | None) -> bool:
    """Whether what remains lies below what the cell can be, by more than the noise of a half-cycle's mean."""
    remaining = trace.voltage_V / np.abs(trace.current_A)
    rows = remaining.size / np.unique(trace.half_cycle).size
    error = float(np.median(trace.noise_V / np.abs(trace.current_A))) / np.sqrt(rows)
    floors = [FLOOR_OHM] if floor_ohm is None else [FLOOR_OHM, FLOOR_SHARE * floor_ohm]
    return any(float(np.quantile(remaining, 0.8)) < floor and error < FLOOR_ERROR * floor for floor in floors)


def _hard_or_soft(trace: Trace, open_: NDArray[np.bool_], whole_ohm: float | None = None) -> str:
    """Kind by what remains once the shunt is open, of the sound cell, or of `whole_ohm`."""
    remaining = np.median(trace.voltage_V[open_] / np.abs(trace.current_A[open_]))
    whole = trace.sound_V[open_] / np.abs(trace.current_A[open_]) if whole_ohm is None else whole_ohm
    share = np.median(trace.voltage_V[open_] / np.abs(trace.current_A[open_]) / whole)
    ohm_counts = share < 0.5
    hard = share < HARD_SHARE or (ohm_counts and remaining < HARD_OHM)
    if hard:
        sure = share < HARD_SHARE / NEAR_BORDER or (share < 0.4 and remaining < HARD_OHM / NEAR_BORDER)
    else:
        sure = share > HARD_SHARE * NEAR_BORDER and remaining > HARD_OHM * NEAR_BORDER
    return "unclear" if not sure else "hard" if hard else "soft"


def _closes_for_good_or_flickers(open_: NDArray[np.bool_], row: int) -> bool:
    """Whether the shunt is closed at the end or goes on coming and going; one that opens and stays is no such."""
    after = open_[row:]
    last_closed = int(np.flatnonzero(~after)[-1])
    return after.size - 1 - last_closed < 0.2 * after.size


def identifiable(trace: Trace, row: int, full: int, fall: FloatArray) -> bool:
    """Whether the fall that a shunt makes could be told by anybody from this record.

    It could if enough rows lie behind it, and either it is sudden against noise and against what the sound cell does
    from row to row in that half-cycle, or the half-cycle's level falls by more than the sound cell's level changes from
    half-cycle to half-cycle.
    """
    depth = float(fall[full])
    if trace.time_s.size - row < FEWEST_ROWS or depth < LEAST_DROP:
        return False
    noise = float(np.median(trace.noise_V / np.maximum(trace.sound_V, 1e-300)))
    if depth < SIGMAS * noise:
        return False
    ohm = trace.sound_V / np.abs(trace.current_A)
    half = trace.half_cycle[row]
    same = np.flatnonzero(trace.half_cycle == half)
    late = same[same.size // 10 :]
    sudden = full - row <= 3 and trace.half_cycle[full] == half
    steps = np.abs(np.diff(np.log(ohm[late]))) if late.size > 2 else np.array([np.inf])
    if sudden and depth > BENIGN * float(steps.max(initial=0.0)) and row - same[0] >= FEWEST_ROWS:
        return True
    near = (trace.half_cycle >= half - 6) & (trace.half_cycle <= half + 6)
    numbers = trace.half_cycle[near]
    _, where = np.unique(numbers, return_inverse=True)
    level = np.bincount(where, weights=np.log(ohm[near])) / np.bincount(where)
    if level.size < 3:
        return False
    benign = float(np.abs(np.diff(level)).max())
    return -np.log1p(-min(depth, 0.999)) > BENIGN * benign


def failure_of(trace: Trace, *, electrolyte_known: bool = False) -> tuple[str, int | None]:
    """Declare the failure of a trace: its name, or 'none' or 'unclear', and the row at which it began.

    Parameters
    ----------
    trace : Trace
    electrolyte_known : bool
        Whether the record says what conducts. If it does not, only what comes after tells depletion, which remembers,
        from lost contact, which does not.
    """
    found: list[tuple[int, str]] = []
    for name, value in trace.failing.items():
        measure = MEASURES[name]
        if float(value.max(initial=0.0)) < measure.none:
            continue
        if not _visible(trace, name, value, measure, electrolyte_known=electrolyte_known):
            return "unclear", None
        found.append((int(np.argmax(value >= measure.begun)), name))
    if not found:
        return "none", None
    row, name = min(found)
    return name, row


def _visible(
    trace: Trace, name: str, value: FloatArray, measure: Measure, *, electrolyte_known: bool
) -> bool:
    """Whether a failure goes far enough, and in enough rows, for anybody to see and to name it."""
    bad = np.unique(trace.half_cycle[value >= measure.counts])
    if not bad.size or value.size < FEWEST_TO_SEE:
        return False
    begun = trace.half_cycle[int(np.argmax(value >= measure.begun)) :]
    rows = np.bincount(trace.half_cycle)
    if name == "runaway":
        return np.unique(begun).size >= RUNAWAY_HALVES
    beyond = np.bincount(trace.half_cycle[value >= measure.begun], minlength=rows.size)
    if (
        rows[bad].max() < 4
        or beyond[bad].max() < FEWEST_BEYOND
        or not (electrolyte_known or _goes_on(trace, bad if name == "depletion" else np.unique(begun)))
    ):
        return False
    if name == "depletion":
        rising = (value >= COURSE[0]) & (value <= COURSE[1])
        course = np.bincount(trace.half_cycle[rising], minlength=rows.size)[bad]
        return course.max() >= FEWEST_ROWS and (bad.size >= 2 or bad[-1] == trace.half_cycle[-1])
    first = np.flatnonzero(np.diff(trace.half_cycle, prepend=-1))
    most, least = np.maximum.reduceat(value, first), np.minimum.reduceat(value, first)
    sudden = (value[first] < measure.begun) & (most >= measure.counts)
    refills = value[first] / least >= REFILL
    return float((most / least).max()) >= CLIMB and bool(sudden.any() or refills.any())


def _goes_on(trace: Trace, shows: IntArray) -> bool:
    """Whether the record has three half-cycles, and one after one that shows a failure: memory is seen, or none."""
    halves = np.unique(trace.half_cycle)
    return halves.size >= 3 and bool(shows[0] < halves[-1])
