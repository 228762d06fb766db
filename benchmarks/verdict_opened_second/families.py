"""How the mechanisms of this folder become cells."""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.autocatalytic_growth import AutocatalyticGrowth
from benchmarks.verdict_opened_second.avrami_nuclei import AvramiNuclei
from benchmarks.verdict_opened_second.breakdown_tree import BreakdownTree
from benchmarks.verdict_opened_second.breathing_bridge import BreathingBridge
from benchmarks.verdict_opened_second.burr import Burr
from benchmarks.verdict_opened_second.coarse_digits import CoarseDigits
from benchmarks.verdict_opened_second.compliance import Compliance
from benchmarks.verdict_opened_second.contact_ageing import ContactAgeing
from benchmarks.verdict_opened_second.corroding_connector import CorrodingConnector
from benchmarks.verdict_opened_second.cracking_steps import CrackingSteps
from benchmarks.verdict_opened_second.creeping_bridge import CreepingBridge
from benchmarks.verdict_opened_second.day_and_night import DayAndNight
from benchmarks.verdict_opened_second.delamination import Delamination
from benchmarks.verdict_opened_second.dissolving_bridge import DissolvingBridge
from benchmarks.verdict_opened_second.drifting_offset import DriftingOffset
from benchmarks.verdict_opened_second.fatigue_crack import FatigueCrack
from benchmarks.verdict_opened_second.flickering_bit import FlickeringBit
from benchmarks.verdict_opened_second.frozen_reading import FrozenReading
from benchmarks.verdict_opened_second.loose_clip import LooseClip
from benchmarks.verdict_opened_second.lost_packets import LostPackets
from benchmarks.verdict_opened_second.mains_hum import MainsHum
from benchmarks.verdict_opened_second.marcus_transfer import MarcusTransfer
from benchmarks.verdict_opened_second.range_offsets import RangeOffsets
from benchmarks.verdict_opened_second.reduced_front import ReducedFront
from benchmarks.verdict_opened_second.shallow_voids import ShallowVoids
from benchmarks.verdict_opened_second.space_charge_leak import SpaceChargeLeak
from benchmarks.verdict_opened_second.stress_memory import StressMemory
from benchmarks.verdict_opened_second.stretched_growth import StretchedGrowth
from benchmarks.verdict_opened_second.swapped_leads import SwappedLeads
from benchmarks.verdict_opened_second.tunnelling_gap import TunnellingGap
from benchmarks.verdict_opened_second.two_pools import TwoPools
from benchmarks.verdict_opened_second.vacancy_voids import VacancyVoids
from interlayer.trouble.family import CYCLING, PLATING, RAMP, RATE, SOLID, Built, Family, Part
from interlayer.trouble.mechanism import Fault, Mechanism, Plan
from interlayer.trouble.specimen import log_uniform

Rng = np.random.Generator
DAY_S = 86400.0


def background(rng: Rng, plan: Plan) -> Built:
    """What is benign and may occur in every cell."""
    cell, programme = plan.specimen, plan.programme
    end, count = _end_s(plan), len(programme.halves)
    level = max(programme.levels_A)
    volt = min(programme.levels_A) * cell.total_ohm
    charge = abs(programme.halves[0].current_A) * plan.duration_s(0)
    found: list[Mechanism] = []
    if rng.random() < 0.35:
        found.append(
            DayAndNight(cell, rng.uniform(0.3, 3.0), rng.uniform(0.0, 0.2), 0.6, DAY_S, rng.random())
        )
    kind = rng.random()
    if kind < 0.35:
        found.append(ContactAgeing(log_uniform(rng, 0.02, 0.15), log_uniform(rng, 60.0, 7200.0)))
    elif kind < 0.7:
        found.append(
            StretchedGrowth(
                log_uniform(rng, 0.05, 0.9), end * log_uniform(rng, 0.05, 3.0), rng.uniform(0.3, 0.8)
            )
        )
    if rng.random() < 0.15:
        wipes = np.sort(rng.uniform(0.0, count, int(rng.integers(0, 5))))
        found.append(
            CorrodingConnector(rng.uniform(0.02, 0.1) * cell.total_ohm / count, wipes, rng.uniform(0.3, 0.9))
        )
    if cell.electrolyte == "liquid" and rng.random() < 0.85:
        found.append(
            AvramiNuclei(
                rng.uniform(0.05, 0.9),
                log_uniform(rng, 0.02, 0.2),
                rng.uniform(1.2, 3.0),
                rng.uniform(0.0, 0.6),
                rng.uniform(3.0, 8.0),
                rng.uniform(0.0, 0.03),
            )
        )
    elif cell.electrolyte in SOLID and rng.random() < 0.4:
        found.append(ShallowVoids(rng.uniform(0.02, 0.25)))
    elif cell.electrolyte == "polymer" and rng.random() < 0.5:
        found.append(
            TwoPools(
                level * rng.uniform(2.5, 10.0),
                plan.duration_s(0) * log_uniform(rng, 0.05, 2.0),
                0.045,
                declare=False,
            )
        )
    if rng.random() < 0.3:
        found.append(
            StressMemory(
                volt * rng.uniform(0.01, 0.1),
                charge * log_uniform(rng, 0.03, 0.5),
                log_uniform(rng, 300.0, 20000.0),
            )
        )
    if rng.random() < 0.25:
        found.append(MarcusTransfer(level * log_uniform(rng, 0.1, 5.0), rng.uniform(6.0, 20.0)))
    return Built(found, _benign_faults(rng, plan, volt))


