"""What impedance and direct current say about the same cell: R_b + R_gb + R_int (+ R_diff) beside |V|/|I|."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interlayer.circuits import CellResistances, CircuitFit, Parameter
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cell_resistances import NO_SPECTRA, spectrum_resistances
from interlayer.metrics.dc_asr import resistance_of_halves
from interlayer.metrics.halves import Halves, halves
from interlayer.metrics.overpotential import overpotentials
from interlayer.metrics.placement import temperature_of
from interlayer.record import Record
from interlayer.record import schema as s

FloatArray = NDArray[np.float64]
Verdict = Literal["consistent", "excess polarisation", "below the total", "below the ohmic floor"]

SURE: Final = 2.0
"""Standard deviations by which two numbers must differ to be called different."""
LEAST_SHARE: Final = 0.03
"""Relative difference that counts as none, however small the errors: contacts and temperature drift as much."""
SAME_K: Final = 2.0
"""Difference in temperature up to which two resistances are compared; the pellet's changes by 4 % a kelvin."""

MEANING: Final[dict[Verdict, str]] = {
    "consistent": "direct current meets what the spectrum shows",
    "excess polarisation": "direct current meets more than the spectrum shows: slow processes below its lowest "
    "frequency, such as diffusion, depletion or a polarisation that grows with current",
    "below the total": "possible: charge transfer is non-linear, and contact improves under current",
    "below the ohmic floor": "less than the pellet alone: a short",
}


@dataclass(frozen=True)
class AcDcPoint:
    """One spectrum beside the half-cycle next to it.

    Attributes
    ----------
    spectrum, half_cycle : int
    time_s : float
        Of the spectrum.
    ac_ohm, dc_ohm, floor_ohm : Parameter or None
        R_b + R_gb + R_int (+ R_diff); plateau |V|/|I|; R_b + R_gb of the cell's first spectrum.
    verdict : str or None
        None if a part is missing; `notes` says which.
    notes : tuple of str
    """

    spectrum: int
    half_cycle: int
    time_s: float
    ac_ohm: Parameter | None
    dc_ohm: Parameter
    floor_ohm: Parameter | None
    verdict: Verdict | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AcDc:
    """Comparison over a record.

    Attributes
    ----------
    points : tuple of AcDcPoint
    shorted : tuple of int
        Half-cycles whose |V|/|I| lies below the ohmic floor by more than its error.
    floor_ohm : Parameter or None
    reason : str
        Why there is no comparison, else empty.
    """

    points: tuple[AcDcPoint, ...]
    shorted: tuple[int, ...]
    floor_ohm: Parameter | None
    reason: str = ""


def verdict(ac: Parameter | None, dc: Parameter, floor: Parameter | None) -> Verdict | None:
    """Compare one DC resistance with the sum of a spectrum and with the ohmic floor, all in ohm."""
    if floor is not None and _below(dc, floor):
        return "below the ohmic floor"
    if ac is None:
        return None
    if _below(dc, ac):
        return "below the total"
    return "excess polarisation" if _below(ac, dc) else "consistent"


def ac_total(fit: CircuitFit, cell: CellResistances) -> tuple[Parameter | None, tuple[str, ...]]:
    """Return R_b + R_gb + R_int (+ R_diff) with the error of the sum, and what is not in it."""
    if cell.R_b_plus_R_gb is None:
        return None, ("the spectrum gives no R_b + R_gb",)
    notes: list[str] = []
    names = list(cell.electrolyte)
    if cell.R_int is not None:
        names += cell.interface
    elif cell.interface:
        return None, ("R_int is not determined",)
    else:
        notes.append("no interface arc: the sum is the pellet's alone")
    total = fit.sum_of(tuple(names))
    # spread among circuits that fit nearly as well, which the parts carry and the sum of one circuit does not
    parts = [p.stderr for p in (cell.R_b_plus_R_gb, cell.R_int) if p is not None and p.stderr is not None]
    error = max([total.stderr or 0.0, *parts]) if total.stderr is not None else None
    value = total.value
    if cell.R_diff is not None:
        value += cell.R_diff.value
        both = (error, cell.R_diff.stderr)
        error = None if None in both else math.hypot(both[0] or 0.0, both[1] or 0.0)
        notes.append(f"with R_diff {cell.R_diff.value:.4g} ohm")
    elif cell.tail:
        notes.append("the end of diffusion is not seen: without R_diff")
    return Parameter(value, error, "ohm"), tuple(notes)


