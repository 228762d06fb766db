"""How the mechanisms of this folder become cells."""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened import engine_cells
from benchmarks.verdict_opened.cracking_interphase import CrackingInterphase
from benchmarks.verdict_opened.creep_wetting import CreepWetting
from benchmarks.verdict_opened.dry_out import DryOut
from benchmarks.verdict_opened.edge_creep import EdgeCreep
from benchmarks.verdict_opened.filament_avalanche import FilamentAvalanche
from benchmarks.verdict_opened.flicker_noise import FlickerNoise
from benchmarks.verdict_opened.focused_voids import FocusedVoids
from benchmarks.verdict_opened.fractional_relaxation import FractionalRelaxation
from benchmarks.verdict_opened.fusing_filament import FusingFilament
from benchmarks.verdict_opened.heavy_tails import HeavyTails
from benchmarks.verdict_opened.hunting_current import HuntingCurrent
from benchmarks.verdict_opened.loose_contact import LooseContact
from benchmarks.verdict_opened.mossy_lithium import MossyLithium
from benchmarks.verdict_opened.one_sided_clipping import OneSidedClipping
from benchmarks.verdict_opened.one_sided_filament import OneSidedFilament
from benchmarks.verdict_opened.oxide_growth import OxideGrowth
from benchmarks.verdict_opened.percolating_dendrites import PercolatingDendrites
from benchmarks.verdict_opened.popcorn_noise import PopcornNoise
from benchmarks.verdict_opened.ramified_dendrite import RamifiedDendrite
from benchmarks.verdict_opened.restarted_clock import RestartedClock
from benchmarks.verdict_opened.salt_diffusion import SaltDiffusion
from benchmarks.verdict_opened.thermostat import Thermostat
from benchmarks.verdict_opened.two_relaxations import TwoRelaxations
from benchmarks.verdict_opened.unequal_transfer import UnequalTransfer
from interlayer.trouble.family import CYCLING, PLATING, RAMP, RATE, SOLID, Built, Family, Part
from interlayer.trouble.mechanism import Fault, Mechanism, Plan
from interlayer.trouble.specimen import log_uniform

Rng = np.random.Generator


def background(rng: Rng, plan: Plan) -> Built:
    """What is benign and may occur in every cell."""
    cell, programme = plan.specimen, plan.programme
    end = sum(x.duration_s for x in programme.segments)
    level = max(programme.levels_A)
    found: list[Mechanism] = []
    if rng.random() < 0.35:
        found.append(
            Thermostat(
                cell,
                rng,
                rng.uniform(0.1, 1.0),
                log_uniform(rng, 1800.0, 43200.0),
                rng.uniform(0.2, 1.5),
                end,
            )
        )
    kind = rng.random()
    if kind < 0.3:
        found.append(CreepWetting(rng.uniform(0.35, 0.9), end * log_uniform(rng, 0.03, 0.5)))
    elif kind < 0.6:
        found.append(OxideGrowth(rng.uniform(0.02, 0.5), end * log_uniform(rng, 0.1, 2.0)))
    if cell.electrolyte == "liquid" and rng.random() < 0.85:
        found.append(
            MossyLithium(
                rng.uniform(0.2, 0.9),
                rng.uniform(0.05, 0.25),
                rng.uniform(0.05, 0.8),
                rng.uniform(0.0, 0.8),
                plan.duration_s(0) * log_uniform(rng, 0.01, 0.15),
                rng.uniform(0.0, 0.006),
            )
        )
    if cell.electrolyte == "polymer" and rng.random() < 0.5:
        found.append(
            SaltDiffusion(
                level * rng.uniform(2.0, 8.0), plan.duration_s(0) * log_uniform(rng, 0.3, 8.0), declare=False
            )
        )
    if rng.random() < 0.25:
        exchange = level * log_uniform(rng, 0.3, 8.0)
        found.append(
            UnequalTransfer((exchange, exchange * log_uniform(rng, 0.4, 2.5)), rng.uniform(0.35, 0.65))
        )
    slow = rng.random()
    if slow < 0.3:
        found.append(
            FractionalRelaxation(
                cell.total_ohm * rng.uniform(0.02, 0.2), log_uniform(rng, 20.0, 3000.0), rng.uniform(0.5, 0.9)
            )
        )
    elif slow < 0.5:
        ohm = cell.total_ohm * rng.uniform(0.02, 0.15)
        found.append(
            TwoRelaxations((ohm, ohm * rng.uniform(0.2, 1.0)), (log_uniform(rng, 3.0, 60.0), 3600.0))
        )
    faults: list[Fault] = []
    noise = rng.random()
    if noise < 0.2:
        faults.append(FlickerNoise(log_uniform(rng, 1e-3, 1.5e-2)))
    elif noise < 0.3:
        faults.append(
            PopcornNoise(log_uniform(rng, 2e-3, 2e-2) * level * cell.total_ohm, rng.uniform(20, 300))
        )
    elif noise < 0.4:
        faults.append(HeavyTails(log_uniform(rng, 1e-3, 1.5e-2)))
    return Built(found, faults)


