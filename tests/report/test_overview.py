"""A first look at any record, and the page of several."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.metrics.base import Metric
from interlayer.record import Finding, Provenance, Record
from interlayer.record import schema as s
from interlayer.report.html import Section, render_page
from interlayer.report.overview import record_figure, record_overview, record_page
from tests.report.synthetic import bare, coated, spectrum_rows, symmetric

EMPTY = Record(table=pl.DataFrame(), provenance=Provenance("measured", "leer.mpt"))
SPECTRA = Record(
    table=pl.concat(spectrum_rows([0.0], [562.0])),
    provenance=Provenance(
        "measured", "Zelle <3>.mpt", "ab" * 32, "biologic_mpt", extra={"area / cm2": 0.001}
    ),
    label="EIS",
    findings=(Finding("time_backwards", "time runs backwards once", rows=3),),
    complete=False,
)
METRICS = [
    Metric("plateau_overpotential", 77.0, "mV", 1.0, 0, 0.0),
    Metric("plateau_overpotential", 79.0, "mV", 1.0, 1, 3600.0),
    Metric("dc_asr", 770.0, "ohm cm2", 10.0, 0, 0.0),
    Metric("R_int", 562.0, "ohm", 6.0, None, 0.0, evidence=("circuit R-RQ",)),
    Metric("critical_current_density", 1.7, "mA/cm2", bound=">=", evidence=("last passed step",)),
    Metric("asr_per_interface", None, "ohm cm2", evidence=('no area: give --cell or --area "0.785 cm2"',)),
]


def figures(section: Section):
    yield from section.figures
    for part in section.parts:
        yield from figures(part)


def test_a_record_plots_itself():
    drawing = bare().plot()
    assert [axes.get_ylabel().replace("\n", " ") for axes in drawing.axes] == [
        "Voltage / mV", "Current density / mA cm⁻²", "−Im Z / Ω", "|Z| / Ω",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "labels"),
    [
        (EMPTY, ["Voltage"]),
        (SPECTRA, ["−Im Z", "|Z|"]),
        (symmetric("a", 10), ["Voltage", "Current density"]),
        (symmetric("a", 10).with_(area_m2=None), ["Voltage", "Current"]),
    ],
)
def test_the_overview_shows_what_there_is(record, labels):
    assert [panel.y.label for panel in record_overview(record).panels] == labels


def test_an_empty_record_can_be_drawn():
    assert len(record_figure(EMPTY).axes) == 1


def test_a_million_rows_are_thinned_and_keep_their_spike():
    time = np.arange(1_000_000.0)
    voltage = 0.04 * np.sign(np.sin(time / 600))
    voltage[123_456] = 4.9
    table = pl.DataFrame({s.TIME: time, s.VOLTAGE: voltage, s.CURRENT: np.sign(voltage) * 1e-4})
    record = Record(table=table, provenance=Provenance("measured"), label="long")
    page = record_page([record])
    for figure in figures(page.sections[0]):
        for series in (one for panel in figure.thinned().panels for one in panel.series):
            assert series.x.size <= 4000
    whole = next(figures(page.sections[0])).thinned().panels[0].series[0]
    assert whole.y.max() == pytest.approx(4900)


def test_the_page_of_several_records():
    records = [bare(), coated(800.0), SPECTRA, EMPTY]
    page = record_page(records, [METRICS, METRICS[:2]], version="0.1.0", date="2026-01-02")
    assert [section.title for section in page.sections] == [
        "Comparison",
        "bare",
        "CuF2 20 µL",
        "EIS",
        "leer.mpt",
    ]
    ids = [figure.id for section in page.sections for figure in figures(section)]
    assert len(ids) == len(set(ids)) and {
        "all-voltage",
        "all-nyquist",
        "r1-interface",
        "r1-half-cycles",
        "r1-states",
    } <= set(ids)
    side = page.sections[0].tables[0]
    assert [column.name for column in side.columns][2:] == ["bare", "CuF2 20 µL", "EIS", "leer.mpt"]
    assert any("≥ 1.7" in str(cell.value) for row in side.rows for cell in row[2:])


def test_what_is_missing_is_said_in_words():
    page = record_page([SPECTRA])
    section = page.sections[0]
    assert "no voltage" in section.text and "no current" in section.text and "incomplete" in section.text
    events = next(part for part in section.parts if part.title == "Events and findings")
    assert "time runs backwards once (3 rows)" in events.lists[0][0]
    origin = next(part for part in section.parts if part.title == "Where it comes from").tables[0]
    assert ("file", "Zelle <3>.mpt") in origin.rows


def test_a_null_metric_keeps_its_reason_and_the_page_can_be_made():
    page = record_page([symmetric("a <b>", 12)], [METRICS])
    numbers = next(part for part in page.sections[0].parts if part.title == "Numbers")
    notes = [
        cell.note for table in numbers.tables for row in table.rows for cell in row if hasattr(cell, "note")
    ]
    assert any("--area" in note for note in notes)
    html = render_page(page)
    assert "a &lt;b&gt;" in html and "<b>a" not in html and "a <b>" not in html


def test_no_record_at_all():
    assert record_page([]).sections[0].title == "Nothing to show"
