"""The tests that the field runs again and again, as lists of steps made from a few numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from interlayer import units
from interlayer.errors import ProtocolError
from interlayer.protocol.blocks import Block, Entry, check_repeat
from interlayer.protocol.sentences import EXAMPLES, parse_sentence
from interlayer.protocol.steps import CurrentStep, ImpedanceStep, RestStep, Step, Stop, VoltageStep

First = Literal["Plate", "Strip"]


def cycling(
    current_density: str,
    half_cycle: str,
    cycles: int,
    rest: str | None,
    eis_at_cycles: Sequence[int] | None,
    eis: str,
    first: First,
) -> list[Entry]:
    """Return galvanostatic cycles with spectra before, between and after them."""
    check_repeat(cycles, name="cycles")
    areal = _positive(current_density, "current_density")
    cycle = _cycle(areal, _half_cycle(half_cycle), rest, first)
    return _with_spectra(cycle, cycles, eis_at_cycles, eis)


def full_cell_cycling(
    rate: str,
    cycles: int,
    upper: str,
    lower: str,
    cv_until: str | None,
    rest: str | None,
    eis_at_cycles: Sequence[int] | None,
    eis: str,
) -> list[Entry]:
    """Return cycles of a full cell between two voltages, charge first, with spectra."""
    check_repeat(cycles, name="cycles")
    cycle = _full_cycle(rate, rate, upper, lower, cv_until, rest)
    return _with_spectra(cycle, cycles, eis_at_cycles, eis)


def rate_capability(
    rates: Sequence[str],
    cycles: int,
    upper: str,
    lower: str,
    cv_until: str | None,
    rest: str | None,
    charge_rate: str | None,
) -> list[Entry]:
    """Return `cycles` cycles of a full cell at each of several rates, charge first."""
    check_repeat(cycles, name="cycles")
    given: object = rates
    if isinstance(given, str) or not rates:
        raise ProtocolError(
            "rate capability needs a list of C-rates", where="rates", advice='write ["0.1C", "0.5C", "0.1C"]'
        )
    return [
        entry
        for rate in rates
        for entry in _times(_full_cycle(charge_rate or rate, rate, upper, lower, cv_until, rest), cycles)
    ]


def _with_spectra(
    cycle: list[Step], cycles: int, eis_at_cycles: Sequence[int] | None, eis: str
) -> list[Entry]:
    """Return a cycle many times with spectra: before the first, half way and at the end, or where asked for."""
    marks = sorted(set((0, cycles // 2, cycles) if eis_at_cycles is None else eis_at_cycles))
    outside = [m for m in marks if not 0 <= m <= cycles]
    if outside:
        raise ProtocolError(
            f"a spectrum at cycle {outside[0]} of {cycles}",
            where="eis_at_cycles",
            advice=f"give cycles from 0 (before the first) to {cycles} (after the last)",
        )
    spectrum = parse_sentence(eis, where="eis")
    if not isinstance(spectrum, ImpedanceStep):
        raise ProtocolError(f'"{eis}" is not a spectrum', where="eis", advice=f'write "{EXAMPLES["EIS"]}"')
    entries: list[Entry] = []
    done = 0
    for mark in marks:
        if mark > done:
            entries += _times(cycle, mark - done)
        entries.append(spectrum)
        done = mark
    if cycles > done:
        entries += _times(cycle, cycles - done)
    return entries


def critical_current_ramp(
    start: str,
    step: str,
    end: str,
    half_cycle: str | None,
    capacity: str | None,
    cycles_per_step: int,
    rest: str | None,
    first: First,
) -> list[Entry]:
    """Return cycles at a current density that rises from `start` by `step` to at most `end`."""
    if half_cycle is not None and capacity is not None:
        raise ProtocolError(
            "a ramp is time-constant or capacity-constant", advice="give half_cycle or capacity, not both"
        )
    check_repeat(cycles_per_step, name="cycles_per_step")
    stop = _half_cycle(half_cycle or "1 hour") if capacity is None else _capacity(capacity)
    # Decimal fractions, so that the steps are 0.15 and not 0.15000000000000002.
    low, rise, high = (
        Fraction(repr(_positive(text, name)))
        for text, name in ((start, "start"), (step, "step"), (end, "end"))
    )
    if high < low:
        raise ProtocolError(f"the ramp ends at {end}, below its start {start}", advice="give end above start")
    steps = (high - low) // rise + 1
    if steps > 10_000:
        raise ProtocolError(f"a ramp of {steps} steps", where="step", advice="give a larger step")
    densities = [float(low + k * rise) for k in range(int(steps))]
    return [e for areal in densities for e in _times(_cycle(areal, stop, rest, first), cycles_per_step)]


def rate_test(
    currents: Sequence[str],
    half_cycle: str,
    cycles: int,
    back_to: str | None,
    rest: str | None,
    first: First,
) -> list[Entry]:
    """Return `cycles` cycles at each current density, and at `back_to` once more."""
    check_repeat(cycles, name="cycles")
    given: object = currents
    if isinstance(given, str) or not currents:
        raise ProtocolError(
            "a rate test needs a list of current densities",
            where="currents",
            advice='write ["0.05 mA/cm2", "0.1 mA/cm2"]',
        )
    stop = _half_cycle(half_cycle)
    densities = [_positive(text, "currents") for text in currents]
    if back_to is not None:
        densities.append(_positive(back_to, "back_to"))
    return [e for areal in densities for e in _times(_cycle(areal, stop, rest, first), cycles)]


def bruce_vincent(voltage: str, duration: str, rest: str | None, eis: str) -> list[Entry]:
    """Return a small voltage held until the current is steady, with a spectrum before and after."""
    held = VoltageStep(
        _positive(voltage, "voltage", "V"), (Stop("time", _positive(duration, "duration", "s")),)
    )
    spectrum = parse_sentence(eis, where="eis")
    if not isinstance(spectrum, ImpedanceStep):
        raise ProtocolError(f'"{eis}" is not a spectrum', where="eis", advice=f'write "{EXAMPLES["EIS"]}"')
    pause = [] if rest is None else [RestStep((Stop("time", _positive(rest, "rest", "s")),))]
    return [*pause, spectrum, held, spectrum]


def _full_cycle(
    charge: str, discharge: str, upper: str, lower: str, cv_until: str | None, rest: str | None
) -> list[Step]:
    """Charge, hold if asked for, and discharge, a rest after each direction."""
    charging, high = _until_voltage("Charge", charge, upper, "upper")
    discharging, low = _until_voltage("Discharge", discharge, lower, "lower")
    if high is not None and low is not None and low >= high:
        raise ProtocolError(
            f"lower = {lower} is not below upper = {upper}",
            advice='write for instance lower = "2.5 V" and upper = "4.0 V"',
        )
    steps: list[Step] = [charging]
    if cv_until is not None:
        # The sentence knows all that a current may be written as.
        held = parse_sentence(f"Hold at 1 V until {cv_until}", where="cv_until")
        if not (isinstance(held, VoltageStep) and [s.comparison for s in held.stops] == ["<="]):
            raise ProtocolError(
                f'"{cv_until}" is no current', where="cv_until", advice='write cv_until = "0.05C"'
            )
        steps.append(VoltageStep(math.inf if high is None else high, held.stops, at_cutoff=high is None))
    pause = [] if rest is None else [RestStep((Stop("time", _positive(rest, "rest", "s")),))]
    return [*steps, *pause, discharging, *pause]


def _until_voltage(
    verb: Literal["Charge", "Discharge"], rate: str, end: str, name: str
) -> tuple[CurrentStep, float | None]:
    """Return a step that ends at a voltage, and that voltage; None stands for the cell's own cut-off."""
    step = parse_sentence(f"{verb} at {rate} for 1 s", where="rate")
    if not (isinstance(step, CurrentStep) and len(step.stops) == 1):
        raise ProtocolError(f'"{rate}" is no rate', where="rate", advice='write rate = "0.5C"')
    if end.strip().lower() == "cut-off":
        return replace(step, stops=(Stop("cutoff"),)), None
    voltage = _positive(end, name, "V")
    return replace(step, stops=(Stop("voltage", voltage),)), voltage