@dataclass(frozen=True)
class FittedSpectrum:
    """A spectrum on a cell's time axis.

    Attributes
    ----------
    index : int
    time_s : float
    temperature_C : float or None
    fit : CircuitFit or None
    cell : CellResistances or None
    reason : str
        Why there is no fit, else empty.
    """

    index: int
    time_s: float
    temperature_C: float | None
    fit: CircuitFit | None
    cell: CellResistances | None
    reason: str = ""


def comparison(analysis: Analysis) -> AcDc:
    """Compare every spectrum of a record with the half-cycle next to it, and every half-cycle with the floor."""
    record = analysis.record
    if not record.spectra:
        return AcDc((), (), None, NO_SPECTRA)
    spectra = {x.index: x for x in record.spectra}
    found = [
        FittedSpectrum(x.index, x.time_s, temperature_of(record, spectra[x.index]), x.fit, x.cell, x.reason)
        for x in analysis.get(spectrum_resistances)
        if x.time_s is not None
    ]
    return compare_fitted(analysis, found)


def compare_fitted(analysis: Analysis, spectra: Sequence[FittedSpectrum]) -> AcDc:
    """Compare spectra that have been fitted already with the half-cycles of a record.

    Parameters
    ----------
    analysis : Analysis
        Of the record with the half-cycles.
    spectra : sequence of FittedSpectrum
        In the order of time.
    """
    h, o = analysis.get(halves), analysis.get(overpotentials)
    reason = o.reason
    if not reason and not spectra:
        reason = "no spectrum has a time: they cannot be laid beside half-cycles"
    if reason:
        return AcDc((), (), None, reason)
    ohm = analysis.get(resistance_of_halves)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = o.plateau_stderr_V / np.abs(h.current_A)
    if not np.isfinite(ohm).any():
        return AcDc((), (), None, "no half-cycle at constant current")
    warm = _temperatures(analysis.record, h)
    first, floor, floor_note = _floor(spectra)
    points: list[AcDcPoint] = []
    for one in spectra:
        k = _next_to(one.time_s, h, ohm)
        dc = Parameter(float(ohm[k]), _known(error[k]), "ohm")
        notes = [floor_note] if floor_note else []
        total, more = (None, (one.reason,))
        if one.fit is not None and one.cell is not None:
            total, more = ac_total(one.fit, one.cell)
        if _apart(one.temperature_C, warm[k]):
            more = (f"spectrum at {one.temperature_C:.3g} degC, current at {warm[k]:.3g} degC",)
            total = None
        here = None if _apart(first, warm[k]) else floor
        found = verdict(total, dc, here)
        points.append(AcDcPoint(one.index, k, one.time_s, total, dc, here, found, (*notes, *more)))
    shorted = [
        k
        for k in np.flatnonzero(np.isfinite(ohm)).tolist()
        if floor is not None
        and not _apart(first, warm[k])
        and _below(Parameter(float(ohm[k]), _known(error[k]), "ohm"), floor)
    ]
    return AcDc(tuple(points), tuple(shorted), floor)


def compare_ac_dc(record: Record) -> AcDc:
    """Lay impedance beside direct current: consistent, more, less, or less than the pellet alone (a short)."""
    return comparison(Analysis(record))


