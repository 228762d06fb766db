"""How the current levels of a test follow each other: one level, rising to the end, or several and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.levels import Level, is_same, levels
from interlayer.metrics.short import find_short

RISING: Final = "rising"
SEVERAL: Final = "several"
LEAST_LEVELS: Final = 3
"""Different currents from which a test is a ramp or a rate test; two are a formation and a test."""
MOST_FORMING: Final = 3
"""Levels before a long last one that are still taken for a formation."""
FORMED: Final = 5.0
FORMED_HALF_CYCLES: Final = 20
"""The last level is long if it has so many half-cycles, and `FORMED` times as many as the levels before it."""
MANY_HALF_CYCLES: Final = 6
"""Uneven steps with as many half-cycles each, or more, are a rate test that ended early, not a ramp."""
EVEN: Final = 1.5
"""Largest over smallest step up to which the steps of a ramp are even."""
_FEW_HALF_CYCLES: Final = 2


@dataclass(frozen=True)
class CurrentSteps:
    """Order of the current levels.

    Attributes
    ----------
    order : str
        'rising' (a ramp), 'several' (a rate test) or '' (neither).
    text : str
        In words.
    """

    order: str
    text: str


def current_steps(analysis: Analysis) -> CurrentSteps:
    """Tell a ramp from a rate test.

    A ramp rises to its end, or to a short after which a lower current may follow. A rate test returns to a current
    that it has had, or does not rise throughout.
    """
    found = analysis.get(levels)
    different = _different(found)
    if len(different) < LEAST_LEVELS:
        listed = ", ".join(_mA(x) for x in different)
        return CurrentSteps(
            "", f"current level{'s' if len(different) != 1 else ''} {listed or 'not constant'}"
        )
    if (formed := _after_formation(found, len(different))) is not None:
        before = ", ".join(_mA(x.current_A) for x in found if x.first < formed.first)
        return CurrentSteps("", f"current level {_mA(formed.current_A)} after a formation at {before}")
    run = _longest_rise(found)
    count = float(np.median([x.count for x in run]))
    rise = (
        f"{len(run)} rising current levels from {_mA(run[0].current_A)} to {_mA(run[-1].current_A)}, "
        f"{count:g} half-cycles each"
    )
    if len(run) < LEAST_LEVELS:
        return CurrentSteps(SEVERAL, f"{len(different)} current levels that do not rise throughout")
    after = [x for x in found if x.first >= run[-1].stop]
    if not after and count >= MANY_HALF_CYCLES and not _even(run):
        return CurrentSteps(SEVERAL, f"{rise}: uneven steps and many cycles each, ended before it returned")
    if not after:
        return CurrentSteps(RISING, f"{rise}, to the end")
    back = f"then back to {_mA(after[0].current_A)}"
    short = analysis.get(find_short)
    failed = short.half_cycle is not None and run[0].first <= short.half_cycle < run[-1].stop
    if count <= _FEW_HALF_CYCLES and failed:
        return CurrentSteps(RISING, f"{rise}, {back} after the cell had failed")
    return CurrentSteps(SEVERAL, f"{rise}, {back}")


def _after_formation(found: tuple[Level, ...], different: int) -> Level | None:
    """The last level, if it is far longer than the few before it: those were a formation, no ramp."""
    last, before = found[-1], found[:-1]
    usual = float(np.median([x.count for x in before]))
    is_long = last.count >= FORMED_HALF_CYCLES and last.count > FORMED * usual
    return last if is_long and different <= MOST_FORMING + 1 and len(before) <= MOST_FORMING else None


def _even(run: tuple[Level, ...]) -> bool:
    """Whether all steps of a rise are of like size."""
    steps = np.diff([x.current_A for x in run])
    return float(steps.max()) <= EVEN * float(steps.min())


def _different(found: tuple[Level, ...]) -> list[float]:
    """Different currents in the order in which they first occur, A."""
    seen: list[float] = []
    for level in found:
        if not any(is_same(level.current_A, x) for x in seen):
            seen.append(level.current_A)
    return seen


def _longest_rise(found: tuple[Level, ...]) -> tuple[Level, ...]:
    best: tuple[Level, ...] = ()
    run: list[Level] = []
    for level in found:
        rises = bool(run) and level.current_A > run[-1].current_A
        if run and not (rises and not is_same(level.current_A, run[-1].current_A)):
            run = []
        run.append(level)
        if len(run) > len(best):
            best = tuple(run)
    return best


def _mA(current_A: float) -> str:  # noqa: N802
    return f"{current_A / units.factor('mA'):.4g} mA"
