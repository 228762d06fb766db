"""The mechanisms of trouble of the second round against their closed forms; the population that they make."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from benchmarks.verdict_opened_second import OPENED_SECOND, breakdown_tree
from benchmarks.verdict_opened_second.autocatalytic_growth import AutocatalyticGrowth
from benchmarks.verdict_opened_second.breathing_bridge import BreathingBridge
from benchmarks.verdict_opened_second.coarse_digits import CoarseDigits
from benchmarks.verdict_opened_second.compliance import Compliance
from benchmarks.verdict_opened_second.contact_ageing import ContactAgeing
from benchmarks.verdict_opened_second.corroding_connector import CorrodingConnector
from benchmarks.verdict_opened_second.cracking_steps import CrackingSteps
from benchmarks.verdict_opened_second.creeping_bridge import CreepingBridge
from benchmarks.verdict_opened_second.day_and_night import LIGHT, wave
from benchmarks.verdict_opened_second.delamination import Delamination
from benchmarks.verdict_opened_second.drifting_offset import DriftingOffset
from benchmarks.verdict_opened_second.fatigue_crack import FatigueCrack
from benchmarks.verdict_opened_second.flickering_bit import FlickeringBit
from benchmarks.verdict_opened_second.frozen_reading import FrozenReading
from benchmarks.verdict_opened_second.loose_clip import LooseClip
from benchmarks.verdict_opened_second.lost_packets import LostPackets
from benchmarks.verdict_opened_second.marcus_transfer import rate
from benchmarks.verdict_opened_second.reduced_front import ReducedFront
from benchmarks.verdict_opened_second.shallow_voids import ShallowVoids
from benchmarks.verdict_opened_second.space_charge_leak import SpaceChargeLeak
from benchmarks.verdict_opened_second.stress_memory import StressMemory
from benchmarks.verdict_opened_second.stretched_growth import StretchedGrowth
from benchmarks.verdict_opened_second.swapped_leads import SwappedLeads
from benchmarks.verdict_opened_second.tunnelling_gap import TunnellingGap, excess
from benchmarks.verdict_opened_second.two_pools import TwoPools
from benchmarks.verdict_opened_second.vacancy_voids import VacancyVoids

from interlayer.record import checks
from interlayer.record import schema as s
from interlayer.trouble import member, population
from interlayer.trouble.programme import Habits, cycling, ramp, rate_test, unidirectional
from tests.trouble.test_trouble import CELL, CURRENT, DIGIT_V, OHM, PLAIN, QUIET, resistance, simulate

HOUR = 3600.0
DIGIT_OHM = DIGIT_V / CURRENT
ONE = unidirectional(CURRENT, HOUR, PLAIN)


def position(record):
    """Half-cycles of one hour that have passed, and rows that no reversal shares."""
    at = record.array(s.TIME) / HOUR
    return at, np.abs(at - np.round(at)) > 1e-3


# --- shorts ----------------------------------------------------------------------------------------------


def test_a_tree_conducts_as_kirchhoff_has_it():
    """One straight branch is HIGH + 1 bonds in series, the full grid WIDE such branches that share potentials."""
    column = breakdown_tree._COLUMN == 3
    assert breakdown_tree.conductance(column) == pytest.approx(1.0 / (breakdown_tree.HIGH + 1))
    full = np.ones_like(column)
    expected = breakdown_tree.WIDE / (breakdown_tree.HIGH + 1)
    assert breakdown_tree.conductance(full) == pytest.approx(expected)


def test_the_potential_without_a_tree_is_linear():
    nothing = np.zeros(breakdown_tree._SITE.size, dtype=bool)
    expected = (breakdown_tree._ROW + 1) / (breakdown_tree.HIGH + 1)
    assert breakdown_tree.potential(nothing) == pytest.approx(expected)


def test_more_sites_never_conduct_less():
    """Rayleigh's monotonicity."""
    for seed in range(5):
        grown = breakdown_tree.conductances(np.random.default_rng(seed))
        assert grown.size == breakdown_tree.MORE + 1
        assert (np.diff(grown) >= -1e-12).all()
        assert 0.0 < grown[0] < grown[-1] == 1.0


