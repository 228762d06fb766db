"""What `interlayer impedance` prints for people."""

from __future__ import annotations

from typing import Final

from interlayer.cli import tables
from interlayer.cli.console import results
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

MANY: Final = 6
"""Spectra from which each is one line of a table."""


def show(result: ImpedanceAnalysis) -> None:
    """Print all spectra and series."""
    if len(result.spectra) > MANY:
        _as_table(result.spectra)
    else:
        for one in result.spectra:
            _one(one)
    for series in result.series:
        _series(series)
    for label, compared in result.ac_dc:
        results().print(f"AC against DC, {label}", style="bold", soft_wrap=True)
        for line in ac_dc_lines(compared):
            results().print(line, soft_wrap=True)
    for note in result.notes:
        results().print(note, soft_wrap=True)


def _one(one: AnalysedSpectrum) -> None:
    console = results()
    title = one.name if one.label in one.name else f"{one.label} ({one.name})"
    console.print(title, style="bold", soft_wrap=True)
    console.print(one.placement.text + _warmth(one), soft_wrap=True)
    if one.validation is not None:
        v = one.validation
        size = "" if v.residual_rms != v.residual_rms else f", residual {100 * v.residual_rms:.2g} % rms"
        console.print(f"Kramers-Kronig and drift: {v.verdict}{size}", soft_wrap=True)
    fit = one.fit
    if fit is None or one.cell is None:
        console.print(f"no fit: {one.reason}\n", soft_wrap=True)
        return
    console.print(
        f"circuit {fit.circuit}, residual {100 * fit.residual_rms_rel:.2g} % rms, "
        f"{one.spectrum.frequency_Hz.size} points",
        soft_wrap=True,
    )
    lines = [
        [name, tables.digits(p.value), "" if p.stderr is None else tables.digits(p.stderr, 2), _unit(p.unit)]
        for name, p in fit.parameters.items()
    ]
    tables.show(("parameter", "value", "±", "unit"), lines, numeric=("value", "±"))
    if one.cell.labels:
        tables.show(
            (
                "arc",
                "stands for",
                "probability",
                "capacitance / F",
                "formula",
                "C L/A / F/cm",
                "C/A / F/cm2",
                "eps_r",
            ),
            [_arc(one, k) for k in range(len(one.cell.labels))],
        )
    lines = [[NAMES[name], with_error(p)] for name, p in one.quantities().items() if p is not None]
    if lines:
        tables.show(("quantity", "value"), lines)
    for text in (*one.cell.notes, *one.missing(), *(f"{f.name}: {f.detail}" for f in one.findings())):
        if " -> " not in text:
            console.print(f"- {text}", soft_wrap=True)
    console.print()


def _arc(one: AnalysedSpectrum, k: int) -> list[str]:
    assert one.cell is not None
    x = one.cell.labels[k]
    length, area = x.per_length_F_m, x.per_area_F_m2
    return [
        x.name,
        x.label + (" (tentative)" if x.tentative else ""),
        f"{100 * x.confidence:.0f} %",
        tables.digits(x.capacitance.value_F, 3),
        x.capacitance.method,
        "-" if length is None else tables.digits(length / 100.0, 3),
        "-" if area is None else tables.digits(area / 1e4, 3),
        "-" if x.relative_permittivity is None else tables.digits(x.relative_permittivity, 3),
    ]


def _as_table(spectra: tuple[AnalysedSpectrum, ...]) -> None:
    rows: list[list[str]] = []
    for one in spectra:
        found = one.quantities()
        place = one.placement
        rows.append(
            [
                one.name,
                "-" if place.time_s is None else tables.digits(place.time_s / 3600.0),
                "-" if place.temperature_C is None else tables.digits(place.temperature_C),
                *(with_error(found.get(name)) for name in ("R_b_plus_R_gb", "R_int", "R_diff")),
                "-" if one.validation is None else one.validation.verdict,
                f"{100 * one.fit.residual_rms_rel:.2g} %" if one.fit else one.reason,
            ]
        )
    heads = (
        "spectrum",
        "time / h",
        "T / degC",
        "R_b + R_gb",
        "R_int (cell)",
        "R_diff",
        "Kramers-Kronig",
        "residual",
    )
    tables.show(heads, rows, numeric=heads[1:3])


def _series(series: Series) -> None:
    console = results()
    console.print(f"series of {len(series.spectra)} along {series.against}", style="bold")
    console.print(f"circuit of all: {series.fit.circuit}", soft_wrap=True)
    arcs = [f"{n} {label} ({100 * c:.0f} %)" for n, (label, c) in series.fit.labels.items()]
    if arcs:
        console.print("arcs: " + ", ".join(arcs), soft_wrap=True)
    for line in swap_lines(series):
        console.print(line, soft_wrap=True)
    if series.growth is not None:
        console.print(f"R_int {growth_text(series)}", soft_wrap=True)
    for line in arrhenius_lines(series):
        console.print(line, soft_wrap=True)
    for note in (*series.notes, *(f"{f.name}: {f.detail}" for f in series.fit.findings)):
        console.print(f"- {note}", soft_wrap=True)
    console.print()


def _warmth(one: AnalysedSpectrum) -> str:
    t = one.placement.temperature_C
    return "" if t is None else f", {t:.4g} degC"


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit
