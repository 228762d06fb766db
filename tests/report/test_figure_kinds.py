"""Kinds of figure by name: what each shows, frequencies at decades, limits of axes."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import InputError
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Axis, Figure, Note, Panel, Series
from interlayer.report.figure_kinds import FIGURE_KINDS, Wishes
from interlayer.report.figures.cell_rates import cell_rates
from interlayer.report.figures.cell_resistance import cell_resistance
from interlayer.report.figures.critical_current_interval import (
    INTERVAL,
    critical_current_interval,
    interval_text,
)
from interlayer.report.figures.direction_overpotential import direction_overpotential
from interlayer.report.figures.nyquist import decade_notes, frequency_text, nyquist
from interlayer.report.figures.retention import retention
from interlayer.report.limits import limits_of, with_limits
from interlayer.report.matplotlib_backend import draw
from interlayer.report.note_places import note_places
from interlayer.report.plotly_backend import figure_json
from interlayer.report.ranges import panel_ranges
from tests.report.synthetic import full_cell, impedance, ramp, symmetric

CYCLED = DrawnCell("bare", symmetric("bare", 30, spectra=([0, 10, 20], [562, 1006, 2931])))
FAILED = DrawnCell("failed", ramp("failed", [0.1, 0.2, 0.3, 0.4, 0.5], fails_at=0.4))
PASSED = DrawnCell("passed", ramp("passed", [0.1, 0.2, 0.3, 0.4]))
FULL = DrawnCell("full", full_cell("full", (0.1, 0.5, 2.0, 0.1), 4, fade=0.001))


@pytest.mark.parametrize("kind", FIGURE_KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("width", ["84mm", "174mm", "slide"])
def test_every_kind_makes_a_figure_of_each_width(kind, width):
    cells = {"ccd": [FAILED, PASSED], "zoom": [FAILED], "retention": [FULL]}.get(kind.name, [CYCLED])
    wanted = Wishes(width, quantities=("R_int",) if kind.name == "groups" else ())
    made = kind.draw(cells, wanted)
    assert made.width == width and not made.panels[0].is_empty
    assert all(panel.y.label for panel in made.panels)


def test_a_ramp_shows_the_interval_and_the_capacity_passed():
    figure = critical_current_interval([FAILED])
    _, current, capacity = figure.panels
    (band,) = [one for one in current.series if one.name == INTERVAL]
    # Declared by the record: 0.3 mA/cm2 passed, 0.4 failed.
    assert band.low == pytest.approx([0.3, 0.3]) and band.high == pytest.approx([0.4, 0.4])
    # Half-cycles of 1 h at 0.1, 0.2, 0.3 both ways, then 1200 s at 0.4 (rows every 90 s): 1.2 + 0.4/3 mAh/cm2.
    total = [line.at for line in capacity.lines if line.direction == "horizontal"]
    assert total == pytest.approx([1.2 + 0.4 / 3], rel=0.03)
    assert capacity.series[0].y[-1] == pytest.approx(2 * 1.5, rel=0.03)
    assert interval_text(FAILED).startswith("0.3 < CCD ≤ 0.4 mA cm⁻²")


def test_a_ramp_without_a_short_is_censored():
    figure = critical_current_interval([PASSED])
    assert not [s for s in figure.panels[1].series if s.name == INTERVAL]
    assert [line.at for line in figure.panels[1].lines] == pytest.approx([0.4])
    assert "≥ 0.4" in interval_text(PASSED)


def test_r_int_of_cells_with_errors_and_hours():
    (panel,) = cell_resistance([CYCLED]).panels
    (series,) = panel.series
    # The spectra are made of these resistances.
    assert series.x == pytest.approx([0, 10, 20]) and series.y == pytest.approx([562, 1006, 2931], rel=1e-3)
    assert np.all(series.high >= series.y)


def test_retention_starts_at_the_reference_and_names_it():
    figure = retention([FULL, CYCLED])
    (series,) = figure.panels[0].series
    assert series.y[0] == pytest.approx(100.0)
    assert "reference is cycle 1" in figure.caption and "bare is not drawn" in figure.caption


def test_rates_of_full_cells_are_written_at_their_levels():
    (panel,) = cell_rates([FULL]).panels
    assert [note.text for note in panel.notes] == ["0.1C", "0.5C", "2C", "0.1C"]
    assert panel.series[0].x.min() == 1 and panel.y.unit == "mAh/g"


def test_overpotentials_stand_apart_by_direction():
    (panel,) = direction_overpotential(CYCLED, failed_half_cycle=7).panels
    forward, backward = panel.series
    # The record has |V| = 77 mV (1 + 0.08 share of the hour), and the plateau is the median from 25 to 90 % of it;
    # rows are a sixteenth of an hour apart, 0.4 mV.
    assert forward.y == pytest.approx(77 * (1 + 0.08 * 0.575) * np.ones(15), abs=0.6)
    assert forward.x == pytest.approx(np.arange(0, 30, 2)) and backward.x == pytest.approx(
        np.arange(1, 30, 2)
    )
    assert panel.lines[0].at == 7
    assert direction_overpotential(FULL).panels[0].is_empty


def test_frequencies_stand_at_the_points_of_decades():
    hz = np.logspace(6, -1, 43)
    z = impedance(hz, 562)
    notes = decade_notes(hz, z.real, -z.imag)
    assert [note.text for note in notes] == [frequency_text(10.0**n) for n in range(-1, 7)]
    at = {note.text: note.x for note in notes}
    assert at["1 kHz"] == pytest.approx(impedance(np.array([1e3]), 562).real[0])
    assert not decade_notes(np.array([2.0, 30.0, 500.0]), np.zeros(3), np.zeros(3))
    assert nyquist([CYCLED.record], decades=True).panels[0].notes


def test_notes_lie_off_the_curve_off_each_other_and_inside():
    figure = nyquist([CYCLED.record], decades=True, width="84mm")
    panel = figure.panels[0]
    spans = panel_ranges(panel)
    wide, tall = 0.02, 0.05
    placed = note_places(panel, spans, wide, tall)
    assert len(placed) >= 4
    assert len({one.note.text for one in placed}) >= 4
    crowd = Panel(
        Axis("x"),
        Axis("y"),
        (Series("", [0, 1], [0, 1]),),
        notes=tuple(Note(0.5, 0.5, "0 Hz") for _ in "abc"),
    )
    assert len(note_places(crowd, ((0, 1), (0, 1)), wide, tall)) == 1  # one text is said once at one place


def test_both_backends_draw_notes_and_names():
    panel = Panel(
        Axis("", names=((0.0, "CuF2 <b>"), (1.0, "bare"))), Axis("R", "ohm"),
        (Series("cell", [0, 1], [1, 2], "points", texts=("<i>", "b")),), notes=(Note(0.0, 1.0, "1 Hz"),),
    )  # fmt: skip
    figure = Figure("f", "F", panels=(panel,), width="84mm")
    axes = draw(figure).axes[0]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["CuF2 <b>", "bare"]
    assert "1 Hz" in [t.get_text() for t in axes.texts]
    text = figure_json(figure)
    assert "1 Hz" in text and "<i>" not in text and "<b>" not in text


def test_limits_keep_what_is_inside_at_full_resolution():
    x = np.linspace(0, 100, 100_001)
    figure = Figure(
        "f", "F", panels=(Panel(Axis("Time", "h"), Axis("V", "mV"), (Series("", x, np.sin(x)),)),)
    )
    made = with_limits(figure, (10.0, 10.5), (-1.0, 1.0))
    series = made.panels[0].series[0]
    assert series.x.size == 503 and made.thinned().panels[0].series[0].x.size == 503
    assert (made.panels[0].x.range, made.panels[0].y.range) == ((10.0, 10.5), (-1.0, 1.0))
    between = with_limits(figure, (10.0002, 10.0004)).panels[0].series[0]
    assert between.x == pytest.approx([10.0, 10.001])  # the line that crosses the window


@pytest.mark.parametrize("text", ["5", "3,1", "a,b", "1,nan", "1,2,3"])
def test_limits_that_are_none_are_refused(text):
    with pytest.raises(InputError, match="--xlim"):
        limits_of(text, "--xlim")
    assert limits_of("-1:2.5", "--xlim") == (-1.0, 2.5)


def test_a_limit_below_zero_is_refused_on_a_logarithmic_axis():
    figure = Figure(
        "f", "F", panels=(Panel(Axis("f", "Hz", "log"), Axis("Z", "ohm"), (Series("", [1, 2], [1, 2]),)),)
    )
    with pytest.raises(InputError, match="logarithmic"):
        with_limits(figure, (-1.0, 10.0))
