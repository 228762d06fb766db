"""A step of a protocol as the inner loop takes it: what is imposed, for how long, and what ends it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.build import Built
from interlayer.errors import ProtocolError
from interlayer.protocol import CurrentStep, RestStep, Stop, VoltageStep, print_sentence
from interlayer.stepping import Limits
from interlayer.system import is_full

VOLTAGE_LIMIT: Final = 5.0
"""V; a run ends there as a cycler's safety limit would end it."""
LONGEST: Final = 1000 * 3600.0
"""s; a step that only a voltage or current ends is given up after this time."""
_HOLD_GUESS: Final = 3600.0
"""s; a first guess at how long a held voltage takes until its current has fallen."""


@dataclass(frozen=True)
class Stage:
    """One flat step as the inner loop takes it."""

    index: int
    cycle: int
    hold: bool
    target: float
    duration: float
    temperature: float | None
    """K; None for the cell's own."""
    limits: Limits
    """Where it ends before its time, each a float."""
    again: bool
    """Whether `duration` is only a guess: without a limit met by then it goes on for longer."""
    step: CurrentStep | RestStep | VoltageStep

    @property
    def limited(self) -> bool:
        """Whether it has a limit of its own beside the safety's."""
        return self.limits != _safety(self.hold)

    @property
    def text(self) -> str:
        """The step as a sentence; made when something happened in it."""
        return print_sentence(self.step)


def stage_of(index: int, cycle: int, step: CurrentStep | RestStep | VoltageStep, made: Built) -> Stage:
    """Translate a step into imposed current or voltage, duration and limits.

    Raises
    ------
    ProtocolError
        For a C-rate where the cell does not say what 1C is, or a step without an end.
    """
    area = float(made.system.area)
    where = f"step {index + 1} '{print_sentence(step)}'"
    hold = isinstance(step, VoltageStep)
    target = step.voltage if isinstance(step, VoltageStep) else 0.0
    if isinstance(step, CurrentStep):
        if step.c_rate is not None:
            target = step.c_rate * _one_c(made, where) / area
        else:
            target = step.areal if step.areal is not None else (step.total or 0.0) / area
    durations = [
        d for d in (_duration(stop, target, area, hold=hold) for stop in step.stops) if d is not None
    ]
    others = [s for s in step.stops if s.quantity != "time"]
    if not durations and not others:
        raise ProtocolError("the step has no end", where=where, advice='add "for 1 hour"')
    full = is_full(made.system)
    guess = _guess(made, target, hold=hold) if full else LONGEST
    limits = _limits(others, target, area, made, where, hold=hold)
    if full:
        limits = limits._replace(metal=0.0)
    duration = min(durations) if durations else guess
    return Stage(
        index,
        cycle,
        hold,
        float(target),
        float(duration),
        step.temperature,
        limits,
        not durations and duration < LONGEST,
        step,
    )


def _guess(made: Built, target: float, *, hold: bool) -> float:
    """How long a step of a full cell may last until its limit is met, s; longer if that was too short."""
    if hold or not target:
        return _HOLD_GUESS
    return min(1.02 * made.areal_capacity / abs(target), LONGEST)


def _one_c(made: Built, where: str) -> float:
    """Current of 1C, A.

    Raises
    ------
    ProtocolError
        If the cell has no cathode.
    """
    if made.one_c_A is None:
        raise ProtocolError(
            "a C-rate needs an active mass and the mAh/g that defines 1C; a Li|Li cell has neither",
            where=where,
            advice='write "Plate at 0.1 mA/cm2 for 1 hour"',
        )
    return made.one_c_A


def _duration(stop: Stop, target: float, area: float, *, hold: bool) -> float | None:
    """Time after which a stop is met, s, where that is known beforehand."""
    if stop.quantity == "time":
        return stop.value
    if stop.quantity in ("areal_capacity", "capacity") and not hold:
        charge = stop.value / (area if stop.quantity == "capacity" else 1.0)
        return abs(charge / target) if target else None
    return None


def _safety(hold: bool) -> Limits:
    """Limits of a stage without stops."""
    safety = np.inf if hold else VOLTAGE_LIMIT
    return Limits(safety, -safety, -np.inf, np.inf, np.inf, -np.inf)


def _limits(stops: list[Stop], target: float, area: float, made: Built, where: str, *, hold: bool) -> Limits:
    """Limits of a stage from its stops, each a float; a current that is imposed also ends at the safety limit."""
    found = _safety(hold)
    for stop in stops:
        value = stop.value
        if stop.quantity == "voltage":
            rising = stop.comparison == ">=" or (stop.comparison == "crosses" and target >= 0.0)
            if rising:
                found = found._replace(highest=min(found.highest, value))
            else:
                low = -value if stop.comparison == "crosses" and not is_full(made.system) else value
                found = found._replace(lowest=max(found.lowest, low))
            continue
        if stop.quantity in ("areal_capacity", "capacity"):
            if hold:
                found = found._replace(charge=value / (area if stop.quantity == "capacity" else 1.0))
            continue
        if stop.quantity == "c_rate":
            value = value * _one_c(made, where) / area
        elif stop.quantity == "current":
            value = value / area
        if stop.comparison == ">=":
            found = found._replace(largest=min(found.largest, value))
        else:
            found = found._replace(smallest=max(found.smallest, value))
    return found
