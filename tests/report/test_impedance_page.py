"""Figures and page of analysed spectra: what is drawn is what was measured and fitted."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.circuits import Parameter
from interlayer.circuits.geometry import Geometry
from interlayer.metrics.impedance_series import analyse
from interlayer.metrics.impedance_words import with_error
from interlayer.metrics.placement import place_spectra
from interlayer.metrics.spectrum_analysis import AnalysedSpectrum
from interlayer.report.csv_export import figure_csv
from interlayer.report.figures.arrhenius_plot import arrhenius_plot
from interlayer.report.figures.spectrum_fit import spectrum_fit
from interlayer.report.html import render_page
from interlayer.report.impedance_page import impedance_page
from tests.circuits.spectra import WINDOW, arc, cell
from tests.metrics.records import cycled, with_spectra


@pytest.fixture(scope="module")
def analysed():
    spectra = [
        (7200.0 * k, WINDOW, cell(interfaces=((r, 3e-6, 0.9),), warburg=None, slow=None, noise=1e-3, seed=k))
        for k, r in enumerate((300.0, 390.0, 480.0))
    ]
    record = with_spectra(cycled([1e-4, -1e-4] * 3, 600.0), spectra)
    placed = place_spectra([record])[0]
    made = [
        AnalysedSpectrum("a.mpt", "a <cell>", record, one, place, Geometry(1e-4, 1e-3))
        for one, place in zip(record.spectra, placed, strict=True)
    ]
    return analyse(made)


def series_of(figure, name):
    return [(panel, s) for panel in figure.panels for s in panel.series if s.name == name]


def test_residuals_are_measured_minus_fit_over_modulus():
    z = 50 + arc(2 * np.pi * WINDOW, 100.0, 1e-6)
    figure = spectrum_fit(WINDOW, z * (1.01 + 0.02j), lambda f: 50 + arc(2 * np.pi * f, 100.0, 1e-6))
    off = (z * (0.01 + 0.02j)) / np.abs(z * (1.01 + 0.02j)) * 100
    ((_, real),) = series_of(figure, "real part")
    ((_, imaginary),) = series_of(figure, "imaginary part")
    assert real.y == pytest.approx(off.real)
    assert imaginary.y == pytest.approx(off.imag)
    measured = [s for _, s in series_of(figure, "measured")]
    assert measured[0].x == pytest.approx((z * (1.01 + 0.02j)).real)
    assert measured[0].third == pytest.approx(WINDOW)


@pytest.mark.parametrize(("size", "unit"), [(1e-3, "mohm"), (1.0, "ohm"), (1e3, "kohm"), (1e6, "Mohm")])
def test_the_unit_follows_the_size(size, unit):
    z = size * (50 + arc(2 * np.pi * WINDOW, 100.0, 1e-6))
    assert spectrum_fit(WINDOW, z, None).panels[0].x.unit == unit


def test_a_spectrum_without_usable_points_is_still_a_figure():
    figure = spectrum_fit(np.array([0.0, np.nan]), np.array([np.nan, 1.0 + 0j]), None)
    assert all(panel.is_empty for panel in figure.panels)


def test_arrhenius_lines_end_with_the_points():
    t = np.array([300.0, 320.0, 340.0])
    value = 1e-2 * np.exp(-0.3 / 8.617e-5 * (1 / t - 1 / 300.0)) / t
    figure = arrhenius_plot(t, {"bulk": (value, 0.1 * value)}, {"bulk": (1e3, 0.3)}, walls_K=(330.0, 500.0))
    points, line = figure.panels[0].series
    assert points.y == pytest.approx(value * t / 100)
    assert (line.x.min(), line.x.max()) == (pytest.approx(1000 / 340), pytest.approx(1000 / 300))
    assert [mark.at for mark in figure.panels[0].lines] == [pytest.approx(1000 / 330)]


def test_the_page_shows_each_spectrum_the_series_and_direct_current(analysed):
    page, figures = impedance_page(analysed)
    assert {f.id for f in figures} == {
        *("spectrum-0", "spectrum-1", "spectrum-2", "drt-0", "drt-1", "drt-2"),
        *("series-0-resistances", "ac-dc-0"),
    }
    html = render_page(page)
    assert "a &lt;cell&gt;" in html and "a <cell>" not in html
    for text in (
        "R_int, all interfaces of the cell",
        "cannot tell",
        "excess polarisation",
        "charge transfer",
    ):
        assert text in html


def test_a_circuit_that_leaves_more_than_noise_is_named():
    """Two arcs fitted with one: Kramers-Kronig finds 0.1 % of noise, the circuit leaves ten times as much."""
    z = cell(interfaces=((300.0, 3e-6, 0.9), (200.0, 1e-4, 0.9)), warburg=None, slow=None, noise=1e-3)
    record = with_spectra(cycled([1e-4, -1e-4], 600.0), [(0.0, WINDOW, z)])
    one = AnalysedSpectrum(
        "a.mpt", "a", record, record.spectra[0], place_spectra([record])[0][0], Geometry(1e-4, 1e-3)
    )
    for circuit, named in (
        ("R0-p(R1,CPE1)-p(R2,CPE2)", True),
        ("R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)", False),
    ):
        (found,) = analyse([one], circuit=circuit).spectra
        names = [f.name for f in found.findings()]
        assert ("circuit leaves more than noise" in names) is named


def test_trends_carry_values_errors_and_units(analysed):
    _, figures = impedance_page(analysed)
    text = figure_csv(next(f for f in figures if f.id == "series-0-resistances")).splitlines()
    heads, units = text[0].split('"'), text[1].split(",")
    assert "ohm" in units and "h" in units
    assert any("R_int, all interfaces of the cell" in head for head in heads)
    value, error = analysed.series[0].values("R_int")
    assert value == pytest.approx([300, 390, 480], rel=0.02)
    assert (error > 0).all()


@pytest.mark.parametrize(
    ("value", "stderr", "unit", "text"),
    [
        (156852.3, 12085.0, "ohm", "157000 ± 12000 ohm"),
        (2.0123e6, 1.66e4, "ohm", "(2.012 ± 0.017)e6 ohm"),
        (129.992, 0.0061, "ohm", "129.992 ± 0.006 ohm"),
        (0.58691, 0.0163, "eV", "0.587 ± 0.016 eV"),
        (3.8e-4, 2.3e-6, "S/cm", "(3.800 ± 0.023)e-4 S/cm"),
        (0.5, 0.7, "ohm", "0.50 ± 0.70 ohm"),
        (42.0, None, "ohm", "42 ohm"),
        (100.0, 2.5, "S/m", "1.000 ± 0.025 S/cm"),
        (0.0, 1.0, "ohm", "0.0 ± 1.0 ohm"),
    ],
)
def test_values_are_written_to_the_second_digit_of_their_error(value, stderr, unit, text):
    assert with_error(Parameter(value, stderr, unit)) == text
