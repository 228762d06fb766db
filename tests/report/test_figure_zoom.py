"""Zooms: every row around a moment, the half-cycles before and after; joins and gaps break curves."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.failures.verdict import Moment
from interlayer.lab.cells_table import CellRow
from interlayer.lab.lab_cell import Join, LabCell
from interlayer.record import Provenance
from interlayer.record import schema as s
from interlayer.report.drawn_cell import DrawnCell, drawn_cell, labelled_apart
from interlayer.report.figures.cell_resistance import cell_resistance
from interlayer.report.figures.cell_voltage import cell_voltage
from interlayer.report.figures.joins import join_text, parted, span_text
from interlayer.report.figures.zoom import windows, zoom
from interlayer.report.print_layout import is_legible
from tests.report.synthetic import symmetric

H = 3600.0
AT = 61.4 * H


def shorted():
    """Hours at 10 s a row; from `AT` on a seventh of the voltage remains."""
    record = symmetric("shorted", 80, 360, 0.06)
    volt = record.table[s.VOLTAGE].to_numpy() * np.where(record.table[s.TIME].to_numpy() > AT, 1 / 7, 1.0)
    return record.with_(table=record.table.with_columns(pl.Series(s.VOLTAGE, volt)))


CELL = DrawnCell("shorted", shorted())
MOMENT = Moment("drop at constant current", AT, 61, "falls to a seventh")


def test_the_window_holds_every_row_of_three_half_cycles():
    wide, near = windows(CELL, MOMENT)
    time = CELL.record.array(s.TIME)
    assert time[wide.first] == pytest.approx(60 * H) and time[wide.stop - 1] == pytest.approx(63 * H, abs=11)
    assert wide.stop - wide.first == pytest.approx(3 * 360, abs=2)
    assert time[near.first] < AT < time[near.stop - 1]
    figure = zoom([(CELL, MOMENT)])
    assert figure.whole and figure.thinned(10) is figure
    voltage, close, current, _ = figure.panels
    assert voltage.series[0].x.size == wide.stop - wide.first
    assert (voltage.y.unit, current.y.unit) == ("mV", "mA/cm2")
    assert voltage.lines[0].at == pytest.approx(61.4) and voltage.lines[0].text == MOMENT.name
    # From near the drop lies at zero and both levels are seen.
    assert close.lines[0].at == 0.0
    before, after = (np.abs(close.series[0].y[close.series[0].x * side > 0]).mean() for side in (-1, 1))
    assert before / after == pytest.approx(7, rel=0.02)


def test_a_window_with_more_rows_than_wanted_is_cut_around_the_moment_and_says_so():
    wide, _ = windows(CELL, MOMENT, 200)
    time = CELL.record.array(s.TIME)
    assert wide.cut and wide.stop - wide.first == 200
    assert time[wide.first] < AT < time[wide.stop - 1]
    assert "200 rows around it" in zoom([(CELL, MOMENT)], most_rows=200).caption


def test_a_moment_without_half_cycles_is_found_by_its_time():
    still = CELL.record.with_(
        table=CELL.record.table.with_columns(pl.lit(None, dtype=pl.Float64).alias(s.CURRENT))
    )
    wide, _ = windows(DrawnCell("no current", still), Moment("noise", AT, None, ""))
    time = still.array(s.TIME)
    assert time[wide.first] < AT < time[wide.stop - 1]
    assert any(
        p.empty == "no current" and not p.series for p in zoom([(DrawnCell("x", still), MOMENT)]).panels
    )


def test_the_noise_of_a_constant_current_does_not_fill_its_axis():
    close = zoom([(CELL, MOMENT)]).panels[3]
    assert close.y.range == pytest.approx((-0.12, -0.08))  # -0.1 mA/cm2, a fifth to each side


def test_a_moment_after_the_last_row_is_in_the_window():
    end = CELL.record.array(s.TIME)[-1]
    wide = zoom([(CELL, Moment("instrument", end + 600.0, None, ""))]).panels[0]
    assert wide.x.range[0] < wide.lines[0].at < wide.x.range[1]


def test_several_moments_stand_in_columns_of_two_panels():
    figure = zoom([(CELL, MOMENT), (CELL, Moment("noise", 30 * H, 30, ""))])
    assert figure.columns == 2 and len(figure.panels) == 4
    assert len(zoom([]).panels) == 1


JOINS = (
    Join("a", 0.0, None, "clock"),
    Join("b", 10 * H, 2.5 * H, "clock"),
    Join("b.csv", 10 * H, None, "clock", counted=False),
    Join("c", 20 * H, 3.0, "clock"),
    Join("loose", None, None, "not placed"),
)


def test_no_curve_is_drawn_across_a_gap_and_each_join_is_named():
    cell = DrawnCell("a", symmetric("a", 40), joins=JOINS)
    (panel,) = cell_voltage([cell]).panels
    assert [(round(line.at), line.text) for line in panel.lines] == [(10, "gap 2.5 h"), (20, "next file")]
    missing = np.isnan(panel.series[0].y)
    assert panel.series[0].x[missing] == pytest.approx([10.0])
    _, y = parted(np.arange(40.0), np.arange(40.0), cell)
    assert y[~np.isnan(y)] == pytest.approx(np.arange(40.0)) and np.isnan(y).sum() == 1


def test_a_stored_record_of_several_files_keeps_its_joins():
    files = [
        {"file": join.file, "start_s": join.start_s, "gap_s": join.gap_s, "how": join.how} for join in JOINS
    ]
    record = symmetric("a", 40)
    record = record.with_(provenance=Provenance("measured", extra={"files": files}))
    cell = drawn_cell(LabCell(CellRow("a", ("a.parquet",)), record))
    assert [join.gap_s for join in cell.joins] == [join.gap_s for join in JOINS]
    assert cell_voltage([cell]).panels[0].lines[0].text == "gap 2.5 h"


@pytest.mark.parametrize(
    ("gap", "text"), [(None, "next file, gap unknown"), (-600.0, "overlap 10 min"), (90_000.0, "gap 25 h")]
)
def test_joins_in_words(gap, text):
    assert join_text(Join("x", 1.0, gap, "clock")) == text


def test_spans_of_time_in_words():
    assert [span_text(t) for t in (2.0, 1500.0, 3600.0, 1e6)] == ["2 s", "25 min", "1 h", "11.6 days"]


def test_few_cells_are_overlaid_and_more_stacked_on_one_time_axis():
    cells = [DrawnCell(f"c{k}", symmetric("c", 10 + k)) for k in range(4)]
    assert len(cell_voltage(cells[:3]).panels) == 1
    stacked = cell_voltage(cells)
    assert len(stacked.panels) == 4 and len({panel.x for panel in stacked.panels}) == 1
    assert stacked.panels[0].x.range[1] > 13


def test_more_cells_than_can_be_told_apart_have_a_panel_a_group():
    cells = [
        DrawnCell(f"{group}-{k}", symmetric("c", 3, spectra=([0, 1], [100, 110])), group, JOINS)
        for group in ("bare", "CuF2")
        for k in range(7)
    ]
    for figure in (cell_voltage(cells), cell_resistance(cells)):
        assert [panel.title for panel in figure.panels] == ["bare", "CuF2"]
        assert [one.name for one in figure.panels[1].series] == [f"CuF2-{k}" for k in range(7)]
        assert not figure.panels[0].lines
    for figure in (cell_voltage(cells, width="slide"), cell_resistance(cells, width="slide")):
        (panel,) = figure.panels
        assert {(one.name, one.color) for one in panel.series} == {("bare", 0), ("CuF2", 1)}


def test_a_slide_with_too_many_panels_is_found():
    cells = [DrawnCell(f"{k}", symmetric("c", 3)) for k in range(12)]
    assert is_legible(cell_voltage(cells[:6], width="slide"))
    assert is_legible(cell_voltage(cells, width="174mm"))
    assert not is_legible(cell_voltage(cells, stacked=True, width="slide"))


def test_cells_of_one_name_are_numbered():
    cells = [DrawnCell(label, symmetric("c", 4)) for label in ("a", "a", "a (2)")]
    assert [cell.label for cell in labelled_apart(cells)] == ["a", "a (3)", "a (2)"]