def _benign_faults(rng: Rng, plan: Plan, volt: float) -> list[Fault]:
    faults: list[Fault] = []
    noise = rng.random()
    if noise < 0.15:
        row_s = plan.duration_s(0) / plan.rows_a_half
        faults.append(MainsHum(volt * log_uniform(rng, 1e-3, 2e-2), row_s * log_uniform(rng, 3.0, 500.0)))
    elif noise < 0.3:
        faults.append(CoarseDigits(volt * log_uniform(rng, 3e-3, 6e-2)))
    elif noise < 0.42:
        ends = (volt * rng.uniform(0.3, 1.2), volt * rng.uniform(2.0, 5.0))
        faults.append(RangeOffsets(ends, log_uniform(rng, 5e-4, 8e-3)))
    if rng.random() < 0.12:
        faults.append(LostPackets(rng.uniform(0.03, 0.25), rng.uniform(1.5, 12.0)))
    return faults


def _end_s(plan: Plan) -> float:
    return sum(x.duration_s for x in plan.programme.segments)


def _healthy(_rng: Rng, _plan: Plan) -> Built:
    return Built()


def _breathing_pressure(rng: Rng, plan: Plan) -> Built:
    return Built(
        [
            DayAndNight(
                plan.specimen,
                rng.uniform(2.0, 8.0),
                rng.uniform(0.2, 1.0),
                rng.uniform(0.4, 1.0),
                DAY_S,
                rng.random(),
            )
        ]
    )


