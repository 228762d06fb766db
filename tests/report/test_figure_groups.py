"""Groups: every cell a point, medians only where they are determined, error bars only from three cells on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError
from interlayer.lab.groups import group_rows
from interlayer.lab.headline import Quantity
from interlayer.report.csv_export import figure_csv
from interlayer.report.figures.groups import (
    DEVIATION,
    LEAST,
    MEDIAN,
    GroupPoint,
    GroupQuantity,
    determined_median,
    groups,
)
from interlayer.report.group_quantities import group_quantities

POINTS = (
    GroupPoint("bare", "b1", 10.0),
    GroupPoint("bare", "b2", 12.0),
    GroupPoint("bare", "b3", 17.0),
    GroupPoint("coated", "c1", 40.0),
    GroupPoint("coated", "c2", 60.0, bound=">="),
)
FIGURE = groups([GroupQuantity("Time to short", "h", POINTS)])


def series(figure, name):
    return [one for one in figure.panels[0].series if one.name == name]


def test_every_cell_is_a_point_and_keeps_its_name():
    drawn = {t: y for s in FIGURE.panels[0].series if s.texts for t, y in zip(s.texts, s.y, strict=True)}
    assert drawn == {point.label: point.value for point in POINTS}


def test_points_of_a_group_do_not_hide_each_other():
    same = groups([GroupQuantity("R_int", "ohm", tuple(GroupPoint("g", str(k), 5.0) for k in range(6)))])
    x = np.concatenate([s.x for s in same.panels[0].series if s.texts])
    assert np.diff(np.sort(x)).min() > 0.05 and np.abs(x).max() < 0.5


def test_an_error_bar_stands_from_three_cells_on_and_is_mean_and_deviation():
    (bar,) = series(FIGURE, DEVIATION)
    # Closed form: of 10, 12, 17 the mean is 13 and the variance (9 + 1 + 16) / 2.
    assert bar.y == pytest.approx([13.0])
    assert bar.high - bar.y == pytest.approx([np.sqrt(13.0)])
    assert round(float(bar.x[0])) == 0


def test_censored_values_are_open_with_a_bound():
    (open_,) = series(FIGURE, LEAST)
    assert open_.hollow and open_.bound == ">=" and open_.texts == ("c2",)
    low, high = FIGURE.panels[0].y.range
    assert high > 60 + 0.12 * (60 - 10) and low < 10  # room for the arrow


def test_the_median_mark_is_the_median_where_it_is_determined():
    (mark,) = series(FIGURE, MEDIAN)
    level = mark.y[np.isfinite(mark.y)]
    # bare: 12. coated: the upper of two is only bounded, so half-way between them is not known.
    assert set(level.tolist()) == {12.0}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.sampled_from([None, ">=", "<="]), st.floats(0, 50)),
        min_size=1,
        max_size=7,
    )
)
def test_a_determined_median_holds_wherever_the_truth_of_censored_values_lies(rows):
    values = [v for v, _, _ in rows]
    found = determined_median(values, [b for _, b, _ in rows])
    truth = [v + d if b == ">=" else v - d if b == "<=" else v for v, b, d in rows]
    if found is not None:
        assert np.median(truth) == pytest.approx(found)
    if all(b is None for _, b, _ in rows):
        assert found == pytest.approx(np.median(values))


def test_the_csv_names_groups_and_cells():
    rows = [line.split(",") for line in figure_csv(FIGURE).splitlines()]
    assert any("bare" in row for row in rows) and any("c2" in row for row in rows)
    assert "h" in rows[1]


def test_a_slide_refuses_more_than_can_be_read():
    many = [GroupQuantity(f"Q{k}", "1", POINTS) for k in range(3)]
    with pytest.raises(InputError, match="'Q2'"):
        groups(many, width="slide")


def test_rows_of_groups_become_quantities_with_their_marks():
    def cell(value, bound=None):
        return (Quantity("time to failure", value, "h", bound), Quantity("hours under test", value, "h"))

    rows = group_rows("g", [("a", None, cell(1.0)), ("b", None, cell(2.0)), ("c", True, cell(3.0, ">="))])
    (quantity,) = group_quantities(rows)
    assert (quantity.name, quantity.unit) == ("Time to failure", "h")
    assert [p.bound for p in quantity.points] == [None, None, ">="]
    # The table of groups gives no median of three cells of which one is censored; neither does the figure.
    assert quantity.marks["g"].median is None and not series(groups([quantity]), MEDIAN)
