"""Figures of full cells: the right numbers at the right cycles, and their place on the page."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.metrics import evaluate
from interlayer.report.figures import Published, charge_curves, cycle_life, trace_of
from interlayer.report.html import render_page
from interlayer.report.matplotlib_backend import draw
from interlayer.report.overview import record_page
from tests.report.synthetic import bare, full_cell

LONG = full_cell()
RATES = full_cell("rate test", rates=(0.1, 0.5, 1.0, 0.1), cycles=3, fade=0.0)
NO_MASS = full_cell("no mass", cycles=5, mass_kg=None)


def figures(section):
    yield from section.figures
    for part in section.parts:
        yield from figures(part)


def trace(record, name):
    return trace_of(record.label, evaluate(record, [name]), name, "cycle")


def test_a_life_shows_capacity_and_efficiency_against_the_cycle():
    discharge, charge = trace(LONG, "specific_discharge_capacity"), trace(LONG, "specific_charge_capacity")
    published = [Published(100, 130 * 3600.0, LONG.label)]
    figure = cycle_life(
        [discharge], [trace(LONG, "coulombic_efficiency")], charge=[charge], published=published
    )
    capacity, efficiency = figure.panels
    assert capacity.y.text == "Capacity / mAh g⁻¹"
    out, into, points = capacity.series
    assert out.x.tolist() == list(range(1, 121))
    # 0.95 (1 - 0.35 sqrt(0.25)) (1 - 0.002 n) of 170 mAh/g, as the record was made
    assert out.y[0] == pytest.approx(0.95 * 0.825 * 0.998 * 170)
    assert out.y[-1] == pytest.approx(0.95 * 0.825 * 0.76 * 170)
    assert into.y[0] == pytest.approx(1.02 * out.y[0])
    assert into.dashed
    assert not out.dashed
    assert points.hollow
    assert points.y.tolist() == pytest.approx([130.0])
    assert capacity.x.range == efficiency.x.range, "the upper one has no numbers of its own"
    assert efficiency.series[0].y[:2].tolist() == pytest.approx([100 / 1.02, 100 / 1.001])


def test_without_efficiency_there_is_one_panel():
    figure = cycle_life([trace(NO_MASS, "discharge_capacity")], unit="mAh")
    assert [panel.y.text for panel in figure.panels] == ["Discharge capacity / mAh"]
    assert figure.panels[0].series[0].name == "no mass"


def test_curves_run_from_zero_to_the_capacity():
    figure = charge_curves(LONG, [1, 120, 500])
    (panel,) = figure.panels
    assert (panel.x.text, panel.y.text) == ("Specific capacity / mAh g⁻¹", "Voltage / V")
    assert [(c.name, c.dashed) for c in panel.series] == [
        ("cycle 1", True), ("cycle 1", False), ("cycle 120", True), ("cycle 120", False),
    ]  # fmt: skip
    out = panel.series[1]
    assert out.x[0] == pytest.approx(0.0, abs=1e-9)
    assert out.x[-1] == pytest.approx(0.95 * 0.825 * 0.998 * 170)
    # the charge lies above the discharge by twice the current times the resistance where both are flat
    gap = np.interp(60.0, panel.series[0].x, panel.series[0].y) - np.interp(60.0, out.x, out.y)
    assert gap == pytest.approx(2 * 0.5 * 170e-6 * 900.0, abs=0.02)


def test_a_rate_test_shows_one_cycle_of_each_current():
    names = [c.name for c in charge_curves(RATES).panels[0].series if not c.dashed]
    assert names == ["cycle 1, 0.1C", "cycle 4, 0.5C", "cycle 7, 1C", "cycle 10, 0.1C"]
    many = [c.name for c in charge_curves(LONG).panels[0].series if not c.dashed]
    assert many == ["cycle 1", "cycle 31", "cycle 61", "cycle 90", "cycle 120"]
    assert charge_curves(NO_MASS).panels[0].x.text == "Capacity / mAh"


def test_another_cell_gives_an_empty_panel_that_says_so():
    panel = charge_curves(bare()).panels[0]
    assert panel.is_empty
    assert "no cycles of a full cell" in panel.empty
    draw(charge_curves(bare()))


def test_the_page_of_a_full_cell_has_its_cycles():
    records = [LONG, RATES, bare()]
    page = record_page(records, [evaluate(r) for r in records])
    ids = [f.id for section in page.sections for f in figures(section)]
    assert {"all-cycle-life", "r1-cycle-life", "r1-charge-curves", "r2-charge-curves"} <= set(ids)
    assert "r3-cycle-life" not in ids
    both = next(f for section in page.sections for f in figures(section) if f.id == "all-cycle-life")
    assert [c.name for c in both.panels[0].series] == [LONG.label, RATES.label]
    assert "Coulombic efficiency" in render_page(page)


def test_specific_capacity_is_drawn_only_if_every_cell_has_a_mass():
    records = [RATES, NO_MASS]
    page = record_page(records, [evaluate(r) for r in records])
    both = next(f for section in page.sections for f in figures(section) if f.id == "all-cycle-life")
    assert both.panels[0].y.unit == "mAh"