@pytest.mark.parametrize("load", [1e-6, 0.1, 10.0, 1e4])
def test_the_tunnelling_voltage_balances_the_current(load):
    ohm, scale = np.array([400.0, 4000.0]), 0.01
    g = load / ohm
    factor = excess(g, ohm, CURRENT, scale)
    volt = CURRENT * ohm / (1.0 + g * factor * ohm)
    assert volt / ohm + g * scale * np.sinh(volt / scale) == pytest.approx(CURRENT, rel=1e-6)


def test_a_gap_at_small_voltage_falls_by_four_decades():
    record, truth = simulate([TunnellingGap(1 / 100.0, 12.5, 4.0, 10.0)])
    at, inside = position(record)
    shunt = 100.0 * 10.0 ** (4.0 * np.clip((12.5 - at) / 4.0, 0.0, None))
    expected = 1.0 / (1.0 / OHM + 1.0 / shunt)
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_OHM + 1e-3)
    assert truth.short == "soft"
    # 5 % of the current: 400/shunt = 1/19
    begin = 12.5 - math.log10(19.0 * OHM / 100.0)
    assert truth.short_s / HOUR == pytest.approx(begin, abs=0.02)


def test_a_bridge_creeps_with_norton_s_exponent():
    record, truth = simulate([CreepingBridge(1 / 400.0, 8.5, 600.0)])
    at, inside = position(record)
    age = (at - 8.5) * HOUR
    shunt = 400.0 * (1.0 + np.maximum(age, 0.0) / 600.0) ** (-1.0 / 7.6)
    expected = np.where(at >= 8.5, OHM * shunt / (OHM + shunt), OHM)
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_OHM)
    assert 8.5 <= truth.short_s / HOUR <= 8.52


def test_damage_of_equal_half_cycles_adds_up_evenly():
    programme = cycling(CURRENT, HOUR, 20, PLAIN)
    crack = FatigueCrack(1 / 10.0, programme.halves, 8, 0.5, 4.0, 1e-3)
    _, truth = simulate([crack], programme)
    assert truth.short == "hard"
    assert truth.short_s / HOUR == pytest.approx(8.5, abs=0.02)


def test_damage_of_a_ramp_is_that_of_its_last_levels():
    levels = [CURRENT * k for k in range(1, 9)]
    programme = ramp(levels, HOUR, 1, PLAIN, one_direction=False, same_charge=False)
    crack = FatigueCrack(1 / 10.0, programme.halves, 9, 0.5, 4.0, 1e-3)
    _, truth = simulate([crack], programme)
    assert truth.ccd_A == (pytest.approx(4e-4), pytest.approx(5e-4))  # half-cycle 9 is of the fifth level
    assert truth.short_half_cycle == 9


def test_a_front_leaks_hyperbolically():
    record, truth = simulate([ReducedFront(1 / 100.0, 12.0, 0.01)])
    at, inside = position(record)
    depth = np.sqrt(np.minimum(at / 12.0, 1.0))
    shunt = 100.0 * (1.0 - depth + 0.01) / 0.01
    expected = OHM * shunt / (OHM + shunt)
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_OHM + 1e-3)
    assert truth.short == "soft"


def test_a_bridge_of_the_day_closes_higher_than_it_opens():
    """Closes at 0.8 of the wave, which is sin(0.8 pi x/LIGHT) by day, and opens below 0.5."""
    day = 10 * HOUR
    bridge = BreathingBridge(1 / 100.0, 0.8, 0.5, day, 0.0, 0.0, 40 * HOUR, 40 * HOUR)
    record, truth = simulate([bridge], cycling(CURRENT, HOUR, 40, PLAIN))
    closes = math.asin(0.8) / (0.8 * math.pi) * LIGHT * day
    assert truth.short == "recovering"
    assert truth.short_s == pytest.approx(closes, abs=120.0)
    shorted = resistance(record) < 0.9 * OHM
    hours = record.array(s.TIME) / day % 1.0
    dusk = 0.55 + 0.15 * math.log(math.sin(0.8 * math.pi) / 0.5)  # the wave falls to 0.5
    assert hours[shorted].min() == pytest.approx(closes / day, abs=0.01)
    assert hours[shorted].max() == pytest.approx(dusk, abs=0.01)


