"""How the mechanisms of this folder become cells."""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_held_out.accelerating_tip import AcceleratingTip
from benchmarks.verdict_held_out.adatom_voids import AdatomVoids
from benchmarks.verdict_held_out.alloy_potential import AlloyPotential
from benchmarks.verdict_held_out.breakaway_growth import BreakawayGrowth
from benchmarks.verdict_held_out.compressor_bursts import CompressorBursts
from benchmarks.verdict_held_out.cross_talk import CrossTalk
from benchmarks.verdict_held_out.effective_medium import EffectiveMedium
from benchmarks.verdict_held_out.field_assisted_leak import FieldAssistedLeak
from benchmarks.verdict_held_out.floating_sense import FloatingSense
from benchmarks.verdict_held_out.gain_hunting import GainHunting
from benchmarks.verdict_held_out.gas_bubbles import GasBubbles
from benchmarks.verdict_held_out.griffith_filling import GriffithFilling
from benchmarks.verdict_held_out.heated_week import HeatedWeek
from benchmarks.verdict_held_out.logarithmic_film import LogarithmicFilm
from benchmarks.verdict_held_out.lost_sign import LostSign
from benchmarks.verdict_held_out.mass_transfer_kinetics import MassTransferKinetics
from benchmarks.verdict_held_out.memristive_bridge import MemristiveBridge
from benchmarks.verdict_held_out.moisture_ingress import MoistureIngress
from benchmarks.verdict_held_out.neck_growth import NeckGrowth
from benchmarks.verdict_held_out.nonlinear_diffusion import NonlinearDiffusion
from benchmarks.verdict_held_out.overflow_wrap import OverflowWrap
from benchmarks.verdict_held_out.parallel_paths import ParallelPaths
from benchmarks.verdict_held_out.pinhole import Pinhole, radius_m
from benchmarks.verdict_held_out.pore_extrusion import PoreExtrusion
from benchmarks.verdict_held_out.pressure_loss import PressureLoss
from benchmarks.verdict_held_out.pump_pressure import PumpPressure
from benchmarks.verdict_held_out.random_voids import RandomVoids
from benchmarks.verdict_held_out.repassivation import Repassivation
from benchmarks.verdict_held_out.replugged_cable import RepluggedCable
from benchmarks.verdict_held_out.sagging_source import SaggingSource
from benchmarks.verdict_held_out.shunt_drift import ShuntDrift
from benchmarks.verdict_held_out.smoothing_filter import SmoothingFilter
from benchmarks.verdict_held_out.stale_block import StaleBlock
from benchmarks.verdict_held_out.wandering_baseline import WanderingBaseline
from benchmarks.verdict_held_out.washburn_wetting import WashburnWetting
from benchmarks.verdict_held_out.weibull_sites import WeibullSites
from benchmarks.verdict_held_out.whole_seconds import WholeSeconds
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
        chamber = cell.temperature_C > 35.0  # which keeps off most of what the room does
        period = float(rng.choice([DAY_S, DAY_S, 7.0 * DAY_S]))
        found.append(
            HeatedWeek(
                cell,
                rng.uniform(0.3, 3.0) * (0.3 if chamber else 1.0),
                period,
                rng.uniform(0.3, 0.75),
                log_uniform(rng, 0.06, 0.5),
                rng.random(),
            )
        )
    kind = rng.random()
    if kind < 0.3:
        found.append(LogarithmicFilm(log_uniform(rng, 0.01, 0.12), log_uniform(rng, 60.0, 20000.0)))
    elif kind < 0.6 and cell.electrolyte in SOLID:
        found.append(NeckGrowth(log_uniform(rng, 0.05, 0.8), end))
    elif kind < 0.6:
        found.append(WashburnWetting(rng.uniform(0.4, 0.95), end * log_uniform(rng, 0.02, 0.8)))
    if cell.electrolyte == "liquid" and rng.random() < 0.85:
        found.append(
            ParallelPaths(
                rng.uniform(0.35, 0.9),
                log_uniform(rng, 0.02, 0.25),
                rng.uniform(2.0, 6.0),
                rng.uniform(0.0, 0.6),
                rng.uniform(0.0, 0.4) / count,
            )
        )
    elif cell.electrolyte in SOLID and rng.random() < 0.25:
        strokes = log_uniform(rng, 0.05, 0.6) * end
        found.append(PumpPressure(rng.uniform(0.85, 0.97), strokes, rng.uniform(0.3, 0.7), rng.random()))
    elif cell.electrolyte == "polymer" and rng.random() < 0.4:
        found.append(
            NonlinearDiffusion(
                level * rng.uniform(2.5, 10.0),
                plan.duration_s(0) * log_uniform(rng, 0.3, 6.0),
                rng.uniform(0.0, 1.0),
                0.045,
                declare=False,
            )
        )
    if rng.random() < 0.25:
        found.append(AlloyPotential(volt * rng.uniform(-0.06, 0.06), charge * log_uniform(rng, 0.1, 3.0)))
    if rng.random() < 0.3:
        found.append(
            MassTransferKinetics(level * log_uniform(rng, 0.2, 8.0), level * log_uniform(rng, 2.5, 30.0))
        )
    if rng.random() < 0.15 and programme.kind in MANY:
        plugs = np.sort(rng.integers(1, count, int(rng.integers(1, 4))))
        found.append(RepluggedCable(plugs, cell.total_ohm * rng.uniform(0.0, 0.05, plugs.size + 1)))
    return Built(found, _benign_faults(rng, plan, volt))


