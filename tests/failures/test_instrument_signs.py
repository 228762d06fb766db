"""One sign of trouble with the instrument a time, put onto closed forms; beside each what looks like it and is none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.failures import judge
from interlayer.metrics.analysis import Analysis
from interlayer.record import schema as s
from tests.failures.cells import AMP, OHM, column, cycling, plating, sand, shunted, voids, voltages
from tests.metrics.records import alternating, cycled

LEVEL_V = AMP * OHM
SAMPLES = 60


def signs(record) -> set[str]:
    return {x.sign for x in judge.instrument(Analysis(record))}


def verdict(record) -> tuple[str, str]:
    found = judge.find_verdict(Analysis(record))
    return found.short, found.failure


def half_of(row: int) -> int:
    return row // SAMPLES


def amps(record):
    return record.table[s.CURRENT].to_numpy().copy()


def polarised(share=0.4, tau=0.2, **keys):
    """A resistance with a slow process of R C: V = I (R (1 - share) + share R (1 - (1 + x0) exp(-x/tau)))."""

    def law(_k, x, _i):
        slow = 1.0 - 2.0 / (1.0 + np.exp(-1.0 / tau)) * np.exp(-x / tau)
        return OHM * (1.0 - share + share * slow)

    return cycling(law, **keys)


# --- polarity ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [2, 6, 13])
def test_leads_that_are_swapped_in_mid_test(first):
    row = first * SAMPLES if first > 3 else 4 * SAMPLES
    record = voltages(cycling(OHM), lambda v, _t: np.where(np.arange(v.size) >= row, -v, v))
    found = judge.find_verdict(Analysis(record))
    assert (found.short, found.failure) == ("none", "instrument")
    assert found.failure_half_cycle == half_of(row)


def test_a_short_before_leads_are_swapped_is_still_told():
    record = cycling(shunted(6, 0.3, 0.5), count=24)
    swapped = voltages(record, lambda v, _t: np.where(np.arange(v.size) >= 16 * SAMPLES, -v, v))
    assert verdict(swapped) == ("soft", "instrument")


def test_a_sign_that_is_lost():
    record = voltages(cycling(OHM), lambda v, _t: np.where(np.arange(v.size) >= 8 * SAMPLES, np.abs(v), v))
    assert "polarity" in signs(record)


def test_what_a_reversal_leaves_behind_is_the_cell_s():
    # a slow process opposes the current after each reversal until it has turned
    assert not signs(polarised(share=0.9, tau=0.5))


def test_a_voltage_against_the_current_in_a_single_half_cycle():
    record = voltages(plating(OHM), lambda v, _t: np.where(np.arange(v.size) >= 200, -v, v))
    assert verdict(record)[1] == "instrument"


# --- unanswered -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [5, 12])
def test_a_voltage_that_is_read_late(rows):
    def change(volt, _time):
        volt[400 + rows :] = volt[400:-rows].copy()
        return volt

    assert "unanswered" in signs(voltages(cycling(OHM), change))


def test_a_cell_that_answers_in_part_is_none():
    assert "unanswered" not in signs(polarised(share=0.6))


@pytest.mark.parametrize("remaining", [0.002, 0.05, 0.3])
def test_a_short_answers_by_less(remaining):
    assert not signs(cycling(shunted(8, 0.3, remaining)))


# --- sagging ----------------------------------------------------------------------------------------------


def limited(record, limit, noise=1e-4):
    """A source at its compliance: |V| ends there, the current in proportion."""
    volt, amp = record.table[s.VOLTAGE].to_numpy(), amps(record)
    rng = np.random.default_rng(7)
    part = np.where(
        np.abs(volt) > limit, limit * (1 + noise * rng.standard_normal(volt.size)) / np.abs(volt), 1.0
    )
    return column(column(record, s.VOLTAGE, volt * part), s.CURRENT, amp * part)


def rising(**keys):
    return cycling(lambda _k, x, _i: OHM * (1.0 + x), noise_V=1e-5, **keys)


def test_a_source_at_its_compliance():
    assert verdict(limited(rising(), 1.57 * LEVEL_V)) == ("none", "instrument")


def test_a_limit_that_a_programme_holds():
    # 60 mV is what somebody sets
    assert not signs(limited(rising(), 0.060, noise=0.0))
    named = limited(rising(), 1.57 * LEVEL_V)
    table = named.table.with_columns(pl.lit("CCCV_Chg").alias("Step Type / 1"))
    assert "sagging" not in signs(named.with_(table=table))


def test_a_current_reading_that_drifts():
    record = cycling(OHM, noise_A=1e-4)
    place = np.arange(record.table.height) % SAMPLES / SAMPLES
    factor = np.where(np.arange(place.size) > 8 * SAMPLES, 1.0 - 0.3 * place, 1.0)
    assert "sagging" in signs(column(record, s.CURRENT, amps(record) * factor))


@pytest.mark.parametrize("steps", [True, False])
def test_a_staircase_of_currents_is_a_programme(steps):
    levels = [AMP * (1.0 + 0.1 * k) for k in range(12)]
    assert not signs(cycled(levels, OHM, samples=SAMPLES, noise_V=2e-4, steps=steps))


def test_a_source_that_settles():
    record = cycling(OHM, noise_A=1e-4)
    place = np.arange(record.table.height) % SAMPLES
    factor = 1.0 - 0.4 * np.exp(-place / 6.0)
    assert "sagging" not in signs(column(record, s.CURRENT, amps(record) * factor))


# --- outages ----------------------------------------------------------------------------------------------


def test_a_clip_that_opens():
    record = cycling(OHM, samples=100)
    amp, volt = amps(record), record.table[s.VOLTAGE].to_numpy().copy()
    for begin, rows in ((420, 5), (443, 11), (760, 7), (1120, 4)):
        amp[begin : begin + rows] = 0.0
        volt[begin : begin + rows] *= 0.1 * np.exp(-np.arange(rows))
    assert verdict(column(column(record, s.CURRENT, amp), s.VOLTAGE, volt)) == ("none", "instrument")


def test_pauses_of_a_programme():
    # titration: ten minutes of current, ten of rest, all one numbered step
    record = cycling(OHM, samples=120)
    amp, volt = amps(record), record.table[s.VOLTAGE].to_numpy().copy()
    off = np.arange(amp.size) % 20 >= 12
    amp[off], volt[off] = 0.0, 0.0
    assert "outages" not in signs(column(column(record, s.CURRENT, amp), s.VOLTAGE, volt))


# --- additive ---------------------------------------------------------------------------------------------


def test_an_offset_that_creeps():
    record = cycling(OHM, count=40)
    end = float(record.table[s.TIME].to_numpy()[-1])
    crept = voltages(record, lambda v, t: v + 0.8 * LEVEL_V * np.maximum(t / end - 0.3, 0.0) / 0.7)
    assert verdict(crept) == ("none", "instrument")


def test_one_direction_that_changes_alone_is_no_offset():
    # what takes from one direction, or adds to one, adds nothing to the other
    for factor in (0.5, 1.7):
        record = cycling(lambda k, _x, i, f=factor: OHM * (f if i > 0 and k > 15 else 1.0), count=40)
        assert not signs(record) & {"offset", "interference"}


def interfered(record, height, rows=7, seed=8):
    """A voltage that comes and goes at random from a third of the record on."""
    rng = np.random.default_rng(seed)

    def change(volt, _time):
        on = np.cumsum(rng.random(volt.size) < 1.0 / rows) % 2 == 1
        on[: volt.size // 3] = False
        return volt + height * on

    return voltages(record, change)


@pytest.mark.parametrize("height", [0.4, -0.8])
def test_a_voltage_that_comes_and_goes(height):
    assert verdict(interfered(cycling(OHM, count=24), height * LEVEL_V)) == ("none", "instrument")


def test_a_path_that_comes_and_goes_is_none():
    rng = np.random.default_rng(9)
    on = np.cumsum(rng.random(24 * SAMPLES) < 1.0 / 20.0) % 2 == 1
    on[: 8 * SAMPLES] = False
    record = voltages(cycling(OHM, count=24), lambda v, _t: np.where(on, 0.5 * v, v))
    assert verdict(record) == ("recovering", "none")
    assert not signs(record)


# --- flicker ----------------------------------------------------------------------------------------------


def test_a_bit_that_flickers():
    rng = np.random.default_rng(10)
    # stuck-at-1 of a bit that is not set in positive readings, and set in negative ones (two's complement)
    record = cycling(OHM, count=24)

    def change(volt, _time):
        code = np.floor(volt / (2.5 * LEVEL_V)).astype(int)
        wrong = (code % 2 == 0) & (rng.random(volt.size) < 0.1)
        wrong[: volt.size // 4] = False
        return volt + 2.5 * LEVEL_V * wrong

    assert verdict(voltages(record, change)) == ("none", "instrument")


def test_rows_that_read_one_number():
    rng = np.random.default_rng(11)
    record = voltages(plating(OHM), lambda v, _t: np.where(rng.random(v.size) < 0.06, 0.0, v))
    assert "flicker" in signs(record)


# --- restless ---------------------------------------------------------------------------------------------


def rested(count=24, rest=600.0):
    return cycled(alternating([AMP] * (count // 2)), OHM, samples=SAMPLES, rest=rest, noise_V=2e-4)


def test_a_voltage_that_stays_without_current():
    record = rested()
    rests = record.table[s.CURRENT].to_numpy() == 0
    late = np.arange(rests.size) > rests.size // 3
    assert "restless" in signs(voltages(record, lambda v, _t: v + 0.5 * LEVEL_V * (rests & late)))


def test_what_relaxes_on_the_side_of_the_current_before_is_the_cell_s():
    record = rested()
    amp, time = amps(record), record.table[s.TIME].to_numpy()
    last = np.maximum.accumulate(np.where(amp != 0, np.arange(amp.size), 0))
    left = np.sign(amp[last]) * 0.8 * LEVEL_V * np.exp(-(time - time[last]) / 900.0)
    assert not signs(voltages(record, lambda v, _t: np.where(amp == 0, v + left, v)))


# --- clock, repeated, frozen ------------------------------------------------------------------------------


def test_a_clock_that_stands_still():
    record = cycling(OHM)
    time = record.table[s.TIME].to_numpy().copy()
    time[500:530] = time[500]
    assert "clock" in signs(column(record, s.TIME, time))


def test_times_in_whole_seconds_are_no_stopped_clock():
    # rows at 0.05 s, written in whole seconds
    record = cycling(OHM, duration=3.0)
    time = np.floor(record.table[s.TIME].to_numpy())
    assert "clock" not in signs(column(record, s.TIME, time))


def test_readings_that_are_written_again():
    def change(volt, _time):
        volt[600:690] = volt[240:330]
        return volt

    record = voltages(voltages(cycling(OHM), lambda v, _t: np.round(v / 2e-5) * 2e-5), change)
    assert "repeated" in signs(record)


def test_a_calm_cell_repeats_its_cycles():
    # 3 uV of noise in digits of 20 uV: most cycles are equal to the last digit
    record = polarised(noise_V=3e-6)
    assert not signs(voltages(record, lambda v, _t: np.round(v / 2e-5) * 2e-5))


def test_a_reading_that_is_frozen_over_pauses():
    def change(volt, _time):
        volt[500:640] = volt[500]
        return volt

    assert "frozen" in signs(voltages(rested(), change))


# --- what must not matter ---------------------------------------------------------------------------------


def swapped():
    return voltages(cycling(OHM), lambda v, _t: np.where(np.arange(v.size) >= 8 * SAMPLES, -v, v))


@pytest.mark.parametrize(
    ("make", "sign"),
    [
        (swapped, "polarity"),
        (lambda: limited(rising(), 1.57 * LEVEL_V), "sagging"),
        (lambda: interfered(cycling(OHM, count=24), 0.6 * LEVEL_V), "interference"),
        (
            lambda: voltages(rested(), lambda v, _t: np.where(np.arange(v.size) // 140 == 4, v[560], v)),
            "frozen",
        ),
    ],
)
def test_sign_scale_and_zero_of_time_do_not_matter(make, sign):
    record = make()
    i, v, t = pl.col(s.CURRENT), pl.col(s.VOLTAGE), pl.col(s.TIME)
    for change in ([-i, -v], [-v], [i * 3.0], [i * 0.25, v * 4.0], [t + 1e6], [t * 7.0]):
        assert sign in signs(record.with_(table=record.table.with_columns(*change))), change


# --- what must have none ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        cycling(OHM),
        polarised(share=0.7),
        cycling(voids(6), 24),
        cycled(alternating([AMP] * 12), OHM, law=sand(), samples=SAMPLES, noise_V=2e-4),
        cycled(alternating([AMP * (1 + 0.3 * k) for k in range(10)]), OHM, samples=30, noise_V=2e-4),
        voltages(cycling(OHM), lambda v, _t: np.round(v / 4e-3) * 4e-3),
    ],
    ids=["resistance", "relaxing", "voids", "depletion", "ramp", "coarse"],
)
def test_nothing_of_the_instrument_in(record):
    assert not signs(record)


def test_a_full_cell_is_no_open_circuit():
    # 3.4 V at rest, whichever way the current flowed
    record = rested()
    assert not signs(voltages(record, lambda v, _t: 3.4 + v))