def test_the_day_is_continuous_but_at_dawn():
    x = np.linspace(0.0, 0.999, 2000)
    day = wave(x, 1.0, 0.0)
    assert 0.0 <= day.min() < day.max() == pytest.approx(1.0, abs=1e-4)
    assert np.abs(np.diff(day)).max() < 0.01


def test_a_leak_of_space_charge_solves_its_square():
    """V + g R V^2 = I R: 20 of 40 mV for g R = 50/V."""
    record, truth = simulate([SpaceChargeLeak(50.0 / OHM)], shorted_from_start=True)
    assert np.abs(record.array(s.VOLTAGE)) == pytest.approx(0.02, abs=DIGIT_V)
    assert truth.short == "unclear"  # 200 ohm are not below 0.6 times R_b + R_gb = 200 ohm
    record, truth = simulate([SpaceChargeLeak(300.0 / OHM / 0.01)], shorted_from_start=True)
    assert np.abs(record.array(s.VOLTAGE)) == pytest.approx(
        (math.sqrt(1 + 4 * 30000 * 0.04) - 1) / 60000, abs=DIGIT_V
    )


# --- failures --------------------------------------------------------------------------------------------


def test_coverage_grows_with_the_root_of_charge():
    record, _ = simulate([VacancyVoids(0.9, 0.0, 0, CURRENT * HOUR, 0.0, 1e9)], ONE)
    covered = np.sqrt(0.9 * record.array(s.TIME) / HOUR)
    assert resistance(record) == pytest.approx(300.0 + 100.0 / (1.0 - covered), abs=DIGIT_OHM + 1e-6)


def test_voids_heal_at_rest():
    """After one half-cycle the square is 0.36; a rest of ln 2 time constants halves it."""
    voids = VacancyVoids(0.36, 0.0, 0, CURRENT * HOUR, 0.0, 600.0 / math.log(2.0))
    record, _ = simulate([voids], cycling(CURRENT, HOUR, 2, Habits(600.0, 0, 1)))
    time = record.array(s.TIME)
    flows = (time >= HOUR + 600.0) & (record.array(s.CURRENT) != 0.0)
    first = np.abs(record.array(s.VOLTAGE)[flows][0]) / CURRENT
    other = 0.36 * (time[flows][0] / HOUR - 7.0 / 6.0)  # the face that is stripped since
    expected = 200.0 + 100.0 / (1.0 - math.sqrt(0.18)) + 100.0 / (1.0 - math.sqrt(other))
    assert first == pytest.approx(expected, abs=DIGIT_OHM)


def test_a_face_that_peels_off_is_lost_contact():
    record, truth = simulate([Delamination(5 * OHM, 8, 0.5, 0.1, 0.5)])
    assert (truth.short, truth.failure) == ("none", "contact_loss")
    assert truth.half_cycle == 8
    at, _ = position(record)
    end = resistance(record)[(at > 9.98) & (at < 10.0)]
    assert end == pytest.approx(OHM + 5 * OHM * 0.5, rel=0.05)  # plating has pressed half of it back


def test_pools_run_out_after_the_logarithm():
    """x = a (1 - exp(-t/tau)) is 1 at tau ln(a/(a - 1)), a the current over the limiting one."""
    channel = dataclasses.replace(QUIET, rows_a_half=2000)
    record, truth = simulate([TwoPools(CURRENT / 2.0, 900.0, 0.045)], ONE, channel=channel)
    assert record.array(s.TIME)[-1] == pytest.approx(900.0 * math.log(2.0), abs=2.0)
    assert truth.failure == "depletion"


def test_pools_below_the_limit_settle():
    record, _ = simulate([TwoPools(2 * CURRENT, 100.0, 0.045, declare=False)], ONE)
    expected = CURRENT * (OHM + 50.0 * 0.25 / 0.75) + 0.045 * math.log(3.0)  # x = 1/2
    assert record.array(s.VOLTAGE)[-1] == pytest.approx(expected, abs=DIGIT_V)


def test_cracks_multiply():
    cracks = CrackingSteps(np.random.default_rng(2), 8.0, 10, 5.0, 12.0, declare=True)
    record, truth = simulate([cracks])
    assert resistance(record)[-1] == pytest.approx(8 * OHM, abs=DIGIT_OHM)
    assert resistance(record)[5] == pytest.approx(OHM, abs=DIGIT_OHM)
    assert truth.failure == "runaway"
    assert 5 <= truth.half_cycle < 12