def _benign_faults(rng: Rng, plan: Plan, volt: float) -> list[Fault]:
    faults: list[Fault] = []
    row_s = min(x.duration_s for x in plan.programme.halves) / plan.rows_a_half
    noise = rng.random()
    if noise < 0.15:
        faults.append(
            CompressorBursts(
                volt * log_uniform(rng, 2e-3, 3e-2),
                row_s * log_uniform(rng, 5.0, 500.0),
                rng.uniform(0.1, 0.6),
            )
        )
    elif noise < 0.3:
        faults.append(
            WanderingBaseline(volt * log_uniform(rng, 2e-3, 3e-2), row_s * log_uniform(rng, 3.0, 1000.0))
        )
    if rng.random() < 0.12:
        faults.append(SmoothingFilter(rng.uniform(0.1, 0.6)))
    if rng.random() < 0.15:
        faults.append(ShuntDrift(rng.normal(0.0, 1.2e-3), log_uniform(rng, 300.0, 20000.0)))
    if rng.random() < 0.15:
        units = [x for x in (1.0, 5.0, 10.0, 60.0) if x < 0.3 * row_s]
        if units:
            faults.append(WholeSeconds(float(rng.choice(units))))
    return faults


def _end_s(plan: Plan) -> float:
    return sum(x.duration_s for x in plan.programme.segments)


def _begins_s(plan: Plan, half: int) -> float:
    """Planned beginning of a half-cycle."""
    now, seen = 0.0, 0
    for segment in plan.programme.segments:
        if segment.kind == "current":
            if seen == half:
                break
            seen += 1
        now += segment.duration_s
    return now


# --- sound -----------------------------------------------------------------------------------------------


def _healthy(_rng: Rng, _plan: Plan) -> Built:
    return Built()


def _pumped(rng: Rng, plan: Plan) -> Built:
    stroke = _end_s(plan) / rng.uniform(4.0, 25.0)
    low = rng.uniform(0.6, 0.85)
    return Built([PumpPressure(low, stroke, rng.uniform(0.3, 0.7), rng.random())])


def _heated(rng: Rng, plan: Plan) -> Built:
    period = _end_s(plan) / rng.uniform(1.5, 8.0)
    return Built(
        [
            HeatedWeek(
                plan.specimen,
                rng.uniform(4.0, 12.0) * (0.5 if plan.specimen.electrolyte == "polymer" else 1.0),
                period,
                rng.uniform(0.5, 0.8),
                log_uniform(rng, 0.02, 0.2),
                rng.random(),
            )
        ]
    )


