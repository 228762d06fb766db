"""The held-out mechanisms of trouble against their closed forms; the population that they make."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from benchmarks.verdict_held_out import HELD_OUT
from benchmarks.verdict_held_out.accelerating_tip import AcceleratingTip
from benchmarks.verdict_held_out.adatom_voids import AdatomVoids
from benchmarks.verdict_held_out.alloy_potential import AlloyPotential
from benchmarks.verdict_held_out.breakaway_growth import BreakawayGrowth
from benchmarks.verdict_held_out.compressor_bursts import CompressorBursts
from benchmarks.verdict_held_out.cross_talk import CrossTalk
from benchmarks.verdict_held_out.effective_medium import EffectiveMedium, conductivity
from benchmarks.verdict_held_out.field_assisted_leak import FieldAssistedLeak, voltage
from benchmarks.verdict_held_out.floating_sense import FloatingSense
from benchmarks.verdict_held_out.gain_hunting import GainHunting
from benchmarks.verdict_held_out.gas_bubbles import GasBubbles
from benchmarks.verdict_held_out.griffith_filling import GriffithFilling
from benchmarks.verdict_held_out.heated_week import HeatedWeek, response
from benchmarks.verdict_held_out.logarithmic_film import LogarithmicFilm
from benchmarks.verdict_held_out.lost_sign import LostSign
from benchmarks.verdict_held_out.mass_transfer_kinetics import MassTransferKinetics, overpotential
from benchmarks.verdict_held_out.memristive_bridge import STEEP, MemristiveBridge
from benchmarks.verdict_held_out.moisture_ingress import MoistureIngress, permeated
from benchmarks.verdict_held_out.neck_growth import NeckGrowth
from benchmarks.verdict_held_out.nonlinear_diffusion import VOLUMES, NonlinearDiffusion
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
from scipy.integrate import quad, solve_ivp

from interlayer.record import checks
from interlayer.record import schema as s
from interlayer.trouble import member, population
from interlayer.trouble.programme import Habits, cycling, ramp, unidirectional
from tests.trouble.test_trouble import CELL, CURRENT, DIGIT_V, OHM, PLAIN, QUIET, resistance, simulate

HOUR = 3600.0
DIGIT_OHM = DIGIT_V / CURRENT
ONE = unidirectional(CURRENT, HOUR, PLAIN)
MANY = cycling(CURRENT, HOUR, 20, PLAIN)
DENSE = dataclasses.replace(QUIET, rows_a_half=2000)
FINE = dataclasses.replace(QUIET, range_V=0.1)
"""Digits of 0.03 ohm."""


def position(record):
    """Half-cycles of one hour that have passed, and rows that no reversal shares."""
    at = record.array(s.TIME) / HOUR
    return at, np.abs(at - np.round(at)) > 1e-3


def beside(shunt_S, ohm=OHM):
    return 1.0 / (1.0 / ohm + shunt_S)


# --- shorts ----------------------------------------------------------------------------------------------


def crack(threshold_A=0.0, blocked=0.0, filling=1e-3, halves=MANY.halves, half=8):
    return GriffithFilling(1 / 100.0, halves, half, 0.5, 8.0, 0.1, threshold_A, blocked, filling)


def test_a_crack_grows_as_its_stress_intensity_has_it():
    """da/dt ~ (I sqrt(a))^8 integrated by Runge and Kutta, scaled to be across after 8.5 half-cycles."""
    record, _ = simulate([crack(blocked=0.5)])
    whole = (0.1**-3 - 1.0) / 3.0  # of the integral of da/a^4
    at, inside = position(record)
    before = inside & (at < 8.49)
    found = solve_ivp(
        lambda _, a: whole / 8.5 * a**4, (0.0, 8.5), [0.1], t_eval=at[before], rtol=1e-9, atol=1e-12
    )
    expected = OHM + 150.0 * 0.5 * found.y[0] ** 2
    assert resistance(record)[before] == pytest.approx(expected, abs=DIGIT_OHM)


def test_a_crack_fills_as_the_root_of_charge():
    record, truth = simulate([crack(filling=2.0)])
    at, inside = position(record)
    expected = beside(np.sqrt(np.clip((at - 8.5) / 2.0, 0.0, 1.0)) / 100.0)
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_OHM + 0.01)
    assert (truth.short, truth.short_half_cycle) == ("soft", 8)


def test_a_crack_stands_still_below_its_threshold():
    levels = [CURRENT * k for k in range(1, 9)]
    programme = ramp(levels, HOUR, 1, PLAIN, one_direction=False, same_charge=False)
    _, truth = simulate([crack(4.5 * CURRENT, halves=programme.halves, half=9)], programme)
    assert truth.ccd_A == (pytest.approx(4e-4), pytest.approx(5e-4))
    # of half-cycles 8 and 9 alone: one and a half of them
    assert truth.short_s / HOUR == pytest.approx(9.5, abs=0.02)


def test_lives_have_weibull_s_distribution():
    from scipy.stats import kstest, weibull_min

    sites = WeibullSites(np.random.default_rng(1), 1.0, 4000, 7.0, MANY.halves, 8, 0.5, 3.0)
    scaled = sites.lives / np.median(sites.lives) * math.log(2.0) ** (1.0 / 7.0)
    assert kstest(scaled, weibull_min(7.0).cdf).pvalue > 0.05


def test_each_site_adds_its_filament():
    sites = WeibullSites(np.random.default_rng(3), 1 / 50.0, 3, 6.0, MANY.halves, 6, 0.5, 3.0)
    record, truth = simulate([sites])
    at, inside = position(record)
    through = (at[:, None] >= 6.5 * sites.lives[None, :]).sum(axis=1)
    near = np.abs(at[:, None] / (6.5 * sites.lives[None, :]) - 1.0).min(axis=1) < 1e-6
    good = inside & ~near
    assert resistance(record)[good] == pytest.approx(beside(through / 150.0)[good], abs=DIGIT_OHM)
    assert truth.short_s / HOUR == pytest.approx(6.5, abs=0.02)


def test_pores_are_through_by_normal_distribution():
    """A tenth, half and nine tenths of the conductance: the deciles of x = t^(1/7.6) lie evenly about the median."""
    record, truth = simulate(
        [PoreExtrusion(1 / 100.0, 10.5 * HOUR, 0.4 * HOUR)],
        channel=dataclasses.replace(FINE, rows_a_half=2000),
    )
    shunt = 100.0 * (1.0 / resistance(record) - 1.0 / OHM)
    hours = [record.array(s.TIME)[np.argmax(shunt > part)] / HOUR for part in (0.1, 0.5, 0.9)]
    assert hours[1] == pytest.approx(10.5, abs=2e-3)
    assert hours[2] - hours[0] == pytest.approx(0.4, rel=0.01)
    low, middle, high = (h ** (1.0 / 7.6) for h in hours)
    assert high - middle == pytest.approx(middle - low, rel=0.02)
    assert truth.short == "soft"


def test_a_tip_runs_into_the_other_side():
    """dg/dQ = -1/(2 g): the gap is the root of what is left; then G rises with the 2/3 power."""
    tip = AcceleratingTip(1 / 100.0, 8.5 * CURRENT * HOUR, CURRENT * HOUR, 0.4)
    record, truth = simulate([tip])
    at, inside = position(record)
    gap = np.sqrt(np.maximum(1.0 - at / 8.5, 0.0))
    shunt = np.clip(at - 8.5, 0.0, 1.0) ** (2.0 / 3.0) / 100.0
    expected = beside(shunt, OHM - 50.0 * 0.4 * (1.0 - gap))
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_OHM + 1e-2)
    assert (truth.short, truth.short_half_cycle) == ("soft", 8)


def test_the_medium_is_bruggeman_s():
    f, r = np.linspace(0.0, 1.0, 101), 1e-3
    k = conductivity(f, r)
    assert f * (1 - k) / (1 + 2 * k) + (1 - f) * (r - k) / (r + 2 * k) == pytest.approx(0.0, abs=1e-9)
    assert k[[0, -1]] == pytest.approx([r, 1.0])
    assert conductivity(np.array([0.8]), 1e-12)[0] == pytest.approx(0.7)  # (3 f - 1)/2 without the rest


def test_grains_are_reduced_after_avrami():
    record, truth = simulate([EffectiveMedium(1 / 50.0, 10.0, 5.0)], channel=FINE)
    at, inside = position(record)
    f = 1.0 - (2.0 / 3.0) ** ((at / 10.0) ** 5)
    late = inside & (at > 12.0)
    expected = beside(0.5 * (3.0 * f - 1.0) / 50.0)
    assert resistance(record)[late] == pytest.approx(expected[late], rel=0.02)
    assert truth.short == "soft"
    assert 9 <= truth.short_half_cycle <= 10


def test_a_touch_is_shut_off_as_its_film_grows():
    touches = np.array([6.3, 9.3]) * HOUR
    record, truth = simulate([Repassivation(1 / 100.0, touches, 60.0)])
    at, inside = position(record)
    age = np.maximum(at[:, None] * HOUR - touches, 0.0)
    shunt = np.where(age > 0.0, np.exp(-np.sqrt(age / 60.0)), 0.0).sum(axis=1) / 100.0
    assert resistance(record)[inside] == pytest.approx(beside(shunt)[inside], abs=DIGIT_OHM + 1e-2)
    assert truth.short == "recovering"


def test_a_bridge_is_built_and_taken_down_by_the_field():
    """dw/dt = sinh(V/V_0)/(full sinh(V_1/V_0)), by Runge and Kutta; three times as fast downwards."""
    scale, full = 0.02, 0.4 * HOUR
    bridge = MemristiveBridge(1 / 40.0, 1, full, CURRENT * OHM, scale, 3.0, 4, 20)
    record, truth = simulate([bridge], channel=dataclasses.replace(QUIET, rows_a_half=500))
    at, inside = position(record)

    def pace(_, w, sign):
        shunt = np.expm1(STEEP * w) / np.expm1(STEEP) / 40.0
        on = CURRENT * beside(shunt)
        return sign * np.sinh(on / scale) / np.sinh(CURRENT * OHM / scale) / full

    start = 0.0
    for half, sign in ((4, 1.0), (5, -3.0)):
        rows = inside & (at > half) & (at < half + 1)
        found = solve_ivp(
            pace, (0.0, HOUR), [start], args=(sign,), dense_output=True, rtol=1e-8, atol=1e-10, max_step=5.0
        )
        state = found.sol((at[rows] - half) * HOUR)[0]
        expected = beside(np.expm1(STEEP * np.clip(state, 0.0, 1.0)) / np.expm1(STEEP) / 40.0)
        assert resistance(record)[rows] == pytest.approx(expected, rel=0.03)
        start = float(np.clip(found.y[0, -1], 0.0, 1.0))
    assert truth.short == "recovering"


def test_a_pinhole_is_a_wire_with_two_constrictions():
    """1 mm of lithium of 9.3e-8 ohm m, radius 10 um: 0.296 and 0.00465 ohm at 20 degC; 1.7 % more at 24 degC."""
    hole = Pinhole(1e-5, 1e-3)
    assert hole.ohm == pytest.approx(0.29603 + 0.00465, abs=1e-4)
    assert radius_m(hole.ohm, 1e-3) == pytest.approx(1e-5)
    small = dataclasses.replace(QUIET, range_V=0.001)
    cell = dataclasses.replace(CELL, temperature_C=24.0)
    record, truth = simulate([hole], cell=cell, channel=small, shorted_from_start=True)
    expected = 1.0 / (1.0 / OHM + 1.0 / (hole.ohm * 1.0172))
    assert np.median(resistance(record)) == pytest.approx(expected, abs=2e-3 / 2**16 / CURRENT)
    assert truth.short == "hard"


@pytest.mark.parametrize("scale", [1e-3, 0.1])
def test_a_leak_of_poole_and_frenkel_balances_the_current(scale):
    ohm = np.array([400.0, 4000.0])
    volt = voltage(1e-4, scale, ohm, CURRENT)
    assert volt / ohm + 1e-4 * volt * np.exp(np.sqrt(volt / scale)) == pytest.approx(CURRENT, rel=1e-9)
    record, truth = simulate([FieldAssistedLeak(1e-2, scale)], shorted_from_start=True)
    expected = voltage(1e-2, scale, np.array([OHM]), CURRENT)[0]
    assert np.abs(record.array(s.VOLTAGE)) == pytest.approx(expected, abs=DIGIT_V)
    assert truth.short == "soft"


# --- failures --------------------------------------------------------------------------------------------


def test_coverage_relaxes_to_what_the_current_keeps_up():
    """Half of the limiting current: a = (1 - exp(-t/tau))/2; ions gather as 1/sqrt(1 - a) does."""
    record, truth = simulate([AdatomVoids(2 * CURRENT, 600.0, 0.0, 1.0, 0)], ONE)
    left = 1.0 - 0.5 * -np.expm1(-record.array(s.TIME) / 600.0)
    expected = 300.0 + 100.0 / left + 25.0 * (1.0 / np.sqrt(left) - 1.0)
    assert resistance(record) == pytest.approx(expected, abs=DIGIT_OHM)
    assert truth.failure == "unclear"  # a fourth more is no failure that anybody could name


def test_all_contact_is_lost_above_the_limiting_current():
    """a = 2 (1 - exp(-t/tau)) is 1 at tau ln 2; the limit of 5 V, 300 + 100/(1 - a) = 50 kohm, a little before."""
    record, truth = simulate([AdatomVoids(CURRENT / 2.0, 1800.0, 0.0, 0.0, 0)], ONE, channel=DENSE)
    assert record.array(s.TIME)[-1] == pytest.approx(
        -1800.0 * math.log(1.0 - 0.5 * (1.0 - 100.0 / 49_700.0)), abs=2.0
    )
    assert truth.failure == "contact_loss"


def test_voids_at_random_places_leave_an_exponential():
    record, _ = simulate([RandomVoids(3.0, 0.0, CURRENT * HOUR, 0.0, 0)], ONE)
    covered = 1.0 - np.exp(-3.0 * record.array(s.TIME) / HOUR)
    assert resistance(record) == pytest.approx(300.0 + 100.0 / (1.0 - covered), abs=DIGIT_OHM)


def test_plating_closes_the_voids_of_its_face():
    record, truth = simulate([RandomVoids(2.0, 0.9, CURRENT * HOUR, 0.0, 4)])
    at, _ = position(record)
    end = resistance(record)[(at > 5.98) & (at < 6.0)]
    assert end == pytest.approx(200.0 + 100.0 * math.exp(0.2) + 100.0 * math.exp(2.0), rel=0.03)
    assert (truth.failure, truth.half_cycle) == ("contact_loss", 4)


def test_contact_falls_with_the_pressure():
    record, truth = simulate([PressureLoss(8.3, 0.03, 0.05)])
    assert resistance(record)[-1] == pytest.approx(200.0 + 200.0 * 20.0**0.95, abs=DIGIT_OHM)
    assert (truth.failure, truth.half_cycle) == ("contact_loss", 8)


def test_salt_of_constant_diffusion_settles_on_a_line():
    """c = 1 + I/I_lim (1 - 2 x): 1.5 and 0.5 at the faces, ln 3; so is the mean of 1/c."""
    salt = NonlinearDiffusion(2 * CURRENT, 100.0, 0.0, 0.05, declare=False)
    record, _ = simulate([salt], ONE)
    expected = CURRENT * (OHM + 50.0 * (math.log(3.0) - 1.0)) + 0.05 * math.log(3.0)
    assert record.array(s.VOLTAGE)[-1] == pytest.approx(expected, rel=1e-3)
    assert salt.salt.sum() == pytest.approx(VOLUMES)


def test_the_square_of_the_salt_settles_on_a_line():
    """b = 1: c dc/dx = -2 I/I_lim."""
    salt = NonlinearDiffusion(4 * CURRENT, 100.0, 1.0, 0.05, declare=False)
    simulate([salt], ONE)
    slope = np.diff(salt.salt**2) * VOLUMES
    assert slope == pytest.approx(-2.0 * 2.0 / 4.0, rel=1e-3)
    assert salt.salt.sum() == pytest.approx(VOLUMES)


def test_salt_runs_out_at_sand_s_time():
    """Semi-infinite diffusion: 2 I/I_lim 2 sqrt(t/(pi tau)) = 1 at t = pi/16 tau (I_lim/I)^2, 200 s."""
    channel = dataclasses.replace(QUIET, rows_a_half=1000)
    salt = NonlinearDiffusion(CURRENT / 2.0, 200.0 * 64.0 / math.pi, 0.0, 0.05)
    record, truth = simulate([salt], ONE, channel=channel)
    assert record.array(s.TIME)[-1] == pytest.approx(200.0, rel=0.05)
    assert truth.failure == "depletion"


def test_a_film_that_breaks_up_grows_linearly():
    record, truth = simulate([BreakawayGrowth(0.2, 6.25, 1.5)])
    at, inside = position(record)
    grown = 0.2 * np.sqrt(np.minimum(at / 6.25, 1.0)) + 1.5 * np.maximum(at - 6.25, 0.0)
    assert resistance(record)[inside] == pytest.approx((OHM + 200.0 * grown)[inside], abs=DIGIT_OHM + 1e-2)
    assert (truth.failure, truth.half_cycle) == ("runaway", 6)


@pytest.mark.parametrize("x", [0.02, 0.1, 0.5, 2.0])
def test_water_comes_after_its_lag(x):
    """By images: the flux is 2/sqrt(pi x) sum exp(-(2 n + 1)^2/(4 x))."""

    def flux(y):
        n = np.arange(12)
        return 2.0 / math.sqrt(math.pi * y) * np.exp(-((2 * n + 1) ** 2) / (4.0 * y)).sum()

    assert permeated(np.array([x]))[0] == pytest.approx(quad(flux, 1e-6, x)[0], abs=2e-4)


def test_water_uses_up_the_face():
    record, truth = simulate([MoistureIngress(2.0 * HOUR, 20.5 * HOUR)])
    at, inside = position(record)
    late = inside & (at > 8.0)  # by then it comes evenly, 1/6 of L^2/D behind
    used = (at / 2.0 - 1.0 / 6.0) / (20.5 / 2.0 - 1.0 / 6.0)
    assert resistance(record)[late] == pytest.approx((200.0 + 200.0 / (1.0 - used))[late], rel=2e-3)
    assert truth.failure == "runaway"


def test_bubbles_stand_in_the_way():
    record, truth = simulate([GasBubbles(0.9, 6.0, 1.0)])
    end = 150.0 + 50.0 * 0.1**-1.5 + 200.0 / 0.1
    assert resistance(record)[-1] == pytest.approx(end, rel=1e-3)
    assert (truth.failure, truth.half_cycle) == ("runaway", 6)


# --- benign ----------------------------------------------------------------------------------------------


def test_what_is_benign_follows_its_law():
    time = simulate([], ONE)[0].array(s.TIME)
    x = time / HOUR
    wide = 200.0
    for mechanism, expected in (
        (LogarithmicFilm(0.1, 60.0), wide * (1.0 + 0.1 * np.log1p(time / 60.0))),
        (NeckGrowth(0.5, HOUR), wide / (1.0 + 0.5 * x**0.2)),
        (WashburnWetting(0.4, 0.25 * HOUR), wide / (0.4 + 0.6 * np.minimum(2.0 * np.sqrt(x), 1.0))),
        (PumpPressure(0.8, HOUR / 3.0, 0.5, 0.0), wide * 0.8 ** (-0.5 * (3.0 * x % 1.0))),
        (
            ParallelPaths(0.5, 0.1, 2.0, 0.5, 0.3),
            wide * (0.5 / (1 - 0.5 * np.exp(-10 * x)) + 0.5 / (1 - 0.5 * x**2)),
        ),
    ):
        record, truth = simulate([mechanism], ONE)
        same = np.abs(3.0 * x - np.round(3.0 * x)) > 1e-6  # a stroke of the pump falls on a row
        assert resistance(record)[same] == pytest.approx((200.0 + expected)[same], abs=DIGIT_OHM + 1e-6)
        assert truth.is_healthy


def test_the_alloy_shifts_with_the_net_charge():
    record, _ = simulate([AlloyPotential(0.004, 0.5 * CURRENT * HOUR)], cycling(CURRENT, HOUR, 4, PLAIN))
    at, inside = position(record)
    net = np.minimum(at % 2.0, 2.0 - at % 2.0)
    expected = np.sign(record.array(s.CURRENT)) * CURRENT * OHM + 0.004 * net / (0.5 + net)
    assert record.array(s.VOLTAGE)[inside] == pytest.approx(expected[inside], abs=DIGIT_V)


@pytest.mark.parametrize("share", [0.05, 0.4])
def test_transfer_with_a_limited_supply_obeys_its_equation(share):
    for current in (0.1, 1.0, 8.0):
        half = 0.5 * overpotential(current, share)
        found = (1.0 - share) * math.exp(half) - (1.0 + share) * math.exp(-half)
        assert found == pytest.approx(current)
    record, _ = simulate([MassTransferKinetics(CURRENT, CURRENT / share)], ONE)
    linear = 1.0 + 2.0 * share
    expected = 200.0 + 200.0 * overpotential(1.0, share) / linear
    assert resistance(record) == pytest.approx(expected, abs=DIGIT_OHM)
    assert overpotential(1e-4, 1e-4 * share) == pytest.approx(1e-4 * linear, rel=1e-3)


def test_the_room_is_one_capacity():
    """dy/dx = (1 or 0 - y)/width, and the same after a period."""
    x = np.linspace(0.0, 0.9999, 4001)
    y = response(x, 0.6, 0.2)
    slope = np.diff(y) / np.diff(x)
    middle, mean = 0.5 * (x[1:] + x[:-1]), 0.5 * (y[1:] + y[:-1])
    away = np.abs(middle - 0.6) > 1e-3
    assert slope[away] == pytest.approx((((middle < 0.6) - mean) / 0.2)[away], abs=1e-4)
    assert y[0] == pytest.approx(y[-1], abs=1e-3)
    cell = dataclasses.replace(CELL, activation_eV=0.4)
    record, _ = simulate([HeatedWeek(cell, 5.0, 4.0 * HOUR, 0.6, 0.2, 0.0)])
    degrees = 25.0 + 5.0 * (response(record.array(s.TIME) / HOUR / 4.0 % 1.0, 0.6, 0.2) - 0.5)
    warmth = np.exp(0.4 / 8.617333262e-5 * (1.0 / (degrees + 273.15) - 1.0 / 298.15))
    assert resistance(record) == pytest.approx(200.0 * warmth + 200.0 * warmth**1.5, rel=1e-2)


def test_a_cable_is_another_each_time():
    record, truth = simulate([RepluggedCable(np.array([4, 11]), np.array([2.0, 9.0, 5.0]))])
    at, inside = position(record)
    expected = OHM + np.select([at < 4, at < 11], [2.0, 9.0], 5.0)
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_OHM)
    assert truth.is_healthy


# --- instruments -----------------------------------------------------------------------------------------


def test_instruments_are_declared():
    for fault in (
        GainHunting(0.3, 10.0, 2.0, 10.0),
        CrossTalk(0.3, 2.0, 0.4 * HOUR, 0.5),
        FloatingSense(0.4, 3.0, 0.01, 0.05),
        StaleBlock(0.6, 0.1, 0.4),
        LostSign(0.4, 1),
        SaggingSource(0.3, 0.5),
    ):
        record, truth = simulate([], faults=[fault])
        assert (truth.short, truth.failure) == ("none", "instrument"), type(fault).__name__
        assert truth.half_cycle >= 3
        row = int(np.argmax(record.array(s.TIME) >= truth.time_s))
        if isinstance(fault, StaleBlock):
            row = int(np.argmax(np.diff(record.array(s.TIME)) < 0))
        assert resistance(record)[: row - 1] == pytest.approx(
            OHM, rel=0.11
        )  # a current that sags by a tenth has begun


def test_instruments_that_spoil_nothing_are_none():
    for fault in (
        GainHunting(0.99, 1e6, 1.0, 10.0),
        OverflowWrap(1.0),
        LostSign(0.99, 1),
        CrossTalk(0.0, 2.0, 1e9, 0.9),
    ):
        _, truth = simulate([], faults=[fault])
        assert truth.is_healthy, type(fault).__name__


def test_what_overflows_comes_back_from_the_other_end():
    """40 mV at the first level and 120 at the second, beyond 100: -80."""
    programme = ramp([CURRENT, 3 * CURRENT], HOUR, 2, PLAIN, one_direction=False, same_charge=False)
    record, truth = simulate([], programme, faults=[OverflowWrap(0.1)])
    volt, current = record.array(s.VOLTAGE), record.array(s.CURRENT)
    small = np.abs(current) < 2 * CURRENT
    assert volt[small] / current[small] == pytest.approx(OHM, abs=DIGIT_OHM)
    assert volt[~small] * np.sign(current[~small]) == pytest.approx(-0.08, abs=DIGIT_V)
    assert (truth.failure, truth.half_cycle) == ("instrument", 4)


def test_what_overflows_all_the_time_could_be_a_convention():
    _, truth = simulate([], faults=[OverflowWrap(0.03)])
    assert truth.failure == "none"


def test_a_gain_is_ten_times_too_large_for_some_rows():
    channel = dataclasses.replace(QUIET, rows_a_half=500)
    record, _ = simulate([], channel=channel, faults=[GainHunting(0.3, 9.0, 3.0, 10.0)])
    times = resistance(record)[int(0.3 * len(record.table)) :] / OHM
    assert set(np.round(times).astype(int).tolist()) == {1, 10}
    assert np.mean(times > 5.0) == pytest.approx(0.25, abs=0.05)  # 3 of 12 rows on average


def test_a_sagging_current_sags_as_a_capacitor_does():
    record, _ = simulate([], faults=[SaggingSource(0.5, 0.4)])
    size = np.abs(record.array(s.CURRENT)).reshape(20, -1)  # the same rows in each half-cycle
    assert size[:9] == pytest.approx(CURRENT)
    assert size[11:, 0] == pytest.approx(CURRENT)
    assert size[11:, -1] == pytest.approx(0.4 * CURRENT)
    assert np.diff(np.log(size[12])) == pytest.approx(math.log(0.4) / (size.shape[1] - 1))
    assert resistance(record) == pytest.approx(OHM, rel=0.01)


def test_a_neighbour_adds_with_one_sign():
    record, _ = simulate([], faults=[CrossTalk(0.0, 2.0, 0.4 * HOUR, 0.5)])
    extra = record.array(s.VOLTAGE) - OHM * record.array(s.CURRENT)
    assert np.unique(np.round(extra, 3)).tolist() == [0.0, 0.08]


def test_an_open_input_charges_to_its_rail():
    record, truth = simulate([], faults=[FloatingSense(0.4, 3.0, 0.02, 0.0)])
    since = record.array(s.TIME) - truth.time_s
    late = since > 5 * 0.02 * 20 * HOUR
    assert record.array(s.VOLTAGE)[late] == pytest.approx(3.0, abs=3.1 * math.exp(-5.0))


def test_an_old_block_runs_back():
    record, _ = simulate([], faults=[StaleBlock(0.6, 0.1, 0.4)])
    back = np.diff(record.array(s.TIME))
    assert (back < 0).sum() == 1
    assert back.min() / HOUR == pytest.approx(-0.4 * 20.0, rel=0.02)


def test_noise_has_the_deviation_that_it_states():
    still = simulate([], MANY)[0].array(s.VOLTAGE)
    for fault in (CompressorBursts(1e-3, 700.0, 0.4), WanderingBaseline(1e-3, 200.0)):
        record, truth = simulate([], MANY, faults=[fault])
        found = float(np.std(record.array(s.VOLTAGE) - still))
        assert found == pytest.approx(float(fault.deviation_of(still)[0]), rel=0.15), type(fault).__name__
        assert truth.is_healthy


def test_a_smoothed_reading_lags_geometrically():
    record, truth = simulate([], faults=[SmoothingFilter(0.5)])
    first = np.flatnonzero(np.diff(np.sign(record.array(s.CURRENT))) < 0)[0] + 1
    expected = -0.04 + 0.08 * 0.5 ** np.arange(1, 6)
    assert record.array(s.VOLTAGE)[first : first + 5] == pytest.approx(expected, abs=2 * DIGIT_V)
    assert truth.is_healthy


def test_times_are_whole_and_currents_drift():
    record, truth = simulate([], faults=[WholeSeconds(10.0), ShuntDrift(2e-3, 600.0)])
    assert np.allclose(record.array(s.TIME) % 10.0, 0.0)
    assert np.abs(record.array(s.CURRENT))[-1] == pytest.approx(1.002 * CURRENT, rel=1e-6)
    assert truth.is_healthy


# --- the population --------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", HELD_OUT.families, ids=lambda f: f.name)
def test_held_out_families_can_be_drawn(family):
    alone = dataclasses.replace(HELD_OUT, families=(family,))
    record, truth = member(1, seed=3, part=alone)
    assert truth.family == family.name
    assert truth.is_healthy == family.healthy
    for label in (s.TIME, s.VOLTAGE, s.CURRENT):
        assert np.isfinite(record.array(label)).all()
    again, same = member(1, seed=3, part=alone)
    assert same == truth
    assert again.table.equals(record.table)


def test_every_kind_of_trouble_and_test_occurs():
    found = population(70, 3, HELD_OUT)
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

    import benchmarks.verdict_held_out
    import benchmarks.verdict_opened
    import benchmarks.verdict_opened_second

    import interlayer.trouble.development

    held, *others = (
        {m.name for m in pkgutil.iter_modules(p.__path__)} - {"families"}
        for p in (
            benchmarks.verdict_held_out,
            benchmarks.verdict_opened_second,
            benchmarks.verdict_opened,
            interlayer.trouble.development,
        )
    )
    assert len(held) >= 14
    assert not held & set().union(*others)
    weights = {f.name: f.weight for f in HELD_OUT.families}
    sound = sum(f.weight for f in HELD_OUT.families if f.healthy)
    assert 0.3 < sound / sum(weights.values()) < 0.37


def test_rests_do_not_drive_a_bridge():
    """Two hours of rest between half-cycles: a crack counts current only, pressed lithium counts time."""
    programme = cycling(CURRENT, HOUR, 12, Habits(2.0 * HOUR, 0, 1))
    _, cracked = simulate([crack(halves=programme.halves, half=5)], programme)
    assert cracked.short_half_cycle == 5
    _, pressed = simulate([PoreExtrusion(1 / 100.0, 5.5 * HOUR, 0.1 * HOUR)], programme)
    assert pressed.short_half_cycle == 2  # 5.5 h lie in the rest after the second, hours 4 to 6