def test_the_logistic_is_half_way_at_its_middle():
    record, truth = simulate([AutocatalyticGrowth(20.0, 12.5, 1.0)])
    at, _ = position(record)
    middle = np.argmin(np.abs(at - 12.5))
    assert resistance(record)[middle] == pytest.approx(OHM + 10 * 200.0, rel=0.01)
    assert truth.failure == "runaway"


# --- benign ----------------------------------------------------------------------------------------------


def test_what_is_benign_follows_its_law():
    time = simulate([], ONE)[0].array(s.TIME)
    for mechanism, expected in (
        (StretchedGrowth(0.5, 600.0, 0.5), 200.0 + 200.0 * (1.5 - 0.5 * np.exp(-np.sqrt(time / 600.0)))),
        (ContactAgeing(0.1, 60.0), 200.0 + 200.0 / (1.0 + 0.1 * np.log1p(time / 60.0))),
        (ShallowVoids(0.2), 200.0 + 200.0 * (1.0 + 0.2 * np.sqrt(time / HOUR))),
    ):
        record, truth = simulate([mechanism], ONE)
        assert resistance(record) == pytest.approx(expected, abs=DIGIT_OHM)
        assert truth.is_healthy


def test_a_wiped_connector_keeps_a_part():
    """2 ohm a half-cycle, 10 ohm at the wipe, of which 4 stay, then 5 more."""
    record, _ = simulate([CorrodingConnector(2.0, np.array([5.0]), 0.4)], cycling(CURRENT, HOUR, 8, PLAIN))
    at, inside = position(record)
    expected = OHM + np.where(at < 5.0, 2.0 * at, 4.0 + 2.0 * (at - 5.0))
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_OHM)


def test_stress_follows_the_charge_and_turns_with_the_current():
    """Steady loop of Dahl: at the end of each half-cycle tanh(q/2 q_0)."""
    record, _ = simulate([StressMemory(0.01, 0.5 * CURRENT * HOUR, 1e9)])
    end = CURRENT * OHM + 0.01 * math.tanh(1.0)
    at, _ = position(record)
    last = (at > 17.98) & (at < 18.0)
    assert np.abs(record.array(s.VOLTAGE)[last]) == pytest.approx(end, abs=3e-4)


@pytest.mark.parametrize("energy", [8.0, 15.0])
def test_charge_transfer_is_marcus_integral(energy):
    """Chidsey's integral over the electrons of the metal; its closed form is good to 5 %, and so is its slope."""
    x = np.linspace(-60.0, 60.0, 12_001)

    def reduced(eta):
        return np.trapezoid(np.exp(-((x - energy + eta) ** 2) / (4 * energy)) / (1.0 + np.exp(x)), x)

    slope = (reduced(1e-3) - reduced(-1e-3)) / 1e-3
    for eta in (0.5, 2.0, 6.0, 15.0):
        net = (reduced(eta) - reduced(-eta)) / slope
        assert rate(np.array([eta]), energy)[0] == pytest.approx(net, rel=0.1)


# --- instruments -----------------------------------------------------------------------------------------


def test_instruments_are_declared():
    for fault in (
        SwappedLeads(0.4),
        FrozenReading(0.4, 0.3),
        FlickeringBit(0.3, 0.2, 0.1),
        DriftingOffset(0.2, 3.0, 0.05),
        LooseClip(0.3, 6, 2.0, 5),
    ):
        record, truth = simulate([], faults=[fault])
        assert (truth.short, truth.failure) == ("none", "instrument"), type(fault).__name__
        assert truth.half_cycle >= 3
        good = record.array(s.TIME) < truth.time_s
        assert resistance(record)[good] == pytest.approx(OHM, rel=0.31)  # an offset has begun at 30 %


def test_swapped_leads_push_against_the_current():
    record, truth = simulate([], faults=[SwappedLeads(0.4)])
    power = record.array(s.VOLTAGE) * record.array(s.CURRENT)
    wrong = record.array(s.TIME) > truth.time_s
    assert (power[wrong] < 0).all()
    assert (power[~wrong][:-1] > 0).all()