def _few_cracks(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    return Built(
        [
            CrackingSteps(
                rng,
                rng.uniform(1.15, 1.6),
                int(rng.integers(2, 10)),
                0.05 * count,
                0.95 * count,
                declare=False,
            )
        ]
    )


def _shunt(rng: Rng, plan: Plan, *, hard: float = 0.5, softest: float = 3.0) -> float:
    """Conductance of a hard short in this share of the draws, of a soft one else."""
    low, high = (0.002, 0.03) if rng.random() < hard else (0.08, softest)
    return 1.0 / (log_uniform(rng, low, high) * plan.specimen.total_ohm)


def _ended(rng: Rng, half: int) -> int | None:
    """Half-cycle after which somebody ends a test that has shorted."""
    return half + 2 + int(rng.geometric(0.12)) if rng.random() < 0.35 else None


def _tree(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.2, 0.75)
    longest = 0.25 if plan.programme.kind in (RAMP, PLATING) else 2.5
    tree = BreakdownTree(rng, _shunt(rng, plan), half + share, log_uniform(rng, 0.02, longest))
    return Built([tree], last_half=_ended(rng, half))


def _tunnelling(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.3, 0.85)
    volt = min(plan.programme.levels_A) * plan.specimen.total_ohm
    longest = 0.1 if plan.programme.kind in (RAMP, PLATING) else 6.0
    return Built(
        [
            TunnellingGap(
                _shunt(rng, plan, hard=0.35),
                half + share,
                log_uniform(rng, 0.05, longest),
                volt * log_uniform(rng, 0.2, 3.0),
            )
        ],
        last_half=_ended(rng, half),
    )


def _creeping(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng)
    tau = plan.duration_s(half) * log_uniform(rng, 1e-3, 10.0)
    return Built(
        [CreepingBridge(_shunt(rng, plan, hard=0.45), half + share, tau)], last_half=_ended(rng, half)
    )


def _fatigue(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.15, 0.85)
    return Built(
        [
            FatigueCrack(
                _shunt(rng, plan, hard=0.55),
                plan.programme.halves,
                half,
                share,
                rng.uniform(2.0, 8.0),
                log_uniform(rng, 1e-3, 0.2),
            )
        ],
        last_half=_ended(rng, half),
    )


def _front(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.35, 0.85)
    load = 1.0 / log_uniform(rng, 0.1, 1.0)
    across = half + share
    # from a fifth to four fifths of the current within 7.5 load e of the way: some half-cycles
    rest = log_uniform(rng, 0.05, 0.6) / (load * max(across, 1.0))
    return Built([ReducedFront(load / plan.specimen.total_ohm, across, rest)])


def _breathing(rng: Rng, plan: Plan) -> Built:
    end = _end_s(plan)
    day = end * rng.uniform(0.06, 0.22)
    first = end * rng.uniform(0.1, 0.4)
    last = end if rng.random() < 0.6 else first + day * rng.uniform(2.0, 4.0)
    closes = rng.uniform(0.5, 0.9)
    return Built(
        [
            BreathingBridge(
                _shunt(rng, plan, hard=0.2, softest=2.0),
                closes,
                closes - rng.uniform(0.1, 0.35),
                day,
                rng.random(),
                first,
                last,
                end,
            )
        ]
    )


def _dissolving(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    first, _ = plan.moment(rng, 0.1, 0.6)
    last = count if rng.random() < 0.5 else min(first + int(rng.integers(4, 30)), count - 2)
    return Built(
        [
            DissolvingBridge(
                rng,
                _shunt(rng, plan, hard=0.2, softest=2.0),
                first,
                last,
                rng.uniform(0.3, 0.9),
                rng.uniform(0.0, 0.4),
            )
        ]
    )


def _burr(rng: Rng, plan: Plan) -> Built:
    ohm = log_uniform(rng, 0.05, 1.5) if plan.specimen.described else log_uniform(rng, 0.02, 0.26)
    return Built(
        [Burr(rng, 1.0 / ohm, rng.uniform(0.0, 0.05), rng.uniform(0.0, 0.15))], shorted_from_start=True
    )


def _leak(rng: Rng, plan: Plan) -> Built:
    ohm = plan.specimen.floor_ohm * rng.uniform(0.12, 0.5)
    volt = min(plan.programme.levels_A) * ohm
    return Built(
        [SpaceChargeLeak((1.0 / ohm - 1.0 / plan.specimen.total_ohm) / volt)], shorted_from_start=True
    )


def _vacancies(rng: Rng, plan: Plan) -> Built:
    programme = plan.programme
    levels = sorted(programme.levels_A)
    charge, rest = levels[0] * plan.duration_s(0), plan.duration_s(0) * log_uniform(rng, 0.2, 30.0)
    if programme.kind == PLATING:
        return Built([VacancyVoids(rng.uniform(1.05, 2.0), 0.0, 0, charge, 0.0, rest)])
    threshold = levels[0] * rng.uniform(0.0, 0.6)
    if programme.kind != CYCLING:
        threshold = levels[int(rng.integers(len(levels) // 3, max(len(levels) - 1, 1)))] * 0.95
    gain = rng.uniform(0.4, 1.0) * levels[0] / max(levels[-1] - threshold, 0.3 * levels[0])
    first = int(rng.integers(0, max(1, len(programme.halves) // 2)))
    return Built([VacancyVoids(gain, rng.uniform(0.3, 0.9), first, charge, threshold, rest)])


def _peeling(rng: Rng, plan: Plan) -> Built:
    half, _ = plan.moment(rng, 0.2, 0.85)
    ohm = plan.specimen.total_ohm * log_uniform(rng, 3.5, 20.0)
    return Built(
        [Delamination(ohm, half, rng.uniform(0.35, 0.65), rng.uniform(0.05, 0.15), rng.uniform(0.3, 0.8))]
    )


def _pools(rng: Rng, plan: Plan) -> Built:
    level = max(plan.programme.levels_A)
    duration = plan.duration_s(0)
    count = len(plan.programme.halves)
    first = 0 if rng.random() < 0.6 else int(rng.integers(0, max(1, count // 2)))
    return Built(
        [TwoPools(level * rng.uniform(0.3, 0.97), duration * log_uniform(rng, 0.1, 1.0), 0.045, first)]
    )


def _steps(rng: Rng, factor: float) -> int:
    """Number of steps that make this factor; one of them is a quarter or so, no loss of contact by itself."""
    return int(rng.integers(int(4.0 * np.log(factor)) + 1, 28))


def _many_cracks(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.1, 0.5)
    left = len(plan.programme.halves) - half
    factor = log_uniform(rng, 5.0, 40.0)
    return Built(
        [
            CrackingSteps(
                rng,
                factor,
                _steps(rng, factor),
                half + share,
                half + share + max(4.0, left * rng.uniform(0.4, 0.95)),
                declare=True,
            )
        ]
    )


def _autocatalytic(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    times = plan.specimen.total_ohm / plan.specimen.interface_ohm * log_uniform(rng, 5.0, 40.0)
    return Built([AutocatalyticGrowth(times, count * rng.uniform(0.6, 1.0), count * rng.uniform(0.02, 0.07))])


def _cracks_then_short(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    half = int(rng.integers(int(0.7 * count), count - 2))
    factor = log_uniform(rng, 5.0, 12.0)
    cracks = CrackingSteps(
        rng,
        factor,
        _steps(rng, factor),
        0.2 * count,
        0.6 * count,
        declare=True,
    )
    shunt = 1.0 / (log_uniform(rng, 0.003, 0.03) * plan.specimen.total_ohm)
    return Built([cracks, CreepingBridge(shunt, half + rng.uniform(0.2, 0.7), plan.duration_s(half))])


def _bit(rng: Rng, plan: Plan) -> Built:
    volt = max(plan.programme.levels_A) * plan.specimen.total_ohm
    return Built(
        (), [FlickeringBit(rng.uniform(0.1, 0.6), rng.uniform(0.03, 0.3), volt * log_uniform(rng, 0.7, 6.0))]
    )


def _swapped(rng: Rng, _plan: Plan) -> Built:
    return Built((), [SwappedLeads(rng.uniform(0.15, 0.8))])


def _compliance(rng: Rng, _plan: Plan) -> Built:
    # voids make |V| rise within a half-cycle: it is there that the source gives in
    return Built([ShallowVoids(rng.uniform(0.5, 1.5))], [Compliance(rng.uniform(0.3, 0.7))])


def _clip(rng: Rng, _plan: Plan) -> Built:
    return Built(
        (),
        [
            LooseClip(
                rng.uniform(0.1, 0.6),
                int(rng.integers(4, 10)),
                rng.uniform(1.0, 4.0),
                int(rng.integers(2, 9)),
            )
        ],
    )


def _offset(rng: Rng, _plan: Plan) -> Built:
    times = float(rng.choice([-1.0, 1.0])) * rng.uniform(1.8, 6.0)
    return Built((), [DriftingOffset(rng.uniform(0.05, 0.4), times, rng.uniform(0.03, 0.15))])


def _frozen(rng: Rng, _plan: Plan) -> Built:
    return Built((), [FrozenReading(rng.uniform(0.15, 0.6), rng.uniform(0.1, 0.5))])


MANY = (CYCLING, RATE)
OPENED_SECOND = Part(
    "opened-second",
    (
        Family("healthy", 30, _healthy, healthy=True),
        Family(
            "breathing pressure", 4, _breathing_pressure, tests=MANY, sampling="temperature", healthy=True
        ),
        Family("a few cracks", 3, _few_cracks, electrolytes=SOLID, tests=(CYCLING, RATE, RAMP), healthy=True),
        Family("breakdown tree", 8, _tree),
        Family("tunnelling gap", 6, _tunnelling),
        Family("creeping bridge", 7, _creeping),
        Family("fatigue crack", 8, _fatigue, electrolytes=("ceramic", "sulfide", "polymer")),
        Family("reduced front", 3, _front, electrolytes=SOLID, tests=(CYCLING, RATE, PLATING)),
        Family("breathing bridge", 4, _breathing, tests=(CYCLING, RATE, PLATING), sampling="dense"),
        Family("dissolving bridge", 5, _dissolving, tests=MANY, sampling="dense"),
        Family("burr", 3, _burr),
        Family("space-charge leak", 2, _leak, electrolytes=(*SOLID, "polymer"), sampling="described"),
        Family("vacancy voids", 5, _vacancies, electrolytes=SOLID, sampling="described plating"),
        Family("delamination", 2, _peeling, electrolytes=SOLID, tests=MANY),
        Family("two pools", 3, _pools, electrolytes=("polymer",), sampling="described plating"),
        Family("two pools, liquid", 2, _pools, electrolytes=("liquid",), tests=(CYCLING, RATE, RAMP)),
        Family("many cracks", 3, _many_cracks, electrolytes=SOLID, tests=MANY),
        Family("autocatalytic growth", 2.5, _autocatalytic, tests=(CYCLING, RATE)),
        Family("cracks, then short", 1.5, _cracks_then_short, electrolytes=SOLID, tests=(CYCLING,)),
        Family("flickering bit", 1.5, _bit, sampling="dense"),
        Family("swapped leads", 1.5, _swapped),
        Family("compliance", 1, _compliance, electrolytes=SOLID, level_V=(1.2, 6.0), tests=(RATE,)),
        Family("loose clip", 2, _clip, sampling="dense"),
        Family("drifting offset", 1.5, _offset, tests=MANY),
        Family("frozen reading", 1, _frozen, tests=MANY),
    ),
    background,
)
"""Families of the second round, held out until the detector was first judged on them."""