def _healthy(_rng: Rng, _plan: Plan) -> Built:
    return Built()


def _shunt(rng: Rng, plan: Plan, low: float, high: float) -> float:
    return 1.0 / (log_uniform(rng, low, high) * plan.specimen.total_ohm)


def _percolating(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.2, 0.8)
    conductance = _shunt(rng, plan, 0.003, 0.03) if rng.random() < 0.5 else _shunt(rng, plan, 0.1, 3.0)
    longest = 0.3 if plan.programme.kind in (RAMP, PLATING) else 1.5
    return Built([PercolatingDendrites(conductance, half, share, log_uniform(rng, 0.02, longest))])


def _avalanche(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.2, 0.75)
    conductance = _shunt(rng, plan, 0.003, 0.03) if rng.random() < 0.5 else _shunt(rng, plan, 0.1, 2.5)
    wait = 0.05 if plan.programme.kind in (RAMP, PLATING) else 1.0
    return Built(
        [
            FilamentAvalanche(
                rng, conductance, half + share, wait, int(rng.integers(2, 7)), rng.uniform(0.2, 0.8)
            )
        ]
    )


def _ramified(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.3, 0.85)
    conductance = _shunt(rng, plan, 0.004, 0.02) if rng.random() < 0.4 else _shunt(rng, plan, 0.1, 2.0)
    approach = 0.2 if plan.programme.kind == PLATING else 0.3 * len(plan.programme.halves)
    touch = half + share
    last = half + 1 + int(rng.geometric(0.15)) if rng.random() < 0.4 else None
    return Built(
        [RamifiedDendrite(rng, conductance, touch, approach, rng.uniform(0.0, 0.15), rng.uniform(0.05, 0.4))],
        last_half=last,
    )


def _fusing(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    first, _ = plan.moment(rng, 0.1, 0.5)
    lasting = log_uniform(rng, 0.1, 2.0)
    last = min(first + int(rng.integers(6, 30)), count - 4)
    return Built(
        [
            FusingFilament(
                rng,
                _shunt(rng, plan, 0.02, 2.0),
                first,
                rng.uniform(0.6, 2.0),
                lasting,
                int(rng.choice([-1, 1])),
                last if rng.random() < 0.5 else count,
            )
        ]
    )


def _one_sided(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    first, _ = plan.moment(rng, 0.2, 0.6)
    last = count if rng.random() < 0.6 else min(first + int(rng.integers(5, 20)), count)
    return Built(
        [
            OneSidedFilament(
                _shunt(rng, plan, 0.03, 2.0), first, last, int(rng.choice([-1, 1])), rng.uniform(0.1, 0.6)
            )
        ]
    )


def _edge_hard(rng: Rng, plan: Plan) -> Built:
    ohm = log_uniform(rng, 0.05, 1.5) if plan.specimen.described else log_uniform(rng, 0.03, 0.27)
    end = sum(x.duration_s for x in plan.programme.segments)
    return Built([EdgeCreep(1.0 / ohm, rng.uniform(0.0, 0.5), end)], shorted_from_start=True)


def _edge_soft(rng: Rng, plan: Plan) -> Built:
    ohm = plan.specimen.floor_ohm * rng.uniform(0.1, 0.5)
    end = sum(x.duration_s for x in plan.programme.segments)
    return Built(
        [EdgeCreep(1.0 / ohm - 1.0 / plan.specimen.total_ohm, rng.uniform(0.0, 0.5), end)],
        shorted_from_start=True,
    )


def _voids(rng: Rng, plan: Plan) -> Built:
    programme = plan.programme
    levels = sorted(programme.levels_A)
    duration = plan.duration_s(0)
    if programme.kind == PLATING:
        return Built([FocusedVoids(rng.uniform(0.9, 1.5), 0.0, 1e9, duration, levels[0], 0.0, 0)])
    if programme.kind == CYCLING:
        threshold = levels[0] * rng.uniform(0.0, 0.7)
    else:
        threshold = levels[int(rng.integers(len(levels) // 3, max(len(levels) - 1, 1)))] * 0.95
    first = int(rng.integers(0, max(1, len(programme.halves) // 2)))
    lost = rng.uniform(0.3, 1.2) * levels[0] / max(levels[-1] - threshold, 0.3 * levels[0])
    return Built(
        [
            FocusedVoids(
                lost,
                rng.uniform(0.3, 0.9),
                duration * log_uniform(rng, 5.0, 100.0),
                duration,
                levels[0],
                threshold,
                first,
            )
        ]
    )


def _salt(rng: Rng, plan: Plan) -> Built:
    level = max(plan.programme.levels_A)
    duration = plan.duration_s(0)
    return Built([SaltDiffusion(level * rng.uniform(0.2, 0.75), duration * log_uniform(rng, 0.1, 3.0))])


def _cracking(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.1, 0.6)
    left = len(plan.programme.halves) - half
    return Built([CrackingInterphase(half + share, min(rng.uniform(6.0, 25.0), 0.95 * left))])


def _dry(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.1, 0.6)
    left = len(plan.programme.halves) - half
    return Built([DryOut(half + share, min(rng.uniform(6.0, 25.0), 0.95 * left))])


def _loose(rng: Rng, _plan: Plan) -> Built:
    return Built(
        (), [LooseContact(rng.uniform(0.1, 0.6), int(rng.integers(8, 25)), log_uniform(rng, 2.0, 30.0), 5.0)]
    )


def _clipped(rng: Rng, plan: Plan) -> Built:
    level = max(plan.programme.levels_A) * plan.specimen.total_ohm
    ends = [x for x in (0.5, 1.0, 2.0, 5.0) if x < 0.8 * level]
    return Built((), [OneSidedClipping(ends[-1], int(rng.choice([-1, 1])), 1e-4)])


def _hunting(rng: Rng, _plan: Plan) -> Built:
    return Built((), [HuntingCurrent(rng.uniform(0.1, 0.6), rng.uniform(0.15, 0.5))])


def _restarted(rng: Rng, _plan: Plan) -> Built:
    first = rng.uniform(0.2, 0.5)
    return Built((), [RestartedClock((first, first + rng.uniform(0.1, 0.4)))])


OPENED = Part(
    "opened",
    (
        Family("healthy", 34, _healthy, healthy=True),
        Family("percolating dendrites", 9, _percolating),
        Family("filament avalanche", 7, _avalanche),
        Family("ramified dendrite", 6, _ramified, electrolytes=("polymer", "liquid")),
        Family("fusing filament", 6, _fusing, tests=(CYCLING, RATE), sampling="dense"),
        Family("one-sided filament", 3, _one_sided, tests=(CYCLING,), sampling="dense"),
        Family("engine: filament", 6, _healthy, make=engine_cells.filament),
        Family("engine: voids", 2, _healthy, make=engine_cells.voids),
        Family("edge creep, hard", 3, _edge_hard),
        Family("edge creep, soft", 2, _edge_soft, electrolytes=(*SOLID, "polymer"), sampling="described"),
        Family("focused voids", 6, _voids, electrolytes=SOLID, sampling="described plating"),
        Family("salt diffusion", 3, _salt, electrolytes=("polymer",), sampling="described plating"),
        Family("salt diffusion, liquid", 2, _salt, electrolytes=("liquid",), tests=(CYCLING, RATE, RAMP)),
        Family("cracking interphase", 3, _cracking, electrolytes=SOLID, tests=(CYCLING, RATE, RAMP)),
        Family("dry-out", 2, _dry, electrolytes=("liquid", "polymer"), tests=(CYCLING, RATE)),
        Family("one-sided clipping", 1.5, _clipped, level_V=(1.2, 6.0), tests=(CYCLING, RATE)),
        Family("loose contact", 2, _loose, sampling="dense"),
        Family("hunting current", 1.5, _hunting, tests=(CYCLING, RATE), sampling="dense"),
        Family("restarted clock", 1, _restarted, spectra=False),
    ),
    background,
)
"""Families that were held out until the detector was first judged on them."""
