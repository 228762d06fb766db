"""What `interlayer impedance` prints for people."""

from __future__ import annotations

import math
from typing import Final

from interlayer.circuits import Parameter
from interlayer.cli import tables
from interlayer.cli.console import results
from interlayer.metrics.impedance_series import ImpedanceAnalysis, Series
from interlayer.metrics.spectrum_analysis import AnalysedSpectrum, in_report_unit

MANY: Final = 6
"""Spectra from which each is one line of a table."""

NAMES: Final[dict[str, str]] = {
    "R_b": "R_b, grains",
    "R_gb": "R_gb, grain boundaries",
    "R_b_plus_R_gb": "R_b + R_gb, pellet",
    "R_int": "R_int, all interfaces of the cell",
    "R_diff": "R_diff, diffusion",
    "R_int_area": "R_int A, all interfaces of the cell",
    "asr_per_interface": "ASR per interface, R_int A/2",
    "conductivity_bulk": "conductivity, grains",
    "conductivity_grain_boundary": "conductivity, grain boundaries (apparent)",
    "conductivity_total": "conductivity, pellet",
}
"""What each quantity is called in tables, axes and exports."""


def with_error(p: Parameter | None) -> str:
    """Value with error and unit, digits as the error allows; '-' for nothing."""
    if p is None:
        return "-"
    p = in_report_unit(p)
    if p.stderr is None or not p.stderr > 0 or not math.isfinite(p.stderr):
        return f"{tables.digits(p.value)} {p.unit}"
    power = math.floor(math.log10(abs(p.value))) if p.value else 0
    most = max(1, min(6, power - math.floor(math.log10(p.stderr)) + 2))
    return f"{tables.digits(p.value, most)} ± {tables.digits(p.stderr, 2)} {p.unit}"


def show(result: ImpedanceAnalysis) -> None:
    """Print all spectra and series."""
    if len(result.spectra) > MANY:
        _as_table(result.spectra)
    else:
        for one in result.spectra:
            _one(one)
    for series in result.series:
        _series(series)
    for note in result.notes:
        results().print(note, soft_wrap=True)


def _one(one: AnalysedSpectrum) -> None:
    console = results()
    title = one.name if one.label in one.name else f"{one.label} ({one.name})"
    console.print(title, style="bold", soft_wrap=True)
    console.print(f"placed by {one.placement.text}" + _warmth(one), soft_wrap=True)
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
                f"{100 * one.fit.residual_rms_rel:.2g} %" if one.fit else one.reason,
            ]
        )
    heads = ("spectrum", "time / h", "T / degC", "R_b + R_gb", "R_int (cell)", "R_diff", "residual")
    tables.show(heads, rows, numeric=heads[1:3])


def _series(series: Series) -> None:
    console = results()
    console.print(f"series of {len(series.spectra)} along {series.against}", style="bold")
    console.print(f"circuit of all: {series.fit.circuit}", soft_wrap=True)
    arcs = [f"{n} {label} ({100 * c:.0f} %)" for n, (label, c) in series.fit.labels.items()]
    if arcs:
        console.print("arcs: " + ", ".join(arcs), soft_wrap=True)
    for swap in series.fit.swaps:
        low, high = series.x[swap.before], series.x[swap.after]
        console.print(
            f"{swap.names[0]} and {swap.names[1]} swap order between {low:.4g} and {high:.4g} {series.axis[1]}; "
            "their labels stay",
            soft_wrap=True,
        )
    if series.growth is not None:
        console.print(f"R_int {growth_text(series)}", soft_wrap=True)
    for line in arrhenius_lines(series):
        console.print(line, soft_wrap=True)
    for note in (*series.notes, *(f"{f.name}: {f.detail}" for f in series.fit.findings)):
        console.print(f"- {note}", soft_wrap=True)
    console.print()


def growth_text(series: Series) -> str:
    """The verdict on the law of growth, with its rate."""
    growth = series.growth
    if growth is None:
        return ""
    best = next((f for f in growth.fits if f.law == growth.law), None)
    if best is None:
        return growth.verdict
    rate = with_error(Parameter(best.rate, best.rate_stderr, best.rate_unit))
    time = (
        "" if best.time_h is None else ", tau " + with_error(Parameter(best.time_h, best.time_stderr_h, "h"))
    )
    start = with_error(Parameter(best.start_ohm, best.start_stderr_ohm, "ohm"))
    return f"{growth.verdict}: R_0 {start}, k {rate}{time}"


def arrhenius_lines(series: Series) -> list[str]:
    """Activation energies in both forms, a line each part."""
    lines: list[str] = []
    for one in series.arrhenius:
        first = with_error(Parameter(one.hopping.activation_energy_eV, one.hopping.stderr_eV, "eV"))
        second = with_error(Parameter(one.plain.activation_energy_eV, one.plain.stderr_eV, "eV"))
        lines.append(f"E_a {one.name}: {first} (sigma T), {second} (sigma)")
        lines += [f"- {one.name}: {text}" for text in one.findings]
    for wall in sorted({w for one in series.arrhenius for w in one.walls_K}):
        lines.append(f"- nothing is extended across {wall - 273.15:.0f} degC: arcs swap order there")
    return lines


def _warmth(one: AnalysedSpectrum) -> str:
    t = one.placement.temperature_C
    return "" if t is None else f", {t:.4g} degC"


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit
