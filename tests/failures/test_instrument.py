"""Trouble with the instrument put onto a constant resistance, and what looks like it and is a cell's."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.failures.judge import find_verdict
from interlayer.metrics.analysis import Analysis
from interlayer.record import schema as s
from tests.failures.cells import AMP, OHM, column, cycling, shunted, voltages

LEVEL_V = AMP * OHM


def words(record) -> tuple[str, str]:
    found = find_verdict(Analysis(record))
    return found.short, found.failure


def both(record, factor):
    """Current and voltage times a factor a row."""
    amp, volt = (record.table[c].to_numpy() * factor for c in (s.CURRENT, s.VOLTAGE))
    return column(column(record, s.CURRENT, amp), s.VOLTAGE, volt)


def flowing(record, rng, count):
    """Rows in the second half of the record that lie in the midst of half-cycles."""
    size = np.abs(record.table[s.CURRENT].to_numpy())
    good = np.flatnonzero((size[3:-3] > 0) & (size[:-6] > 0) & (size[6:] > 0)) + 3
    return np.sort(rng.choice(good[good.size // 2 :], count, replace=False))


@pytest.mark.parametrize("times", [3.0, 30.0])
def test_a_loose_contact(times):
    record, rng = cycling(OHM, samples=100), np.random.default_rng(1)
    rows = flowing(record, rng, 12)

    def change(volt, _time):
        volt[rows] *= 1.0 + times
        return volt

    assert words(voltages(record, change)) == ("none", "instrument")


def test_peaks_that_relax_at_one_place_are_the_cell_s():
    # what opens and closes at one place of every half-cycle, and relaxes, is no contact outside
    def law(_k, x, _i):
        return OHM * (1.0 + np.where(x > 0.5, 20.0 * np.exp(-(x - 0.5) / 0.012), 0.0))

    assert words(cycling(law, samples=100)) == ("none", "contact_loss")


@pytest.mark.parametrize("scatter", [0.03, 0.3])
def test_a_hunting_current(scatter):
    record, rng = cycling(OHM), np.random.default_rng(2)
    factor = np.ones(record.table.height)
    factor[400:] += scatter * rng.standard_normal(factor.size - 400)
    assert words(both(record, factor)) == ("none", "instrument")


def test_saturation_on_one_side():
    record = cycling(lambda _k, x, _i: 8000.0 * (1.0 + x), noise_V=2e-3)
    rng = np.random.default_rng(3)

    def change(volt, _time):
        return np.where(volt > 0.7, 0.7 - 1e-4 * (rng.random(volt.size) < 0.05), volt)

    assert words(voltages(record, change)) == ("none", "instrument")


def test_a_frozen_reading():
    def change(volt, _time):
        volt[500:600] = volt[500]
        return volt

    assert words(voltages(cycling(OHM), change)) == ("none", "instrument")


def test_an_offset_adds_to_one_direction_and_takes_from_the_other():
    def change(volt, time):
        return volt + np.where(time > 8 * 3600.0, 0.4 * LEVEL_V, 0.0)

    record = cycling(OHM, count=24)
    assert words(voltages(record, change)) == ("none", "instrument")
    # the same in both directions is a short
    assert words(cycling(shunted(8, 0.0, 0.6), count=24)) == ("soft", "none")


@pytest.mark.parametrize("volt", [0.0, 5.0])
def test_drop_outs(volt):
    record, rng = cycling(OHM, samples=100), np.random.default_rng(4)
    rows = flowing(record, rng, 12)
    amp = record.table[s.CURRENT].to_numpy().copy()
    end = np.sign(amp) * volt
    amp[rows] = 0.0

    def change(seen, _time):
        seen[rows] = end[rows]
        return seen

    assert words(voltages(column(record, s.CURRENT, amp), change)) == ("none", "instrument")


def test_noise_to_both_sides():
    rng = np.random.default_rng(5)

    def change(volt, time):
        return volt + np.where(time > 8 * 3600.0, 0.4 * LEVEL_V, 0.0) * rng.standard_normal(volt.size)

    assert words(voltages(cycling(OHM), change)) == ("none", "instrument")


def test_a_wrong_reading_of_the_current():
    record = cycling(OHM)
    amp = record.table[s.CURRENT].to_numpy().copy()
    amp[500:] *= 0.7
    assert words(column(record, s.CURRENT, amp)) == ("none", "instrument")


@pytest.mark.parametrize("remaining", [0.002, 0.02, 0.5])
def test_what_a_short_leaves_shows_no_trouble(remaining):
    record = cycling(shunted(8, 0.3, remaining), count=24)
    coarse = voltages(record, lambda v, _t: np.round(v / 2e-4) * 2e-4)
    assert words(coarse)[1] == "none"


def test_a_voltage_of_few_digits_is_no_trouble():
    coarse = voltages(cycling(OHM, noise_V=1e-4), lambda v, _t: np.round(v / 1e-3) * 1e-3)
    assert words(coarse) == ("none", "none")