def _soaking(rng: Rng, plan: Plan) -> Built:
    return Built([WashburnWetting(rng.uniform(0.25, 0.5), _end_s(plan) * log_uniform(rng, 0.02, 0.3))])


# --- shorts ----------------------------------------------------------------------------------------------


def _shunt(rng: Rng, plan: Plan, *, hard: float = 0.5, softest: float = 3.0) -> float:
    """Conductance of a hard short in this share of the draws, of a soft one else."""
    low, high = (0.002, 0.03) if rng.random() < hard else (0.08, softest)
    return 1.0 / (log_uniform(rng, low, high) * plan.specimen.total_ohm)


def _ended(rng: Rng, half: int) -> int | None:
    """Half-cycle after which somebody ends a test that has shorted."""
    return half + 2 + int(rng.geometric(0.12)) if rng.random() < 0.35 else None


def _griffith(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.2, 0.85)
    halves = plan.programme.halves
    longest = 0.2 if plan.programme.kind in (RAMP, PLATING) else 2.0
    crack = GriffithFilling(
        _shunt(rng, plan),
        halves,
        half,
        share,
        rng.uniform(4.0, 14.0),
        rng.uniform(0.05, 0.3),
        abs(halves[half].current_A) * rng.uniform(0.0, 0.9),
        rng.uniform(0.0, 0.15),
        log_uniform(rng, 1e-3, longest),
    )
    return Built([crack], last_half=_ended(rng, half))


def _weibull(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.2, 0.8)
    single = plan.programme.kind == PLATING
    sites = WeibullSites(
        rng,
        _shunt(rng, plan, hard=0.45),
        int(rng.integers(1, 5)),
        rng.uniform(20.0, 60.0) if single else log_uniform(rng, 5.0, 60.0),
        plan.programme.halves,
        half,
        share,
        rng.uniform(2.0, 6.0),
    )
    return Built([sites], last_half=_ended(rng, half))


def _extrusion(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.25, 0.85)
    duration = plan.duration_s(half)
    longest = 0.1 if plan.programme.kind == PLATING else 0.4 if plan.programme.kind == RAMP else 2.5
    middle = _begins_s(plan, half) + share * duration
    return Built(
        [PoreExtrusion(_shunt(rng, plan, hard=0.4), middle, duration * log_uniform(rng, 0.01, longest))],
        last_half=_ended(rng, half),
    )


def _tip(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.2, 0.85)
    charges = [abs(h.current_A) * h.duration_s for h in plan.programme.halves]
    longest = 0.15 if plan.programme.kind in (RAMP, PLATING) else 2.0
    return Built(
        [
            AcceleratingTip(
                _shunt(rng, plan, hard=0.5),
                sum(charges[:half]) + share * charges[half],
                charges[half] * log_uniform(rng, 1e-3, longest),
                rng.uniform(0.0, 0.15),
            )
        ],
        last_half=_ended(rng, half),
    )


def _medium(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.35, 0.85)
    load = 1.0 / log_uniform(rng, 0.03, 0.3)
    return Built([EffectiveMedium(load / plan.specimen.total_ohm, half + share, rng.uniform(3.0, 8.0))])


def _passivated(rng: Rng, plan: Plan) -> Built:
    programme = plan.programme
    half, share = plan.moment(rng, 0.15, 0.6)
    single = programme.kind == PLATING
    load = 1.0 / log_uniform(rng, 0.05, 2.0)
    # closed again below 2 % of the current
    closes = plan.duration_s(half) * log_uniform(rng, 0.03 if single else 0.3, 0.1 if single else 3.0)
    waits = closes * rng.uniform(0.8, 1.5) + rng.exponential(closes, int(rng.integers(1, 9)))
    touches = _begins_s(plan, half) + share * plan.duration_s(half) + np.cumsum(waits) - waits[0]
    touches = touches[touches < _end_s(plan) - 1.5 * closes]
    return Built([Repassivation(load / plan.specimen.total_ohm, touches, closes / np.log(50.0 * load) ** 2)])


