"""The field's figures: right columns, right units, and something sensible where a column is missing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.metrics.base import Metric
from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from interlayer.report.figure import Axis
from interlayer.report.figures import (
    Published,
    Trace,
    bode,
    critical_current,
    half_cycles,
    interface_resistance,
    nyquist,
    rate_test,
    states,
    thickness,
    trace_of,
    voltage_time,
)
from interlayer.report.figures.common import half_cycle_starts
from tests.report.synthetic import AREA_M2, bare, coated, impedance, ramp, symmetric

H = 3600.0
EMPTY = Record(table=pl.DataFrame(), provenance=Provenance("measured"), label="empty")
NO_CURRENT = symmetric("no current").with_(
    table=symmetric("x", hours=40).table.with_columns(pl.lit(None, dtype=pl.Float64).alias(s.CURRENT))
)
BARE, COATED = bare(), coated(800.0)


def test_voltage_is_drawn_in_millivolts_against_hours():
    figure = voltage_time([symmetric("a", hours=60, level=0.05)])
    whole = figure.panels[0]
    assert (whole.x.text, whole.y.text) == ("Time / h", "Voltage / mV")
    assert whole.series[0].x[-1] == pytest.approx(60)
    assert whole.series[0].y[0] == pytest.approx(50)


def test_zooms_show_four_cycles_at_the_start_the_middle_and_the_end():
    zooms = voltage_time([symmetric("a", hours=200)]).panels[1:]
    ranges = [panel.x.range for panel in zooms]
    assert ranges[0] == pytest.approx((0, 8)) and ranges[2] == pytest.approx((192, 200))
    assert 90 < ranges[1][0] < 110 and ranges[1][1] - ranges[1][0] == pytest.approx(8)
    for panel, (start, end) in zip(zooms, ranges, strict=True):
        assert panel.series[0].x.min() >= start and panel.series[0].x.max() <= end


def test_a_shorter_life_is_zoomed_at_its_end():
    figure = voltage_time([BARE, COATED])
    assert figure.panels[2].x.range == pytest.approx((392, 400))
    assert {one.name for one in figure.panels[2].series} == {"bare", "CuF2 20 µL"}
    assert {one.name for one in figure.panels[3].series} == {"CuF2 20 µL"}


def test_without_current_the_half_cycles_are_found_in_the_voltage():
    assert half_cycle_starts(NO_CURRENT) == pytest.approx(np.arange(41) * H)


def test_nyquist_shows_minus_the_imaginary_part_and_the_frequency():
    figure = nyquist([BARE, COATED])
    panel = figure.panels[0]
    assert panel.equal_aspect and [one.name for one in panel.series] == ["0 h", "100 h", "200 h", "400 h"]
    hz = np.logspace(6, -1, 43)
    z = impedance(hz, 562)
    assert np.allclose(panel.series[0].x, z.real) and np.allclose(panel.series[0].y, -z.imag)
    assert np.allclose(panel.series[0].third, hz)
    assert panel.series[0].ramp == 0 and panel.series[-1].ramp == 1


def test_of_many_spectra_a_few_are_shown_first_and_last_among_them():
    many = symmetric("a", hours=50, spectra=(range(40), [100 + 10 * n for n in range(40)]))
    shown = [one.name for one in nyquist([many], most=5).panels[0].series]
    assert len(shown) == 5 and shown[0] == "0 h" and shown[-1] == "39 h"


def test_bode():
    figure = bode([BARE])
    size, phase = figure.panels
    z = impedance(np.logspace(6, -1, 43), 562)
    assert np.allclose(size.series[0].y, abs(z)) and np.allclose(phase.series[0].y, -np.degrees(np.angle(z)))
    assert size.x.scale == "log" and figure.share_x


def test_metrics_become_traces_in_si_in_the_order_of_time():
    metrics = [
        Metric("R_int", 1.006, "kohm", 0.01, None, 100 * H),
        Metric("R_int", 562.0, "ohm", None, None, 0.0),
        Metric("R_int", None, "ohm", None, None, 50.0, evidence=("no fit",)),
        Metric("plateau_overpotential", 40.0, "mV", 1.0, 3, 3 * H),
    ]
    trace = trace_of("bare", metrics, "R_int")
    assert np.allclose(trace.x, [0, 100 * H]) and np.allclose(trace.y, [562, 1006])
    assert np.isnan(trace.error[0]) and trace.error[1] == pytest.approx(10)
    half = trace_of("bare", metrics, "plateau_overpotential", "half_cycle")
    assert half.x[0] == 3 and half.y[0] == pytest.approx(0.04)


def test_interface_resistance_with_published_points():
    traces = [Trace("bare", [0, 400 * H], [562, 4066], [5, float("nan")]), Trace("coated", [0], [92])]
    published = [
        Published(400 * H, 4083, "bare"),
        Published(0.0, 562, "bare"),
        Published(9 * H, 80, "coated", ">="),
    ]
    panel = interface_resistance(traces, published=published).panels[0]
    by_name = {one.name: one for one in panel.series}
    assert panel.y.scale == "log" and panel.x.text == "Time / h"
    assert np.allclose(by_name["bare"].low, [557, 4066])
    marks = by_name["bare, published"]
    assert marks.hollow and marks.style == "points" and np.allclose(marks.x, [0, 400])
    assert marks.color == by_name["bare"].color
    assert by_name["coated, published, at least"].bound == ">="
    assert interface_resistance([Trace("a", [0, 1], [90, 100])]).panels[0].y.scale == "linear"


def test_critical_current():
    records = [ramp("bare", [0.1, 0.2, 0.3], fails_at=0.2), ramp("coated", [0.5, 1.7])]
    published = [Published(0, 2.0, "bare"), Published(0, 17.0, "coated", ">=")]
    above, other, below, last = critical_current(records, published=published).panels
    assert below.series[0].y.max() == pytest.approx(0.3) and below.y.unit == "mA/cm2"
    assert above.lines[0].text == "short" and above.lines[0].at == pytest.approx(2 + 1 / 3)
    assert "failed 0.2" in below.lines[0].text and "passed 1.7" in last.lines[0].text
    assert not other.lines
    assert critical_current([records[0].with_(area_m2=None)]).panels[1].y.unit == "mA"


def test_rate_test_and_thickness():
    record = ramp("coated", [0.05, 0.1])
    panels = rate_test(
        [record], [Trace("coated", [0.5, 1.0], [0.021, 0.039])], published=[Published(1.0, 0.039)]
    ).panels
    assert np.allclose(panels[1].series[0].x, [0.05, 0.1]) and np.allclose(panels[1].series[0].y, [21, 39])
    assert panels[1].series[1].name == "published"
    left, right = thickness([Trace("initial", [7e-6], [0.072])], [record]).panels
    assert left.series[0].x[0] == pytest.approx(7) and left.series[0].y[0] == pytest.approx(72)
    assert right.series[0].name == "coated"


def test_half_cycles():
    quantities = [(Axis("Plateau overpotential", "mV"), [Trace("a", [0, 1], [0.04, 0.041])])]
    series = half_cycles(quantities).panels[0].series[0]
    assert np.allclose(series.y, [40, 41]) and np.allclose(series.x, [0, 1])


def test_states_in_printed_units_side_two_dashed_where_it_differs():
    by_label = {panel.y.label: panel for panel in states([BARE]).panels}
    film = by_label["Interphase thickness"]
    assert film.y.unit == "um" and film.series[0].y[-1] == pytest.approx(3.7 * 20, rel=1e-3)
    assert [one.dashed for one in film.series] == [False, True]
    assert len(by_label["Contact fraction"].series) == 1  # both sides alike
    assert by_label["DC polarisation"].y.unit == "mV"
    assert {panel.y.label: panel for panel in states([COATED]).panels}["Interphase thickness"].y.unit == "nm"
    assert "Crack damage" not in {panel.y.label for panel in states([COATED]).panels}  # zero throughout
    both = {panel.y.label: panel for panel in states([BARE, COATED]).panels}
    assert both["Interphase thickness"].y.scale == "log"


def test_a_state_that_swings_is_a_mean_with_its_band():
    """sin^2 over whole cycles: mean one half, band from 0 to 1."""
    swing = symmetric("a", 400, 24, states={"Salt Swing 1 / 1": lambda t: np.sin(np.pi * t) ** 2})
    series = states([swing]).panels[0].series[0]
    assert series.y[5:-5] == pytest.approx(0.5, abs=1e-3)
    assert series.low[5:-5] == pytest.approx(0, abs=1e-3) and series.high[5:-5] == pytest.approx(1, abs=1e-3)
    grows = symmetric("a", 400, 24, states={"Interphase Thickness 1 / m": np.sqrt})
    assert states([grows]).panels[0].series[0].low is None


@pytest.mark.parametrize("draw", [voltage_time, nyquist, bode, critical_current, rate_test, states])
@pytest.mark.parametrize(
    "records", [[], [EMPTY], [NO_CURRENT], [EMPTY, BARE]], ids=["none", "empty", "nocurrent", "mixed"]
)
def test_missing_columns_are_no_reason_to_fail(draw, records):
    figure = draw(records)
    assert figure.panels
    if all(record is EMPTY for record in records):
        assert all(panel.is_empty for panel in figure.panels)


def test_records_of_one_name_are_told_apart():
    names = [one.name for one in voltage_time([BARE, BARE]).panels[0].series]
    assert sorted(names) == ["bare", "bare (2)"]


def test_colours_follow_the_label_not_the_order():
    slots = {"bare": 1, "CuF2 20 µL": 0}
    for records in ([BARE, COATED], [COATED, BARE]):
        found = {one.name: one.color for one in voltage_time(records, slots=slots).panels[0].series}
        assert found == slots


def test_the_synthetic_current_is_a_tenth_of_a_milliampere_per_square_centimetre():
    assert BARE.array(s.CURRENT)[0] / AREA_M2 == pytest.approx(1.0)
