"""The page of fitted spectra: what was found first, then each spectrum with its figures, then series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.circuits import Parameter
from interlayer.circuits.drt import DRT
from interlayer.circuits.validation import Validation
from interlayer.metrics.ac_dc import AcDc
from interlayer.metrics.impedance_series import ImpedanceAnalysis, Series
from interlayer.metrics.impedance_words import (
    NAMES,
    ac_dc_lines,
    arrhenius_lines,
    growth_text,
    swap_lines,
    with_error,
)
from interlayer.metrics.spectrum_analysis import AnalysedSpectrum
from interlayer.metrics.spectrum_checks import relaxation_times, suspect_frequencies
from interlayer.report.figure import Figure, Line
from interlayer.report.figure import Series as Curve
from interlayer.report.figures.arrhenius_plot import arrhenius_plot
from interlayer.report.figures.drt import drt
from interlayer.report.figures.resistance_trend import resistance_trend
from interlayer.report.figures.spectrum_fit import spectrum_fit
from interlayer.report.html import Cell, Column, Kind, Page, Section, Table, Value

FloatArray = NDArray[np.float64]

MOST_SHOWN: Final = 12
"""Spectra with figures of their own; further ones are left out evenly and stay in the tables."""

TERMS: Final = (
    (
        "R_b, R_gb",
        "grains and grain boundaries of the pellet; only their sum where the window cannot part them.",
    ),
    ("R_int", "all interfaces of the cell together, in ohm; diffusion is not in it."),
    ("ASR per interface", "R_int A/2, given only for two nominally equal lithium faces."),
    ("tentative", "a label that area and thickness, or the capacitance itself, do not make sure."),
    ("±", "one standard deviation, as far as the circuit is right."),
)


def impedance_page(
    result: ImpedanceAnalysis, *, title: str = "", version: str = "", date: str = ""
) -> tuple[Page, tuple[Figure, ...]]:
    """Return the page of analysed spectra, and its figures for export."""
    sections = [_overview(result)]
    sections += [_series_section(series, k) for k, series in enumerate(result.series)]
    sections += [_ac_dc_section(label, compared, k) for k, (label, compared) in enumerate(result.ac_dc)]
    shown = _shown(result.spectra)
    times = relaxation_times([one for _, one in shown])
    sections += [_spectrum_section(one, k, found) for (k, one), found in zip(shown, times, strict=True)]
    figures = tuple(f for s in sections for f in s.figures)
    files = sorted({one.file for one in result.spectra})
    cells = sorted({one.label for one in result.spectra})
    source = files[0] if len(files) == 1 else f"{len(files)} files"
    page = Page(
        title or (cells[0] if len(cells) == 1 else "Impedance"),
        subtitle=f"Impedance: {len(result.spectra)} spectra from {source}",
        sections=tuple(sections),
        version=version,
        date=date,
        about="Circuits were fitted without a first guess. Arcs are named by their capacitance.",
        terms=TERMS,
    )
    return page, figures


def _ac_dc_section(label: str, compared: AcDc, number: int) -> Section:
    """Sums of spectra beside the resistance that direct current meets."""
    points = compared.points
    hours = np.array([p.time_s for p in points]) / units.factor("h")
    nothing = Parameter(np.nan, None, "ohm")
    dc, ac = [p.dc_ohm for p in points], [p.ac_ohm or nothing for p in points]
    members = {
        "direct current, |V|/|I|": _columns(dc),
        "spectrum, R_b + R_gb + R_int (+ R_diff)": _columns(ac),
    }
    floor = compared.floor_ohm
    lines = () if floor is None else (Line(floor.value, "ohmic floor, R_b + R_gb", "horizontal"),)
    figure = resistance_trend(
        hours,
        ("Time", "h"),
        [("Resistance of the cell", "ohm", members)],
        lines=lines,
        id=f"ac-dc-{number}",
        title="Impedance beside direct current",
        caption="Whole cell; direct current from the half-cycle next to each spectrum.",
    )
    return Section(f"AC against DC, {label}", figures=(figure,), lists=(tuple(ac_dc_lines(compared)),))


def _columns(values: Sequence[Parameter]) -> tuple[FloatArray, FloatArray]:
    value = np.array([p.value for p in values], dtype=np.float64)
    return value, np.array([np.nan if p.stderr is None else p.stderr for p in values], dtype=np.float64)


def _shown(spectra: Sequence[AnalysedSpectrum]) -> list[tuple[int, AnalysedSpectrum]]:
    rows = np.unique(np.linspace(0, len(spectra) - 1, min(MOST_SHOWN, len(spectra))).round().astype(int))
    return [(k, spectra[k]) for k in rows.tolist()]


def _overview(result: ImpedanceAnalysis) -> Section:
    """One row a spectrum; columns that would be empty are left out."""
    named = ("R_b", "R_gb", "R_b_plus_R_gb", "R_int", "R_diff", "asr_per_interface")
    heads = {n: NAMES[n].partition(",")[0] for n in named} | {"R_int": "R_int (cell)"}
    columns: list[Column] = [Column("spectrum"), Column("placed"), Column("time", "h"), Column("T", "degC")]
    columns += [Column("circuit")]
    columns += [
        Column(heads[n], "ohm cm2" if n == "asr_per_interface" else "ohm", align="right") for n in named
    ]
    columns += [Column("Kramers-Kronig"), Column("residual", "%", digits=2)]
    rows: list[list[Value | Cell]] = []
    for one in result.spectra:
        place, found = one.placement, one.quantities()
        rows.append(
            [
                one.name,
                place.how,
                None if place.time_s is None else place.time_s / units.factor("h"),
                place.temperature_C,
                Cell(one.reason, "miss") if one.fit is None else one.fit.circuit,
                *(None if found.get(n) is None else with_error(found.get(n), unit=False) for n in named),
                _verdict(one.validation),
                None if one.fit is None else 100.0 * one.fit.residual_rms_rel,
            ]
        )
    kept = [k for k in range(len(columns)) if k < 2 or any(row[k] is not None for row in rows)]
    circuits = {one.fit.circuit for one in result.spectra if one.fit is not None}
    if len(circuits) == 1 and len(result.spectra) > 1 and all(one.fit for one in result.spectra):
        kept.remove(4)
    table = Table(tuple(columns[k] for k in kept), tuple(tuple(row[k] for k in kept) for row in rows))
    common = f"Circuit of all: {circuits.pop()}." if 4 not in kept and circuits else ""
    return Section("Overview", common, lists=(result.notes,) if result.notes else (), tables=(table,))


def _spectrum_section(one: AnalysedSpectrum, number: int, times: DRT | None) -> Section:
    spectrum, fit = one.spectrum, one.fit
    caption = one.placement.text[0].upper() + one.placement.text[1:] + "."
    if fit is not None:
        caption += f" Circuit {fit.circuit}, residual {100 * fit.residual_rms_rel:.2g} % rms."
    figure = spectrum_fit(
        spectrum.frequency_Hz,
        spectrum.impedance_ohm,
        None if fit is None else fit.model,
        suspect_Hz=suspect_frequencies(one.validation),
        id=f"spectrum-{number}",
        title=one.name,
        caption=caption,
    )
    figures = [figure] if times is None else [figure, _drt_figure(one, times, number)]
    tables: list[Table] = []
    if one.validation is not None:
        caption = f"{_checks(one.validation)} {figure.caption}"
        figures[0] = replace(figure, caption=caption)
    if fit is not None and one.cell is not None:
        parameters = tuple(
            (name, p.value, p.stderr, "" if p.unit == "1" else p.unit) for name, p in fit.parameters.items()
        )
        heads = (Column("parameter"), Column("value"), Column("±", digits=2), Column("unit"))
        tables.append(Table(heads, parameters, "Circuit"))
        if one.cell.labels:
            tables.append(_arcs(one))
        known = [(NAMES[n], with_error(p)) for n, p in one.quantities().items() if p is not None]
        tables.append(Table((Column("quantity"), Column("value")), tuple(known), "What follows"))
    texts = () if one.cell is None else (*one.cell.notes, *one.missing())
    findings = tuple(f"{f.name}: {f.detail}" for f in one.findings())
    notes = tuple(t for t in (*texts, *findings, *one.notes, one.reason) if t and " -> " not in t)
    return Section(one.name, figures=tuple(figures), tables=tuple(tables), lists=(notes,) if notes else ())


_SIGNS: Final[dict[str, Kind]] = {"passed": "ok", "failed": "miss"}


def _verdict(v: Validation | None) -> Cell | None:
    return None if v is None else Cell(v.verdict, _SIGNS.get(v.verdict, "quiet"))


def _checks(v: Validation) -> str:
    """Verdict of the validation in one sentence."""
    size = "" if np.isnan(v.residual_rms) else f", residual {100 * v.residual_rms:.2g} % rms"
    return f"Kramers-Kronig and drift: {v.verdict}{size}."


def _drt_figure(one: AnalysedSpectrum, times: DRT, number: int) -> Figure:
    return drt(
        [("", times)],
        id=f"drt-{number}",
        title=f"Relaxation times, {one.name}",
        caption="Each mark is a peak with its resistance and capacitance; the regularisation is from the data.",
    )


def _arcs(one: AnalysedSpectrum) -> Table:
    assert one.cell is not None
    columns = (
        Column("arc"),
        Column("stands for"),
        Column("probability", "%", digits=3),
        Column("capacitance", "F", digits=3),
        Column("formula"),
        Column("C L/A", "F/cm", digits=3),
        Column("C/A", "F/cm2", digits=3),
        Column("permittivity", digits=3),
    )
    rows = tuple(
        (
            x.name,
            x.label + (" (tentative)" if x.tentative else ""),
            100.0 * x.confidence,
            x.capacitance.value_F,
            x.capacitance.method,
            None if x.per_length_F_m is None else x.per_length_F_m / 100.0,
            None if x.per_area_F_m2 is None else x.per_area_F_m2 / 1e4,
            x.relative_permittivity,
        )
        for x in one.cell.labels
    )
    return Table(columns, rows, "Arcs")


def _series_section(series: Series, number: int) -> Section:
    x_axis = series.axis
    lines = tuple(
        Line(0.5 * float(series.x[w.before] + series.x[w.after]), "arcs swap order") for w in series.fit.swaps
    )
    pellet = {NAMES[n]: series.values(n) for n in ("R_b", "R_gb", "R_b_plus_R_gb")}
    faces = {NAMES[n]: series.values(n) for n in ("R_int", "R_diff")}
    curves: list[Curve] = []
    growth = series.growth
    if growth is not None and growth.law is not None:
        best = next(f for f in growth.fits if f.law == growth.law)
        fine = np.linspace(float(series.x.min()), float(series.x.max()), 200)
        curves.append(Curve(f"R_int, {growth.law} law", fine, best.at(fine), "line", 4, dashed=True))
    groups = [
        (label, "ohm", g)
        for label, g in (("Resistance of the pellet", pellet), ("Resistance of all interfaces", faces))
    ]
    drawn = [g for g in groups if any(np.isfinite(v).any() for v, _ in g[2].values())] or groups[:1]
    if drawn[-1][2] is pellet:
        curves = []
    figures = [
        resistance_trend(
            series.x,
            x_axis,
            drawn,
            lines=lines,
            curves=curves,
            id=f"series-{number}-resistances",
            title=f"Resistances along {series.against}",
            caption="Whole cell, with one standard deviation.",
        )
    ]
    texts = [f"circuit of the series: {series.fit.circuit}", *swap_lines(series)]
    texts += [
        f"{name}: {label}, probability {100 * sure:.0f} %, from its capacitance over the series"
        for name, (label, sure) in series.fit.labels.items()
    ]
    if growth is not None:
        texts.append(f"R_int {growth_text(series)}")
    texts += [*arrhenius_lines(series), *series.notes]
    texts += [f"{f.name}: {f.detail}" for f in series.fit.findings]
    tables = [_compared(series)]
    if series.arrhenius:
        figures.append(_arrhenius_figure(series, number))
    if growth is not None and growth.fits:
        tables.append(_laws(series))
    return Section(
        f"Series along {series.against}", figures=tuple(figures), tables=tuple(tables), lists=(tuple(texts),)
    )


def _arrhenius_figure(series: Series, number: int) -> Figure:
    keys = {"bulk": "bulk", "grain boundary": "grain_boundary", "total": "total"}
    parts = {a.name: series.values(f"conductivity_{keys[a.name]}") for a in series.arrhenius}
    lines = {a.name: (a.hopping.prefactor, a.hopping.activation_energy_eV) for a in series.arrhenius}
    return arrhenius_plot(
        series.x + 273.15,
        parts,
        lines,
        walls_K=series.arrhenius[0].walls_K,
        id=f"series-{number}-arrhenius",
        caption="Lines over the measured range: the sigma T form.",
    )


def _compared(series: Series) -> Table:
    columns = (
        Column("circuit"),
        Column("BIC above the chosen one"),
        Column("spectra that determine its least certain arc", "%", digits=3),
        Column("arcs stay the same"),
    )
    rows = tuple(
        (c.circuit, c.bic, 100.0 * c.determined, "yes" if c.steady else "no") for c in series.fit.compared
    )
    caption = "Circuits compared over the series; one whose arcs are not the same, or not seen, is not chosen"
    return Table(columns, rows, caption)


def _laws(series: Series) -> Table:
    assert series.growth is not None
    columns = (
        Column("law"),
        Column("R_0"),
        Column("k"),
        Column("tau"),
        Column("AICc", digits=4),
        Column("possible"),
    )
    rows = tuple(
        (
            f.law,
            with_error(Parameter(f.start_ohm, f.start_stderr_ohm, "ohm")),
            with_error(Parameter(f.rate, f.rate_stderr, f.rate_unit)),
            None if f.time_h is None else with_error(Parameter(f.time_h, f.time_stderr_h, "h")),
            f.aicc if np.isfinite(f.aicc) else None,
            "yes" if f.law in series.growth.possible else "no",
        )
        for f in series.growth.fits
    )
    return Table(columns, rows, "Laws of growth of R_int")