def ac_resistance(analysis: Analysis) -> tuple[Metric, ...]:
    """R_b + R_gb + R_int (+ R_diff) of each spectrum, ohm."""
    found = analysis.get(spectrum_resistances)
    if not found:
        return (Metric("ac_resistance", None, "ohm", evidence=(NO_SPECTRA,)),)
    out: list[Metric] = []
    for one in found:
        total, notes = (None, (one.reason,))
        if one.fit is not None and one.cell is not None:
            total, notes = ac_total(one.fit, one.cell)
        value, error = (None, None) if total is None else (total.value, total.stderr)
        evidence = (f"spectrum {one.index}", *notes)
        out.append(Metric("ac_resistance", value, "ohm", error, None, one.time_s, evidence=evidence))
    return tuple(out)


def dc_over_ac(analysis: Analysis) -> tuple[Metric, ...]:
    """DC resistance over that of the spectrum next to it, with the verdict."""
    name = "dc_over_ac"
    found = analysis.get(comparison)
    if found.reason:
        return (Metric(name, None, "1", evidence=(found.reason,)),)
    out: list[Metric] = []
    for p in found.points:
        evidence = [f"spectrum {p.spectrum}, half-cycle {p.half_cycle}"]
        if p.verdict is not None:
            evidence.append(f"{p.verdict}: {MEANING[p.verdict]}")
        evidence += [
            _said("DC", p.dc_ohm),
            _said("AC", p.ac_ohm),
            _said("ohmic floor", p.floor_ohm),
            *p.notes,
        ]
        value = error = None
        if p.ac_ohm is not None and p.ac_ohm.value > 0:
            value = p.dc_ohm.value / p.ac_ohm.value
            if p.dc_ohm.stderr is not None and p.ac_ohm.stderr is not None:
                # a shorted cell's DC resistance may be zero
                error = math.hypot(p.dc_ohm.stderr, value * p.ac_ohm.stderr) / p.ac_ohm.value
        text = tuple(x for x in evidence if x)
        out.append(Metric(name, value, "1", error, p.half_cycle, p.time_s, evidence=text))
    return tuple(out)


def _said(what: str, p: Parameter | None) -> str:
    if p is None:
        return ""
    return f"{what} {p.value:.4g}" + ("" if p.stderr is None else f" ± {p.stderr:.2g}") + " ohm"


def _below(one: Parameter, other: Parameter) -> bool:
    """Whether one resistance is smaller than the other by more than both errors."""
    error = math.hypot(one.stderr or 0.0, other.stderr or 0.0)
    return other.value - one.value > max(SURE * error, LEAST_SHARE * other.value)


def _known(error: float) -> float | None:
    return float(error) if np.isfinite(error) else None


def _next_to(time_s: float, h: Halves, ohm: FloatArray) -> int:
    """The half-cycle at constant current that is nearest in time."""
    away = np.maximum(np.maximum(h.start_s - time_s, time_s - h.end_s), 0.0)
    return int(np.argmin(np.where(np.isfinite(ohm), away, np.inf)))


def _floor(spectra: Sequence[FittedSpectrum]) -> tuple[float | None, Parameter | None, str]:
    """Temperature and R_b + R_gb of the first spectrum that gives one, and what to say if none does."""
    for one in spectra:
        p = None if one.cell is None else one.cell.R_b_plus_R_gb
        if p is not None and p.stderr is not None and p.value > 0:
            return one.temperature_C, p, ""
    return None, None, "no ohmic floor: no spectrum gives R_b + R_gb"


def _temperatures(record: Record, h: Halves) -> list[float | None]:
    """Mean temperature of every half-cycle, None where the record has none."""
    if s.TEMPERATURE not in record.columns:
        return [None] * len(h)
    column = record.array(s.TEMPERATURE)
    found: list[float | None] = []
    for first, stop in zip(h.first.tolist(), h.stop.tolist(), strict=True):
        part = column[first:stop]
        found.append(float(np.nanmean(part)) if np.isfinite(part).any() else None)
    return found


def _apart(one: float | None, other: float | None) -> bool:
    """Whether two temperatures are known to differ."""
    return one is not None and other is not None and abs(one - other) > SAME_K