def test_a_source_at_its_compliance_gives_less_current():
    programme = rate_test([CURRENT, 3 * CURRENT], HOUR, 4, PLAIN)
    record, truth = simulate([ShallowVoids(1.0)], programme, faults=[Compliance(0.3)])
    volt, current = record.array(s.VOLTAGE), record.array(s.CURRENT)
    assert truth.failure == "instrument"
    time = record.array(s.TIME)
    share = (time / HOUR) % 1.0
    inside = (share > 0.01) & (share < 0.99)
    ohm = 200.0 + 200.0 * (1.0 + np.sqrt(share))
    assert np.abs(volt / current)[inside] == pytest.approx(
        ohm[inside], rel=0.01
    )  # it is the cell's all the same
    end = 3 * CURRENT * (400.0 + 200.0 * math.sqrt(0.3))
    assert np.abs(volt).max() == pytest.approx(end, rel=0.01)
    assert np.abs(current).min() == pytest.approx(CURRENT)
    late = (share > 0.98) & inside & (np.abs(current) > 2 * CURRENT)
    assert np.abs(current[late]) == pytest.approx(end / 600.0, rel=0.01)


def test_lost_packets_keep_ends_of_steps():
    habits = Habits(600.0, 0, 1)
    full, _ = simulate([], cycling(CURRENT, HOUR, 10, habits))
    some, truth = simulate([], cycling(CURRENT, HOUR, 10, habits), faults=[LostPackets(0.3, 4.0)])
    assert 0.6 * len(full.table) < len(some.table) < 0.9 * len(full.table)
    assert truth.is_healthy
    for end in ("first", "last"):
        one, other = (
            getattr(r.table.group_by(s.STEP, maintain_order=True), end)()[s.TIME].to_list()
            for r in (full, some)
        )
        assert one == other


def test_digits_are_whole():
    record, _ = simulate([], faults=[CoarseDigits(0.015)])
    assert set(np.round(np.abs(record.array(s.VOLTAGE)), 6).tolist()) == {0.045}


# --- the population --------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", OPENED_SECOND.families, ids=lambda f: f.name)
def test_families_of_the_second_round_can_be_drawn(family):
    alone = dataclasses.replace(OPENED_SECOND, families=(family,))
    record, truth = member(1, seed=3, part=alone)
    assert truth.family == family.name
    assert truth.is_healthy == family.healthy
    for label in (s.TIME, s.VOLTAGE, s.CURRENT):
        assert np.isfinite(record.array(label)).all()
    again, same = member(1, seed=3, part=alone)
    assert same == truth
    assert again.table.equals(record.table)


def test_every_kind_of_trouble_and_test_occurs():
    found = population(110, 3, OPENED_SECOND)
    truths = [t for _, t in found]
    assert {t.short for t in truths} == {"none", "soft", "hard", "recovering"}
    assert {t.failure for t in truths} == {"none", "contact_loss", "depletion", "runaway", "instrument"}
    assert {t.electrolyte for t in truths} == {"ceramic", "sulfide", "polymer", "liquid"}
    assert len({t.kind for t in truths}) == 4
    assert 0.2 < np.mean([t.is_healthy for t in truths]) < 0.5
    assert any(r.spectra for r, _ in found)
    wrong = {"no_rows", "missing_columns", "blank_values", "zero_rows", "clock_disagrees"}
    for record, truth in found:
        assert len(record.cycling) <= 20_000
        assert not {f.name for f in checks.run(record)} & wrong
        if truth.short_s is not None:
            assert truth.short_s <= truth.complete_s <= record.array(s.TIME)[-1]


def test_no_mechanism_is_that_of_another_part():
    """By name of file: equations differ, so that a part says something of its own."""
    import pkgutil

    import benchmarks.verdict_opened
    import benchmarks.verdict_opened_second

    import interlayer.trouble.development

    held, *others = (
        {m.name for m in pkgutil.iter_modules(p.__path__)} - {"families"}
        for p in (benchmarks.verdict_opened_second, benchmarks.verdict_opened, interlayer.trouble.development)
    )
    assert len(held) >= 14
    assert not held & set().union(*others)
    assert CELL.floor_ohm == 200.0