def _times(steps: list[Step], repeat: int) -> list[Entry]:
    return [Block(steps, repeat)] if repeat > 1 else [*steps]


def _cycle(areal: float, stop: Stop, rest: str | None, first: First) -> list[Step]:
    if first not in ("Plate", "Strip"):
        raise ProtocolError(f"first = '{first}'", advice="write first = 'Plate' or 'Strip'")
    plate, strip = CurrentStep(areal=-areal, stops=(stop,)), CurrentStep(areal=areal, stops=(stop,))
    halves = (plate, strip) if first == "Plate" else (strip, plate)
    if rest is None:
        return list(halves)
    pause = RestStep((Stop("time", _positive(rest, "rest", "s")),))
    return [halves[0], pause, halves[1], pause]


def _half_cycle(text: str) -> Stop:
    value, unit = units.parse_either(text, ("s", "C/m2"), where="half_cycle")
    return Stop("time" if unit == "s" else "areal_capacity", value)


def _capacity(text: str) -> Stop:
    return Stop("areal_capacity", units.parse(text, "C/m2", where="capacity"))


def _positive(text: str, name: str, unit: str = "A/m2") -> float:
    value = units.parse(text, unit, where=name)
    if value <= 0:
        raise ProtocolError(f'"{text}"', where=name, advice="give a number above zero")
    return value
