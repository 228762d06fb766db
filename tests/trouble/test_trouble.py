"""The simulator of trouble: voltages in closed form, truth by the written rules, the same for the same seed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import halves
from interlayer.record import checks
from interlayer.record import schema as s
from interlayer.trouble import DEVELOPMENT, member, population
from interlayer.trouble.development.depletion import Depletion
from interlayer.trouble.development.first_shunt import FirstShunt
from interlayer.trouble.development.runaway import Runaway
from interlayer.trouble.development.sudden_shunt import SuddenShunt
from interlayer.trouble.development.telegraph_shunt import TelegraphShunt
from interlayer.trouble.development.temperature import TemperatureStep
from interlayer.trouble.development.voids import Voids
from interlayer.trouble.instrument import Instrument
from interlayer.trouble.programme import Habits, cycling, ramp, unidirectional
from interlayer.trouble.run import recursion, run
from interlayer.trouble.specimen import Specimen
from interlayer.trouble.truth import Trace, failure_of, short_of

CURRENT = 1e-4
OHM = 400.0
CELL = Specimen(
    "ceramic",
    area_m2=1e-4,
    thickness_m=1e-3,
    conductivity_S_m=0.05,
    bulk_ohm=50.0,
    boundary_ohm=150.0,
    interface_ohm=200.0,
    slow_ohm=0.0,
    slow_s=10.0,
    boundary_F=1e-9,
    interface_F=1e-6,
    exponent=1.0,
    lead_H=0.0,
    activation_eV=0.4,
    temperature_C=25.0,
    area_known=True,
    described=True,
    material="LATP",
    label="cell",
)
QUIET = Instrument(
    rows_a_half=60,
    least_V=0.0,
    early=False,
    noise_V=0.0,
    relative_noise=0.0,
    range_V=5.0,
    automatic=False,
    limit_V=5.0,
    on_limit="next",
    noise_A=0.0,
    offset_A=0.0,
    columns=frozenset({"step", "temperature"}),
)
DIGIT_V = 2 * 5.0 / 2**16
PLAIN = Habits(rest_s=0.0, spectrum_every=0, first=1)


def simulate(mechanisms, programme=None, cell=CELL, channel=QUIET, **more):
    programme = programme or cycling(CURRENT, 3600.0, 20, PLAIN)
    return run(cell, programme, mechanisms, channel, np.random.default_rng(0), **more)


def resistance(record):
    return np.abs(record.array(s.VOLTAGE) / record.array(s.CURRENT))


# --- voltages --------------------------------------------------------------------------------------------


def test_a_sound_cell_is_its_resistance():
    record, truth = simulate([])
    assert resistance(record) == pytest.approx(OHM, abs=DIGIT_V / CURRENT)
    assert truth.is_healthy
    assert truth.time_s is None


def test_the_voltage_is_that_of_both_in_parallel():
    shunt = 100.0
    record, truth = simulate([SuddenShunt(1.0 / shunt, 8, 0.5, 1.0)])
    time, ohm = record.array(s.TIME), resistance(record)
    begin = 8.5 * 3600.0
    assert ohm[time < begin] == pytest.approx(OHM, abs=DIGIT_V / CURRENT)
    assert ohm[time > begin + 60] == pytest.approx(OHM * shunt / (OHM + shunt), abs=DIGIT_V / CURRENT)
    assert (truth.short, truth.failure) == ("soft", "none")
    assert truth.half_cycle == 8
    assert begin <= truth.time_s <= begin + 62


def test_the_slow_process_relaxes_as_one_resistor_and_capacitor():
    cell = dataclasses.replace(CELL, slow_ohm=100.0, slow_s=600.0)
    record, _ = simulate([], unidirectional(CURRENT, 3600.0, PLAIN), cell)
    expected = OHM + 100.0 * -np.expm1(-record.array(s.TIME) / 600.0)
    assert resistance(record) == pytest.approx(expected, abs=DIGIT_V / CURRENT)


def test_a_shunt_hastens_the_slow_process():
    """Thevenin: the capacitor sees its resistor parallel to that of shunt and series in series."""
    cell = dataclasses.replace(CELL, slow_ohm=100.0, slow_s=600.0)
    shunt = 200.0
    record, _ = simulate([FirstShunt(1.0 / shunt)], unidirectional(CURRENT, 3600.0, PLAIN), cell)
    seen = 1.0 / (1.0 / 100.0 + 1.0 / (OHM + shunt))
    tau = 600.0 * seen / 100.0
    total = OHM + 100.0
    last = CURRENT * total * shunt / (total + shunt)
    first = CURRENT * OHM * shunt / (OHM + shunt)
    expected = last + (first - last) * np.exp(-record.array(s.TIME) / tau)
    assert record.array(s.VOLTAGE) == pytest.approx(expected, abs=DIGIT_V)


def test_the_recursion_is_the_loop():
    rng = np.random.default_rng(1)
    keep, gain = rng.random(37), rng.standard_normal(37)
    x, expected = 2.5, []
    for p, q in zip(keep, gain, strict=True):
        x = p * x + q
        expected.append(x)
    assert recursion(keep, gain, 2.5) == pytest.approx(expected, rel=1e-12)


def test_a_warmer_cell_follows_arrhenius():
    step = TemperatureStep(CELL, 20.0, 5 * 3600.0, 1.0)
    record, truth = simulate([step])
    factor = np.exp(0.4 / 8.617333262e-5 * (1 / 318.15 - 1 / 298.15))
    expected = 200 * factor + 200 * factor**1.5
    assert resistance(record)[-1] == pytest.approx(expected, abs=DIGIT_V / CURRENT)
    assert record.array(s.TEMPERATURE)[-1] == pytest.approx(45.0)
    assert truth.is_healthy


def test_voids_divide_the_interface_by_what_is_left():
    """Half of the face is lost at the end of a half-cycle of stripping: its 100 ohm become 200."""
    record, _ = simulate([Voids(0.5, 0.0, 0, 3600.0)], cycling(CURRENT, 3600.0, 1, PLAIN))
    share = record.array(s.TIME) / 3600.0
    assert resistance(record) == pytest.approx(300.0 + 100.0 / (1.0 - 0.5 * share), abs=DIGIT_V / CURRENT)


def test_the_voltage_diverges_at_sand_s_time():
    sand = 1800.0
    channel = dataclasses.replace(QUIET, rows_a_half=1000)
    programme = unidirectional(CURRENT, 3600.0, PLAIN)
    record, truth = simulate([Depletion(sand, CURRENT, 0.05)], programme, channel=channel)
    time = record.array(s.TIME)
    x = np.sqrt(time[:-1] / sand)
    expected = CURRENT * OHM + 0.05 * np.log((1 + x) / (1 - x))
    assert record.array(s.VOLTAGE)[:-1] == pytest.approx(expected, abs=DIGIT_V)
    assert time[-1] == pytest.approx(sand, abs=4.0)
    assert truth.failure == "depletion"


def test_spectra_show_the_cell_and_its_shunt():
    habits = Habits(0.0, 10, 1)
    record, _ = simulate([SuddenShunt(1 / 100.0, 8, 0.5, 1.0)], cycling(CURRENT, 3600.0, 20, habits))
    omega = 2j * np.pi * record.spectra[0].frequency_Hz
    sound = 50.0 + 150.0 / (1 + omega * 150.0 * 1e-9) + 200.0 / (1 + omega * 200.0 * 1e-6)
    for spectrum, z in zip(record.spectra, (sound, sound * 100.0 / (sound + 100.0)), strict=True):
        assert np.abs(spectrum.impedance_ohm / z - 1.0).max() < 0.02  # 0.3 % noise


# --- truth -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shunt", "kind"), [(4.0, "hard"), (10.0, "hard"), (50.0, "soft"), (1800.0, "soft")])
def test_a_short_is_hard_below_a_twentieth(shunt, kind):
    """4 ohm leave 1 %, 10 ohm 2.4 %, 50 ohm 11 %, 1800 ohm 82 %."""
    assert simulate([SuddenShunt(1.0 / shunt, 8, 0.5, 1.0)])[1].short == kind


@pytest.mark.parametrize("shunt", [21.0, 4000.0])
def test_what_is_near_a_border_is_unclear(shunt):
    """21 ohm leave 5 %; 4000 ohm take 9 %."""
    assert simulate([SuddenShunt(1.0 / shunt, 8, 0.5, 1.0)])[1].short == "unclear"


def test_a_few_ohm_are_hard_though_a_tenth_remains():
    small = dataclasses.replace(CELL, bulk_ohm=5.0, boundary_ohm=5.0, interface_ohm=20.0)
    assert simulate([SuddenShunt(1.0 / 3.0, 8, 0.5, 1.0)], cell=small)[1].short == "hard"  # 2.7 of 30 ohm


def test_a_fall_in_the_noise_is_unclear():
    loud = dataclasses.replace(QUIET, relative_noise=0.1)
    shunt = [SuddenShunt(1.0 / 1200.0, 8, 0.5, 1.0)]  # takes 25 %
    assert simulate(shunt)[1].short == "soft"
    assert simulate(shunt, channel=loud)[1].short == "unclear"


def test_a_shunt_that_closes_again_is_recovering():
    opens = np.array([5.3, 6.2]), np.array([5.6, 7.1])
    _, truth = simulate([TelegraphShunt(1 / 100.0, *opens)])
    assert truth.short == "recovering"
    assert truth.half_cycle == 5


def test_one_that_closes_and_then_stays_is_unclear():
    opens = np.array([5.3, 8.2]), np.array([5.6, 30.0])
    assert simulate([TelegraphShunt(1 / 100.0, *opens)])[1].short == "unclear"


def test_a_cell_shorted_from_the_start_needs_a_floor():
    """80 ohm lie below R_b + R_gb = 200 ohm, which only a description tells."""
    shunt = [FirstShunt(1 / 100.0)]
    assert simulate(shunt, shorted_from_start=True)[1].short == "soft"
    unknown = dataclasses.replace(CELL, described=False)
    assert simulate(shunt, cell=unknown, shorted_from_start=True)[1].short == "unclear"
    assert simulate([FirstShunt(10.0)], cell=unknown, shorted_from_start=True)[1].short == "hard"


def test_the_critical_current_is_the_interval_of_the_ramp():
    levels = [1e-4 * k for k in range(1, 9)]
    programme = ramp(levels, 3600.0, 1, PLAIN, one_direction=False, same_charge=False)
    _, truth = simulate([SuddenShunt(1 / 10.0, 9, 0.5, 1.0)], programme)
    assert truth.ccd_A == (
        pytest.approx(4e-4),
        pytest.approx(5e-4),
    )  # half-cycle 9 is the fifth level's second
    assert simulate([], programme)[1].ccd_A == (pytest.approx(8e-4), None)


def test_a_ramp_of_one_charge_has_shorter_steps():
    levels = [1e-4, 2e-4, 4e-4]
    programme = ramp(levels, 3600.0, 1, PLAIN, one_direction=True, same_charge=True)
    assert [h.duration_s for h in programme.halves] == pytest.approx([3600.0, 1800.0, 900.0])
    assert {np.sign(h.current_A) for h in programme.halves} == {1.0}


def test_growth_up_to_the_limit_is_a_runaway():
    _, truth = simulate([Runaway(6, 2 * 3600.0)])
    assert (truth.short, truth.failure) == ("none", "runaway")
    assert truth.half_cycle in (6, 7)


def trace(**changes):
    n = 100
    base = {
        "time_s": np.arange(n) * 60.0,
        "half_cycle": np.arange(n) // 10,
        "current_A": np.full(n, CURRENT),
        "sound_V": np.full(n, 0.04),
        "voltage_V": np.full(n, 0.04),
        "shunt_share": np.zeros(n),
        "failing": {},
        "noise_V": np.full(n, 1e-5),
    }
    return Trace(**(base | changes))


def test_a_shunt_of_the_last_rows_is_unclear():
    share = np.where(np.arange(100) >= 98, 0.5, 0.0)
    assert short_of(trace(shunt_share=share, voltage_V=0.04 * (1 - share))).kind == "unclear"


def test_a_cell_that_jumps_by_itself_hides_a_small_fall():
    """Its level changes by 40 % from half-cycle to half-cycle; a fall by 30 % at a reversal is not to be told."""
    level = np.where((np.arange(100) // 10) % 2 == 0, 0.04, 0.056)
    share = np.where(np.arange(100) >= 50, 0.3, 0.0)
    jumping = trace(sound_V=level, voltage_V=level * (1 - share), shunt_share=share)
    assert short_of(jumping).kind == "unclear"
    still = trace(shunt_share=share, voltage_V=0.04 * (1 - share))
    assert short_of(still).kind == "soft"


@pytest.mark.parametrize(("factor", "name"), [(1.0, "none"), (2.0, "unclear"), (4.0, "contact_loss")])
def test_lost_contact_triples_the_voltage_within_half_cycles(factor, name):
    course = factor ** (np.arange(100) % 10 / 9.0)
    found, row = failure_of(trace(failing={"contact_loss": course}))
    assert found == name
    if name == "contact_loss":
        assert row == 2  # the first of 4^(k/9) above 1.3


def test_a_film_that_grows_from_cycle_to_cycle_is_no_lost_contact():
    course = np.linspace(1.0, 4.0, 100)
    assert failure_of(trace(failing={"contact_loss": course})) == ("unclear", None)
    assert failure_of(trace(failing={"runaway": course}))[0] == "runaway"


def test_one_half_cycle_tells_no_failure_where_the_electrolyte_is_not_known():
    course = {"depletion": np.geomspace(1.0, 100.0, 100)}
    alone = trace(half_cycle=np.zeros(100, dtype=np.int64), failing=course)
    assert failure_of(alone)[0] == "unclear"
    assert failure_of(alone, electrolyte_known=True)[0] == "depletion"


# --- the population --------------------------------------------------------------------------------------

SIZE = 120


@pytest.fixture(scope="module")
def members():
    return population(SIZE, seed=4)


def test_a_member_follows_from_its_seed_and_number(members):
    record, truth = member(7, seed=4)
    assert truth == members[7][1]
    assert record.table.equals(members[7][0].table)
    assert not member(7, seed=5)[0].table.equals(record.table)


def test_every_kind_occurs(members):
    assert {t.short for _, t in members} == {"none", "soft", "hard", "recovering"}
    assert {t.failure for _, t in members} == {"none", "contact_loss", "depletion", "runaway", "instrument"}
    assert {t.electrolyte for _, t in members} == {"ceramic", "sulfide", "polymer", "liquid"}
    assert {t.kind for _, t in members} == {
        "symmetric cycling",
        "rate test",
        "critical current ramp",
        "unidirectional plating",
    }
    assert 0.25 < np.mean([t.is_healthy for _, t in members]) < 0.5


def test_records_hold_numbers_and_pass_the_checks(members):
    wrong = {"no_rows", "missing_columns", "blank_values", "zero_rows", "duplicate_rows", "clock_disagrees"}
    of_instruments = {"time_backwards", "clipped_voltage", "current_sign"}
    for record, truth in members:
        assert len(record.cycling) <= 20_000
        for label in (s.TIME, s.VOLTAGE, s.CURRENT):
            assert np.isfinite(record.array(label)).all()
        found = {f.name for f in checks.run(record)}
        assert not found & wrong
        if truth.failure != "instrument":
            assert not found & of_instruments


def test_half_cycles_are_numbered_as_the_record_shows_them(members):
    """But where a gap leaves a single row of a half-cycle, which a reader does not count."""
    off = []
    for record, truth in members:
        if truth.short_half_cycle is not None:
            h = halves(Analysis(record))
            k = truth.short_half_cycle
            off.append(not (h.start_s[k] - 1e-6 <= truth.short_s <= h.end_s[k] + 1e-6))
    assert len(off) > 30
    assert np.mean(off) < 0.05


def test_the_time_of_a_short_lies_in_the_record(members):
    for record, truth in members:
        if truth.short_s is not None:
            time = record.array(s.TIME)
            assert time[0] <= truth.short_s <= time[-1]
            assert truth.short_s <= truth.complete_s


def test_critical_currents_are_neighbouring_levels(members):
    ramps = [(r, t) for r, t in members if t.ccd_A is not None]
    assert ramps
    for record, truth in ramps:
        assert truth.kind == "critical current ramp"
        levels = np.unique(np.round(np.abs(record.array(s.CURRENT)), 12))
        passed, failed = truth.ccd_A
        if passed is not None:
            assert np.min(np.abs(levels - passed)) < 0.01 * passed
        if failed is not None:
            assert passed is None or failed > passed


def test_all_families_can_be_drawn():
    for family in DEVELOPMENT.families:
        alone = dataclasses.replace(DEVELOPMENT, families=(family,))
        _, truth = member(0, seed=3, part=alone)
        assert truth.family == family.name
