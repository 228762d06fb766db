"""Group statistics: closed forms, and survival against a published textbook case."""

from __future__ import annotations

import math

import pytest

from interlayer.lab.groups import group_rows
from interlayer.lab.headline import TIME_TO_FAILURE, Quantity

# Remission times in weeks of 21 patients on 6-MP and 21 on placebo: Freireich et al., Blood 21 (1963) 699,
# the standard worked case of Kaplan and Meier's estimate; medians 23 and 8 weeks.
SIX_MP = [6, 6, 6, 7, 10, 13, 16, 22, 23]
SIX_MP_CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def row_of(values, bounds=(), *, name=TIME_TO_FAILURE, running=None):
    members = [(f"e{k}", running, (Quantity(name, float(v), "h"),)) for k, v in enumerate(values)]
    members += [(f"c{k}", running, (Quantity(name, float(v), "h", ">="),)) for k, v in enumerate(bounds)]
    (row,) = group_rows("g", members)
    return row


def test_median_of_censored_times_is_the_published_one():
    assert row_of(SIX_MP, SIX_MP_CENSORED).median == 23.0


def test_uncensored_times_have_the_ordinary_median():
    row = row_of(PLACEBO)
    assert row.median == 8.0
    assert row.mean == pytest.approx(sum(PLACEBO) / 21)
    assert row.censored == 0


def test_two_cells_have_no_standard_deviation_and_three_do():
    assert row_of([1.0, 2.0]).sd is None
    assert row_of([1.0, 2.0, 3.0]).sd == pytest.approx(1.0)


def test_a_mean_of_bounds_is_not_given():
    row = row_of([250.0], [1200.0, 1300.0], running=True)
    assert (row.mean, row.sd, row.median) == (None, None, None)
    assert "2 of 3 still running, > 1200 h" in row.text


def test_cells_that_ended_without_failure_are_not_called_running():
    assert "1 of 2 ended without failure, > 400 h" in row_of([100.0], [400.0], running=False).text


def test_fewer_than_half_failed_gives_no_median():
    row = row_of([10.0, 20.0], [100.0] * 6)
    assert row.median is None
    assert "no median" in row.text


def test_interval_of_the_median_holds_it():
    row = row_of(SIX_MP, SIX_MP_CENSORED)
    low, high = row.median_interval
    assert low <= 23.0 <= high
    # R's survfit with conf.type = 'log-log' and SAS PROC LIFETEST print 13 for the lower end.
    assert low == 13.0
    assert math.isinf(high)


def test_different_conditions_stand_in_different_rows():
    members = [
        ("a", None, (Quantity("overpotential at 0.1 mA/cm2", 40.0, "mV"),)),
        ("b", None, (Quantity("overpotential at 0.2 mA/cm2", 80.0, "mV"),)),
    ]
    assert [r.n for r in group_rows("g", members)] == [1, 1]


def test_every_cell_stays_a_point():
    row = row_of([3.0, 1.0, 2.0], [9.0])
    assert [p.label for p in row.points] == ["e0", "e1", "e2", "c0"]


def ramps(intervals, bounds):
    name, unit = "critical current density", "mA/cm2"
    members = [
        (f"f{k}", None, (Quantity(name, high, unit, interval=(low, high)),))
        for k, (low, high) in enumerate(intervals)
    ]
    members += [(f"p{k}", None, (Quantity(name, low, unit, ">="),)) for k, low in enumerate(bounds)]
    (row,) = group_rows("g", members)
    return row


def test_critical_currents_get_a_weibull_median_within_what_was_seen():
    row = ramps([(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (0.6, 0.7)], [0.8])
    assert (row.n, row.censored) == (5, 1)
    # Two of five failed up to 0.5 and three up to 0.6: the median lies between.
    assert 0.45 < row.median < 0.65
    assert row.median_interval[0] < row.median < row.median_interval[1]
    assert "Weibull median" in row.text
    assert "1 of 5 without failure, > 0.8 mA/cm2" in row.text


def test_two_critical_currents_get_no_distribution():
    assert "Weibull" not in ramps([(0.3, 0.4), (0.4, 0.5)], []).text


def test_one_failure_of_three_says_why_there_is_no_fit():
    row = ramps([(0.3, 0.4)], [0.5, 0.6])
    assert row.median is None
    assert "1 of 3 cells failed" in row.text
