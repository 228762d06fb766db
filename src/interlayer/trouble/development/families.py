"""How the mechanisms of this folder become cells: the families and their shares."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.development import arcing, drift, formation, telegraph_shunt
from interlayer.trouble.development.asymmetry import Asymmetry
from interlayer.trouble.development.clipped_range import ClippedRange
from interlayer.trouble.development.depletion import Depletion
from interlayer.trouble.development.first_shunt import FirstShunt
from interlayer.trouble.development.gap import Gap
from interlayer.trouble.development.kinetics import Kinetics
from interlayer.trouble.development.lost_current import LostCurrent
from interlayer.trouble.development.lost_lead import LostLead
from interlayer.trouble.development.runaway import Runaway
from interlayer.trouble.development.set_clock import SetClock
from interlayer.trouble.development.spikes import Spikes
from interlayer.trouble.development.sudden_shunt import SuddenShunt
from interlayer.trouble.development.temperature import TemperatureStep, TemperatureSwing
from interlayer.trouble.development.thickening_shunt import ThickeningShunt
from interlayer.trouble.development.voids import Voids
from interlayer.trouble.family import (
    CYCLING,
    PLATING,
    RAMP,
    RATE,
    SOLID,
    Built,
    Family,
    Part,
)
from interlayer.trouble.mechanism import Fault, Mechanism, Plan
from interlayer.trouble.specimen import log_uniform

Rng = np.random.Generator


def background(rng: Rng, plan: Plan) -> Built:
    """What is benign and may occur in every cell, sound or not."""
    found: list[Mechanism] = []
    faults: list[Fault] = []
    if rng.random() < 0.35:
        swing = rng.uniform(0.3, 4.0)
        found.append(TemperatureSwing(plan.specimen, swing, rng.random()))
    if rng.random() < 0.6:
        found.append(drift.draw(rng, plan))
    if rng.random() < 0.25 and plan.programme.kind in (CYCLING, RATE):
        found.append(formation.draw(rng))
    if plan.specimen.electrolyte == "liquid" and rng.random() < 0.85:
        found.append(arcing.draw(rng))
    if rng.random() < 0.3:
        found.append(Asymmetry(rng.uniform(-0.25, 0.25)))
    if rng.random() < 0.3:
        found.append(Kinetics(max(plan.programme.levels_A) * log_uniform(rng, 0.3, 10.0)))
    if rng.random() < 0.15:
        faults.append(Spikes(0.0, rng.uniform(0.1, 1.0), at_switches=True))
    if rng.random() < 0.1 and plan.programme.kind in (CYCLING, RATE):
        begin = rng.uniform(0.2, 0.6)
        faults.append(Gap(begin, begin + rng.uniform(0.02, 0.12)))
    if rng.random() < 0.2 and plan.programme.kind != RAMP:
        faults.append(Gap(1.0 - 0.8 / len(plan.programme.halves) * rng.random(), 1.0))
    return Built(found, faults)


def _healthy(_rng: Rng, _plan: Plan) -> Built:
    return Built()


def _warmed(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.3, 0.7)
    begin = _time_of(plan, half) + share * plan.duration_s(half)
    step = rng.choice([-1.0, 1.0]) * rng.uniform(5.0, 25.0)
    return Built([TemperatureStep(plan.specimen, float(step), begin, log_uniform(rng, 900.0, 5400.0))])


def _hard(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng)
    remaining = log_uniform(rng, 0.002, 0.03)
    conductance = (1.0 / remaining - 1.0) / plan.specimen.total_ohm
    rise = plan.duration_s(half) * log_uniform(rng, 1e-4, 0.05)
    return Built([SuddenShunt(conductance, half, share, rise)], last_half=_end_after(rng, half))


def _soft(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng)
    rise = plan.duration_s(half) * log_uniform(rng, 1e-4, 0.05)
    return Built(
        [SuddenShunt(_soft_conductance(rng, plan), half, share, rise)], last_half=_end_after(rng, half)
    )


def _end_after(rng: Rng, half: int) -> int | None:
    """Somebody often ends a test some half-cycles after a short."""
    return half + 1 + int(rng.geometric(0.15)) if rng.random() < 0.4 else None


def _thickening(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.2, 0.7)
    halves = log_uniform(rng, 0.2, 2.5)
    return Built([ThickeningShunt(_soft_conductance(rng, plan), half, share, halves)])


def _soft_conductance(rng: Rng, plan: Plan) -> float:
    return 1.0 / (log_uniform(rng, 0.08, 5.0) * plan.specimen.total_ohm)


def _recovering(rng: Rng, plan: Plan) -> Built:
    conductance = 1.0 / (log_uniform(rng, 0.03, 4.0) * plan.specimen.total_ohm)
    return Built([telegraph_shunt.draw(rng, plan, conductance)])


def _hard_from_start(rng: Rng, plan: Plan) -> Built:
    ohm = log_uniform(rng, 0.02, 1.0) if plan.specimen.described else log_uniform(rng, 0.02, 0.28)
    return Built([FirstShunt(1.0 / ohm - 1.0 / plan.specimen.total_ohm)], shorted_from_start=True)


def _soft_from_start(rng: Rng, plan: Plan) -> Built:
    ohm = plan.specimen.floor_ohm * rng.uniform(0.1, 0.55)
    return Built([FirstShunt(1.0 / ohm - 1.0 / plan.specimen.total_ohm)], shorted_from_start=True)


def _contact_loss(rng: Rng, plan: Plan) -> Built:
    programme = plan.programme
    halves = programme.halves
    if programme.kind == PLATING:
        return Built([Voids(rng.uniform(1.05, 2.5), 0.0, 0, halves[0].duration_s)])
    critical = None
    if programme.kind == RAMP or programme.kind == RATE:
        levels = sorted(programme.levels_A)
        critical = levels[int(rng.integers(len(levels) // 3, max(len(levels) - 1, 1)))] * 0.9
    first = int(rng.integers(0, max(1, len(halves) // 2)))
    return Built(
        [Voids(rng.uniform(0.25, 0.8), rng.uniform(0.5, 0.95), first, halves[0].duration_s, critical)]
    )


def _depletion(rng: Rng, plan: Plan) -> Built:
    halves = plan.programme.halves
    level = max(plan.programme.levels_A)
    duration = max(h.duration_s for h in halves if abs(h.current_A) == level)
    first = 0 if rng.random() < 0.6 else int(rng.integers(0, max(1, len(halves) // 2)))
    return Built([Depletion(duration * rng.uniform(0.1, 0.6), level, rng.uniform(0.05, 0.12), first)])


def _runaway(rng: Rng, plan: Plan) -> Built:
    half, _ = plan.moment(rng, 0.2, 0.7)
    return Built([Runaway(half, 2.0 * plan.duration_s(half) * rng.uniform(0.8, 2.5))])


def _clipped(_rng: Rng, plan: Plan) -> Built:
    level = max(plan.programme.levels_A) * plan.specimen.total_ohm
    ends = [x for x in (0.5, 1.0, 2.0, 5.0) if x < 0.9 * level]
    return Built((), [ClippedRange(ends[-1])])


def _lost_lead(rng: Rng, _plan: Plan) -> Built:
    return Built(
        (), [LostLead(rng.uniform(0.2, 0.85), float(rng.choice([5.0, 10.0])), sense=bool(rng.random() < 0.5))]
    )


def _lost_current(rng: Rng, _plan: Plan) -> Built:
    return Built((), [LostCurrent(rng.uniform(0.1, 0.6), int(rng.integers(3, 9)), rng.uniform(0.0, 0.5))])


def _spikes(rng: Rng, _plan: Plan) -> Built:
    return Built((), [Spikes(rng.uniform(0.01, 0.05), log_uniform(rng, 2.0, 20.0), at_switches=False)])


def _set_clock(rng: Rng, _plan: Plan) -> Built:
    back = float(rng.choice([3600.0, log_uniform(rng, 600.0, 7200.0), 1e12]))
    return Built((), [SetClock(rng.uniform(0.2, 0.8), back)])


def _contact_loss_then_short(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    voids = Voids(rng.uniform(0.3, 0.7), rng.uniform(0.6, 0.9), 2, plan.duration_s(0))
    half = int(rng.integers(int(0.6 * count), count - 2))
    conductance = (1.0 / log_uniform(rng, 0.002, 0.02) - 1.0) / plan.specimen.total_ohm
    return Built([voids, SuddenShunt(conductance, half, rng.uniform(0.2, 0.7), 1.0)])


def _time_of(plan: Plan, half: int) -> float:
    """Planned beginning of a half-cycle, s."""
    now, seen = 0.0, 0
    for segment in plan.programme.segments:
        if segment.kind == "current":
            if seen == half:
                break
            seen += 1
        now += segment.duration_s
    return now


DEVELOPMENT = Part(
    "development",
    (
        Family("healthy", 34, _healthy, healthy=True),
        Family("temperature step", 2, _warmed, tests=(CYCLING, RATE), sampling="temperature", healthy=True),
        Family("hard short", 12, _hard),
        Family("soft short", 9, _soft),
        Family("thickening short", 5, _thickening, tests=(CYCLING, RATE, PLATING)),
        Family("recovering short", 9, _recovering, tests=(CYCLING, RATE, PLATING), sampling="dense"),
        Family("hard short from the start", 3, _hard_from_start),
        Family(
            "soft short from the start",
            2,
            _soft_from_start,
            electrolytes=(*SOLID, "polymer"),
            sampling="described",
        ),
        Family("contact loss", 6, _contact_loss, electrolytes=SOLID, sampling="described plating"),
        Family("depletion", 3, _depletion, electrolytes=("polymer",), sampling="described plating"),
        Family("depletion, liquid", 2, _depletion, electrolytes=("liquid",), tests=(CYCLING, RATE, RAMP)),
        Family("runaway", 5, _runaway, tests=(CYCLING, RATE, RAMP)),
        Family("clipped range", 1.5, _clipped, level_V=(1.2, 6.0), tests=(CYCLING, RATE)),
        Family("lost lead", 2, _lost_lead),
        Family("lost current", 1.5, _lost_current, tests=(CYCLING, RATE), sampling="dense"),
        Family("spikes", 1.5, _spikes, sampling="dense"),
        Family("set clock", 1, _set_clock, spectra=False),
        Family(
            "contact loss, then short", 1.5, _contact_loss_then_short, electrolytes=SOLID, tests=(CYCLING,)
        ),
    ),
    background,
)
"""The families that a detector may be tuned on."""
