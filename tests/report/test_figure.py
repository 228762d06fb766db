"""Descriptions of figures: what they refuse, what they keep, where their parts go."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import InputError, OutputError
from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.matplotlib_backend import render
from interlayer.report.print_layout import SHEETS, plan
from interlayer.report.ranges import equal_ranges, log_ticks, panel_ranges
from interlayer.report.reference_lines import seats

TIME, VOLT = Axis("Time", "h"), Axis("Voltage", "mV")


def test_arrays_are_copied_and_cannot_be_changed():
    x = np.arange(3.0)
    series = Series("a", x, x)
    x[0] = 99
    assert series.x[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        series.x[0] = 1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Series("a", [1, 2], [1]), "shape"),
        (lambda: Series("a", [1], [1], "dots"), "'points'"),
        (lambda: Series("a", [1], [1], bound=">"), "'>='"),
        (lambda: Series("a", [1], [1], low=[0]), "low and high"),
        (lambda: Axis("x", "h", "log2"), "'log'"),
        (lambda: Line(1.0, "x", "diagonal"), "'vertical'"),
        (lambda: Figure("a/b", "x", panels=(Panel(TIME, VOLT),)), "letters"),
        (lambda: Figure("a", "x"), "panel"),
        (lambda: Figure("a", "x", panels=(Panel(TIME, VOLT),), width="10cm"), "'84mm'"),
    ],
)
def test_a_wrong_description_is_refused_with_what_to_do(make, said):
    with pytest.raises(InputError) as caught:
        make()
    assert said in str(caught.value) and "->" in str(caught.value)


def test_an_unknown_format_is_refused():
    with pytest.raises(OutputError, match="svg"):
        render(Figure("a", "x", panels=(Panel(TIME, VOLT),)), ("bmp",))


def test_the_grid_is_filled_from_left_to_right_and_a_wide_panel_takes_its_row():
    wide, narrow = Panel(TIME, VOLT, span=3), Panel(TIME, VOLT)
    figure = Figure("a", "x", panels=(wide, narrow, narrow, narrow, narrow), columns=3)
    assert [[(n, c) for n, c, _ in row] for row in figure.rows()] == [
        [(0, 0)],
        [(1, 0), (2, 1), (3, 2)],
        [(4, 0)],
    ]
    assert figure.panel_title(1) == "b"


@pytest.mark.parametrize("width", ["84mm", "174mm", "slide"])
def test_panels_lie_on_the_sheet_and_do_not_overlap(width):
    series = tuple(Series(f"curve with a longer name {n}", [0, 6000], [-1e4, 1e4 * n]) for n in range(6))
    panel = Panel(TIME, Axis("A quantity with a rather long name", "mV"), series, title="some title")
    plain = Panel(TIME, VOLT, series[:1], title="other")
    figure = Figure("a", "x", panels=(panel, plain, panel, plain), columns=2, width=width)
    laid = plan(figure)
    sheet = SHEETS[width]
    boxes = []
    for placed in laid.panels:
        assert placed.width > 10 and placed.height > 10
        assert placed.left > 2 * sheet.font_mm and placed.left + placed.width <= sheet.width_mm
        top, low = placed.top - placed.above_mm(sheet), placed.top + placed.height + placed.below_mm(sheet)
        assert top >= -1e-9 and low <= laid.height_mm + 1e-6
        boxes.append((placed.left, placed.left + placed.width, top, low))
    for n, (a, b, c, d) in enumerate(boxes):
        for e, f, g, h in boxes[n + 1 :]:
            assert b <= e or f <= a or d <= g + 1e-6 or h <= c + 1e-6
    assert sheet.font_pt >= 7


def test_one_legend_for_all_panels_only_if_a_name_looks_the_same_everywhere():
    a, b = Series("a", [0, 1], [0, 1], color=0), Series("b", [0, 1], [0, 1], color=1)
    same = Figure("f", "x", panels=(Panel(TIME, VOLT, (a, b)), Panel(TIME, VOLT, (b,))), columns=2)
    assert plan(same).legend is not None
    other = Series("b", [0, 1], [0, 1], color=3)
    different = Figure("f", "x", panels=(Panel(TIME, VOLT, (a, b)), Panel(TIME, VOLT, (other,))), columns=2)
    assert plan(different).legend is None and plan(different).panels[0].legend is not None


def test_ranges():
    line = Series("a", [0, 10], [0, 5])
    (left, right), (low, high) = panel_ranges(Panel(TIME, VOLT, (line,)))
    assert left == 0 and low == 0 and 10 < right < 10.5 and 5 < high < 5.5
    points = Series("a", [0, 10], [0, 5], "points")
    assert panel_ranges(Panel(TIME, VOLT, (points,)))[0][0] < 0  # a marker at the edge is not cut
    bars = Series("a", [0, 1], [1, 1], "points", low=[-3, 0], high=[2, 9])
    low, high = panel_ranges(Panel(TIME, VOLT, (bars,)))[1]
    assert low < -3 and high > 9
    assert panel_ranges(Panel(TIME, VOLT, (Series("a", [1], [7]),)))[1] == pytest.approx((6.3, 7.7))
    log = Axis("Z", "ohm", "log")
    low, high = panel_ranges(Panel(TIME, log, (Series("a", [0, 1, 2], [-5, 0, 100]),)))[1]
    assert 0 < low < 100 < high
    assert panel_ranges(Panel(TIME, VOLT))[0] == (0, 1)


def test_equal_scale():
    for spans in (((0, 100), (0, 10)), ((0, 10), (0, 100)), ((100, 200), (-5, 50))):
        (a, b), (c, d) = equal_ranges(*spans, 0.6)
        assert (d - c) / (b - a) == pytest.approx(0.6)
        assert a <= spans[0][0] and b >= spans[0][1] and c <= spans[1][0] and d >= spans[1][1]


def test_logarithmic_ticks():
    assert log_ticks((0.09, 2e6), 10) == pytest.approx([10.0**n for n in range(-1, 7)])
    assert log_ticks((80, 5000), 8) == pytest.approx([100, 200, 500, 1000, 2000, 5000])
    few = log_ticks((110, 250), 6)
    assert 2 <= len(few) <= 7 and all(110 <= tick <= 250 for tick in few)


def test_texts_of_lines_keep_off_the_curve_and_off_each_other():
    curve = Series("a", np.linspace(0, 5, 500), 100 * np.sign(np.sin(40 * np.linspace(0, 5, 500))))
    after = Series("b", np.linspace(5, 10, 50), np.zeros(50))
    lines = (Line(5.0, "short"), Line(5.05, "crack onset"), Line(5.05, "short"))
    panel = Panel(TIME, VOLT, (curve, after), lines)
    (seat,) = seats(panel, ((0, 10), (-110, 110)), 0.02, 0.05)
    assert seat.text == "short; crack onset" and not seat.left  # free to the right, full to the left
    apart = Panel(TIME, VOLT, (), (Line(3.0, "first"), Line(7.0, "second")))
    assert [seat.text for seat in seats(apart, ((0, 10), (0, 1)), 0.02, 0.05)] == ["first", "second"]
    level = Panel(TIME, VOLT, (Series("a", [6, 10], [1, 1]),), (Line(1.0, "published", "horizontal"),))
    (seat,) = seats(level, ((0, 10), (0, 2)), 0.02, 0.05)
    assert seat.left
    assert seats(Panel(TIME, VOLT, (), (Line(99.0, "outside"),)), ((0, 10), (0, 1)), 0.02, 0.05) == []
