"""How results of impedance analysis are written: what quantities are called, values with errors, verdicts."""

from __future__ import annotations

import math
from typing import Final

from interlayer.circuits import Parameter
from interlayer.errors import InputError
from interlayer.metrics.ac_dc import MEANING, AcDc
from interlayer.metrics.arrhenius import Arrhenius
from interlayer.metrics.impedance_series import Series
from interlayer.metrics.spectrum_analysis import in_report_unit

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


def with_error(p: Parameter | None, unit: bool = True) -> str:
    """Value with error, both to the second digit of the error, and unit; '-' for nothing."""
    if p is None:
        return "-"
    p = in_report_unit(p)
    tail = f" {p.unit}" if unit and p.unit != "1" else ""
    if p.stderr is None or not p.stderr > 0 or not math.isfinite(p.stderr):
        return f"{_plain(p.value, 4)}{tail}"
    last = math.floor(math.log10(p.stderr)) - 1
    largest = max(abs(p.value), p.stderr)
    power = math.floor(math.log10(largest)) if largest > 0 else 0
    # six digits are as many as anybody reads
    last = max(last, power - 5)
    if -2 <= power < 6:
        digits = max(-last, 0)
        return (
            f"{round(p.value, -last):.{digits}f} ± {max(round(p.stderr, -last), 10.0**last):.{digits}f}{tail}"
        )
    scale, digits = 10.0**power, max(power - last, 0)
    return f"({p.value / scale:.{digits}f} ± {max(p.stderr, 10.0**last) / scale:.{digits}f})e{power}{tail}"


def _plain(value: float, most: int) -> str:
    text = f"{value:.{most}g}"
    return f"{value:.0f}" if "e+" in text and abs(value) < 1e6 else text


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
        lines += [f"{one.name}: {text}" for text in one.findings]
        lines.append(f"{one.name} at 25 degC, {_extended(one)}")
    for wall in sorted({w for one in series.arrhenius for w in one.walls_K}):
        seen = any(one.lowest_K < wall < one.highest_K for one in series.arrhenius)
        how = "" if seen else ", if their lines go on"
        lines.append(f"nothing is extended across {wall - 273.15:.0f} degC: arcs swap order there{how}")
    return lines


def _extended(one: Arrhenius) -> str:
    """Conductivity at room temperature from the line, or why it is not given."""
    room = 298.15
    span = f"{one.lowest_K - 273.15:.4g} to {one.highest_K - 273.15:.4g} degC"
    inside = one.lowest_K <= room <= one.highest_K
    try:
        value, error = one.at(room)
    except InputError as problem:
        return f"not given: {problem.what}"
    shown = with_error(Parameter(value, error, "S/m"))
    return f"{'within' if inside else 'extended from'} {span}: {shown}"


def swap_lines(series: Series) -> list[str]:
    """Where arcs swap order, a line each."""
    return [
        f"{s.names[0]} and {s.names[1]} swap order between {series.x[s.before]:.4g} and "
        f"{series.x[s.after]:.4g} {series.axis[1]}; their labels stay"
        for s in series.fit.swaps
    ]


def ac_dc_lines(compared: AcDc) -> list[str]:
    """What direct current says beside the spectra: a line a spectrum, one for half-cycles below the floor."""
    lines: list[str] = []
    for p in compared.points:
        ac = "no sum of a spectrum" if p.ac_ohm is None else f"AC {with_error(p.ac_ohm)}"
        head = f"{p.time_s / 3600.0:.4g} h, half-cycle {p.half_cycle}: DC {with_error(p.dc_ohm)}, {ac}"
        notes = f" ({'; '.join(p.notes)})" if p.notes else ""
        lines.append(f"{head}: {p.verdict or 'not compared'}{notes}")
    verdicts = {p.verdict for p in compared.points if p.verdict is not None}
    lines += [f"{v}: {MEANING[v]}" for v in MEANING if v in verdicts]
    if compared.shorted:
        shown = ", ".join(str(k) for k in compared.shorted[:8])
        more = "" if len(compared.shorted) <= 8 else f" and {len(compared.shorted) - 8} more"
        floor = with_error(compared.floor_ohm)
        lines.append(f"half-cycles {shown}{more} lie below the ohmic floor of {floor}: a short")
    return lines