def _memristive(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    first, _ = plan.moment(rng, 0.15, 0.5)
    last = count if rng.random() < 0.6 else min(first + int(rng.integers(6, 30)), count - 2)
    volt = abs(plan.programme.halves[first].current_A) * plan.specimen.total_ohm
    return Built(
        [
            MemristiveBridge(
                1.0 / (log_uniform(rng, 0.04, 1.0) * plan.specimen.total_ohm),
                int(rng.choice([-1, 1])),
                plan.duration_s(first) * rng.uniform(0.15, 0.7),
                volt,
                volt / rng.uniform(1.5, 5.0),
                log_uniform(rng, 2.0, 20.0),
                first,
                last,
            )
        ]
    )


def _pinhole(rng: Rng, plan: Plan) -> Built:
    ohm = log_uniform(rng, 0.04, 1.5) if plan.specimen.described else log_uniform(rng, 0.02, 0.26)
    length = plan.specimen.thickness_m
    return Built([Pinhole(radius_m(ohm, length), length)], shorted_from_start=True)


def _leak(rng: Rng, plan: Plan) -> Built:
    ohm = plan.specimen.floor_ohm * rng.uniform(0.12, 0.5)
    volt = min(plan.programme.levels_A) * ohm
    scale = volt / log_uniform(rng, 0.1, 2.0)
    leak = (1.0 / ohm - 1.0 / plan.specimen.total_ohm) * float(np.exp(-np.sqrt(volt / scale)))
    return Built([FieldAssistedLeak(leak, scale)], shorted_from_start=True)


# --- failures --------------------------------------------------------------------------------------------


def _adatoms(rng: Rng, plan: Plan) -> Built:
    programme = plan.programme
    levels = sorted(programme.levels_A)
    if programme.kind in (CYCLING, PLATING):
        limit = levels[0] / rng.uniform(1.05, 2.5)
        first = 0 if programme.kind == PLATING else int(rng.integers(0, max(1, len(programme.halves) // 2)))
        share = rng.uniform(0.4, 0.95) if programme.kind == PLATING else rng.uniform(0.4, 1.6)
        current = levels[0]
    else:
        limit = levels[int(rng.integers(len(levels) // 3, max(len(levels) - 1, 1)))] * rng.uniform(0.8, 1.1)
        first, share, current = 0, rng.uniform(0.3, 1.0), max(levels[-1], 1.2 * limit)
    # at this current and without what was there before, all contact is lost after this share of a half-cycle
    tau = share * plan.duration_s(0) / -np.log1p(-limit / current)
    return Built([AdatomVoids(limit, float(tau), rng.uniform(0.4, 0.97), rng.uniform(0.0, 1.0), first)])


def _random_voids(rng: Rng, plan: Plan) -> Built:
    programme = plan.programme
    levels = sorted(programme.levels_A)
    charge = levels[0] * plan.duration_s(0)
    if programme.kind == PLATING:
        return Built([RandomVoids(rng.uniform(2.5, 8.0), 0.0, charge, 0.0, 0)])
    threshold = levels[0] * rng.uniform(0.0, 0.5)
    if programme.kind != CYCLING:
        threshold = levels[int(rng.integers(len(levels) // 3, max(len(levels) - 1, 1)))] * 0.95
    gain = rng.uniform(0.8, 4.0) * levels[0] / max(levels[-1] - threshold, 0.3 * levels[0])
    first = int(rng.integers(0, max(1, len(programme.halves) // 2)))
    return Built([RandomVoids(gain, rng.uniform(0.5, 0.97), charge, threshold, first)])


def _pressure_lost(rng: Rng, plan: Plan) -> Built:
    half, _ = plan.moment(rng, 0.2, 0.85)
    whole = plan.specimen.total_ohm / plan.specimen.interface_ohm
    rest = 1.0 / (1.0 + whole * log_uniform(rng, 3.0, 15.0))
    return Built([PressureLoss(half + rng.uniform(0.1, 0.5), log_uniform(rng, 0.01, 0.08), rest)])


def _salt(rng: Rng, plan: Plan) -> Built:
    level = max(plan.programme.levels_A)
    count = len(plan.programme.halves)
    first = 0 if rng.random() < 0.6 else int(rng.integers(0, max(1, count // 2)))
    return Built(
        [
            NonlinearDiffusion(
                level * rng.uniform(0.25, 0.8),
                plan.duration_s(0) * log_uniform(rng, 0.2, 4.0),
                rng.uniform(0.0, 1.2),
                0.045,
                first,
            )
        ]
    )


def _breakaway_growth(rng: Rng, plan: Plan, factor: float, last: float) -> BreakawayGrowth:
    """Growth that has multiplied the whole resistance by `factor` at half-cycle `last`."""
    whole = plan.specimen.total_ohm / plan.specimen.interface_ohm
    breaks = last * rng.uniform(0.15, 0.6)
    return BreakawayGrowth(rng.uniform(0.02, 0.3) * whole, breaks, (factor - 1.0) * whole / (last - breaks))


def _breakaway(rng: Rng, plan: Plan) -> Built:
    return Built([_breakaway_growth(rng, plan, log_uniform(rng, 5.0, 40.0), len(plan.programme.halves))])


def _moist(rng: Rng, plan: Plan) -> Built:
    end = _end_s(plan)
    return Built([MoistureIngress(end * log_uniform(rng, 0.3, 4.0), end * rng.uniform(0.9, 1.1))])


def _gas(rng: Rng, plan: Plan) -> Built:
    half, share = plan.moment(rng, 0.1, 0.6)
    left = len(plan.programme.halves) - half
    return Built([GasBubbles(rng.uniform(0.8, 0.95), half + share, min(rng.uniform(2.0, 15.0), 0.4 * left))])


def _breakaway_then_short(rng: Rng, plan: Plan) -> Built:
    count = len(plan.programme.halves)
    half = int(rng.integers(int(0.7 * count), count - 2))
    growth = _breakaway_growth(rng, plan, log_uniform(rng, 5.0, 12.0), half)
    shunt = 1.0 / (log_uniform(rng, 0.003, 0.03) * plan.specimen.total_ohm)
    crack = GriffithFilling(
        shunt,
        plan.programme.halves,
        half,
        rng.uniform(0.2, 0.7),
        6.0,
        0.1,
        0.0,
        0.0,
        log_uniform(rng, 1e-3, 0.2),
    )
    return Built([growth, crack])


# --- instruments -----------------------------------------------------------------------------------------


def _gain(rng: Rng, _plan: Plan) -> Built:
    return Built(
        (),
        [GainHunting(rng.uniform(0.05, 0.6), log_uniform(rng, 3.0, 40.0), rng.uniform(1.0, 4.0), 10.0)],
    )


def _overflow(rng: Rng, plan: Plan) -> Built:
    level = max(plan.programme.levels_A) * plan.specimen.total_ohm
    ends = [x for x in (0.5, 1.0, 2.0, 2.5, 4.096, 5.0) if x < 0.85 * level]
    return Built((), [OverflowWrap(float(rng.choice(ends[-2:])))])


def _neighbour(rng: Rng, plan: Plan) -> Built:
    period = plan.duration_s(0) * float(rng.choice([rng.uniform(0.25, 0.8), rng.uniform(1.3, 3.6)]))
    times = float(rng.choice([-1.0, 1.0])) * rng.uniform(1.3, 4.0)
    return Built((), [CrossTalk(rng.uniform(0.0, 0.5), times, period, rng.uniform(0.3, 0.7))])


def _floating(rng: Rng, plan: Plan) -> Built:
    volt = max(plan.programme.levels_A) * plan.specimen.total_ohm
    rail = float(rng.choice([-1.0, 1.0])) * max(rng.uniform(1.0, 5.0), 2.0 * volt)
    return Built(
        (),
        [
            FloatingSense(
                rng.uniform(0.2, 0.8),
                rail,
                log_uniform(rng, 1e-4, 0.05),
                abs(rail) * log_uniform(rng, 1e-3, 0.1),
            )
        ],
    )


def _stale(rng: Rng, _plan: Plan) -> Built:
    share = rng.uniform(0.35, 0.85)
    return Built((), [StaleBlock(share, rng.uniform(0.04, 0.15), rng.uniform(0.2, 0.9 * share))])


def _unsigned(rng: Rng, _plan: Plan) -> Built:
    return Built((), [LostSign(rng.uniform(0.0, 0.75), 1 if rng.random() < 0.8 else -1)])


def _sagging(rng: Rng, _plan: Plan) -> Built:
    return Built((), [SaggingSource(rng.uniform(0.0, 0.6), rng.uniform(0.2, 0.75))])


MANY = (CYCLING, RATE)
HELD_OUT = Part(
    "held-out",
    (
        Family("healthy", 28, _healthy, healthy=True),
        Family("pump strokes", 3, _pumped, electrolytes=SOLID, tests=MANY, healthy=True),
        Family("heating on and off", 3, _heated, tests=MANY, sampling="temperature", healthy=True),
        Family("soaking", 2, _soaking, tests=MANY, electrolytes=("liquid", "polymer"), healthy=True),
        Family("Griffith filling", 8, _griffith, electrolytes=SOLID),
        Family("Weibull sites", 8, _weibull),
        Family("pore extrusion", 6, _extrusion, electrolytes=("sulfide", "polymer")),
        Family("accelerating tip", 7, _tip, electrolytes=("polymer", "liquid")),
        Family("effective medium", 3, _medium, electrolytes=SOLID, tests=MANY),
        Family(
            "repassivation",
            5,
            _passivated,
            electrolytes=("polymer", "liquid"),
            tests=(CYCLING, RATE, PLATING),
            sampling="dense",
        ),
        Family("memristive bridge", 4, _memristive, tests=MANY, sampling="dense"),
        Family("pinhole", 3, _pinhole),
        Family("field-assisted leak", 2, _leak, electrolytes=(*SOLID, "polymer"), sampling="described"),
        Family("adatom voids", 3, _adatoms, electrolytes=SOLID, sampling="described plating"),
        Family("random voids", 3, _random_voids, electrolytes=SOLID, sampling="described plating"),
        Family("pressure loss", 1.5, _pressure_lost, electrolytes=SOLID, tests=MANY),
        Family("nonlinear diffusion", 3, _salt, electrolytes=("polymer",), sampling="described plating"),
        Family(
            "nonlinear diffusion, liquid", 2, _salt, electrolytes=("liquid",), tests=(CYCLING, RATE, RAMP)
        ),
        Family("breakaway growth", 2, _breakaway, electrolytes=SOLID, tests=(CYCLING, RATE)),
        Family("moisture ingress", 2, _moist, tests=MANY),
        Family("gas bubbles", 1.5, _gas, electrolytes=("liquid",), tests=MANY),
        Family("breakaway, then short", 1.5, _breakaway_then_short, electrolytes=SOLID, tests=(CYCLING,)),
        Family("gain hunting", 1.5, _gain, sampling="dense"),
        Family("overflow", 1, _overflow, level_V=(1.2, 6.0), tests=(CYCLING, RATE, RAMP)),
        Family("cross-talk", 1.5, _neighbour, tests=MANY, sampling="dense"),
        Family("floating sense", 1.5, _floating, tests=MANY),
        Family("stale block", 1, _stale, spectra=False),
        Family("lost sign", 1, _unsigned, tests=MANY),
        Family("sagging source", 1.5, _sagging, tests=MANY, sampling="dense"),
    ),
    background,
)
"""Families of the third round: no detector was tuned on them or shall be."""
