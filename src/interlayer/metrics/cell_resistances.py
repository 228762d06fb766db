"""R_b, R_gb and R_int of each impedance spectrum, from a circuit fit that needs no guess."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from interlayer import units
from interlayer.circuits import CellResistances, CircuitFit, Parameter, fit_spectrum
from interlayer.circuits import resistances as sort_arcs
from interlayer.errors import InputError
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.dc_asr import NO_AREA
from interlayer.metrics.geometry import geometry_of
from interlayer.metrics.half_cycles import cycles_leapt
from interlayer.metrics.halves import halves
from interlayer.record import Record

NO_SPECTRA = "the record has no impedance spectrum"
NOT_EQUAL_FACES = (
    "R A/2 is an interface's own only for two nominally equal lithium faces; "
    "the cell's description does not say that it has them (symmetric)"
)
_CACHED = 512


@dataclass(frozen=True)
class SpectrumResistances:
    """Resistances from one spectrum.

    Attributes
    ----------
    index : int
        Number of the spectrum in the record.
    time_s : float or None
        When it was taken.
    after_half_cycles : int or None
        Half-cycles completed before it; None if it has no time.
    fit : CircuitFit or None
    cell : CellResistances or None
        None if the spectrum could not be fitted.
    reason : str
        Why there is no fit, else empty.
    """

    index: int
    time_s: float | None
    after_half_cycles: int | None
    fit: CircuitFit | None
    cell: CellResistances | None
    reason: str = ""


@lru_cache(maxsize=_CACHED)
def _fitted(frequency: bytes, impedance: bytes) -> CircuitFit:
    """Fit a spectrum given as bytes; the same spectrum is fitted once, however many metrics ask."""
    return fit_spectrum(
        np.frombuffer(frequency, dtype=np.float64), np.frombuffer(impedance, dtype=np.complex128)
    )


def spectrum_resistances(analysis: Analysis) -> tuple[SpectrumResistances, ...]:
    """Fit all spectra of a record."""
    record = analysis.record
    end = np.sort(analysis.get(halves).end_s)
    geometry = geometry_of(record)
    found: list[SpectrumResistances] = []
    for spectrum in record.spectra:
        time = spectrum.time_s
        # a spectrum may carry the very time at which the half-cycle before it ended
        after = None
        if time is not None and not cycles_leapt(record):
            after = int(np.searchsorted(end, time + 1e-6 * (1 + abs(time))))
        frequency = np.ascontiguousarray(spectrum.frequency_Hz, dtype=np.float64)
        impedance = np.ascontiguousarray(spectrum.impedance_ohm, dtype=np.complex128)
        try:
            fit = _fitted(frequency.tobytes(), impedance.tobytes())
        except InputError as error:
            found.append(SpectrumResistances(spectrum.index, time, after, None, None, str(error)))
            continue
        cell = sort_arcs(fit, geometry=geometry)
        found.append(SpectrumResistances(spectrum.index, time, after, fit, cell))
    return tuple(found)


def resistances(record: Record) -> tuple[SpectrumResistances, ...]:
    """Return R_b, R_gb, their sum and R_int of every spectrum of a record, in ohm with standard errors."""
    return spectrum_resistances(Analysis(record))


def r_b(analysis: Analysis) -> tuple[Metric, ...]:
    """Grain interior resistance, ohm; null where it cannot be parted from the grain boundary's."""
    return _each(analysis, "R_b")


def r_gb(analysis: Analysis) -> tuple[Metric, ...]:
    """Grain-boundary resistance, ohm; null where its arc lies outside the window."""
    return _each(analysis, "R_gb")


def r_b_plus_r_gb(analysis: Analysis) -> tuple[Metric, ...]:
    """Resistance of the electrolyte pellet, ohm."""
    return _each(analysis, "R_b_plus_R_gb")


def r_int(analysis: Analysis) -> tuple[Metric, ...]:
    """Resistance of all interfaces of the cell, ohm, diffusion excluded."""
    return _each(analysis, "R_int")


def asr_per_interface(analysis: Analysis) -> tuple[Metric, ...]:
    """R_int A/2 in ohm cm2, for two nominally equal lithium faces only."""
    name, unit = "asr_per_interface", "ohm cm2"
    record = analysis.record
    reason = ""
    if not record.spectra:
        reason = NO_SPECTRA
    elif record.cell is None or record.cell.get("symmetric") is not True:
        reason = NOT_EQUAL_FACES
    elif record.area_m2 is None:
        reason = NO_AREA
    if reason or record.area_m2 is None:
        return (Metric(name, None, unit, evidence=(reason,)),)
    scale = record.area_m2 / 2.0 / units.factor(unit)
    out: list[Metric] = []
    for metric in analysis.get(r_int):
        value = None if metric.value is None else metric.value * scale
        error = None if metric.uncertainty is None else metric.uncertainty * scale
        evidence = (f"R_int A/2, A = {record.area_m2 / units.factor('cm2'):.4g} cm2", *metric.evidence)
        out.append(Metric(name, value, unit, error, None, metric.time_s, evidence=evidence))
    return tuple(out)


def _each(analysis: Analysis, name: str) -> tuple[Metric, ...]:
    found = analysis.get(spectrum_resistances)
    if not found:
        return (Metric(name, None, "ohm", evidence=(NO_SPECTRA,)),)
    return tuple(_metric(one, name) for one in found)


def _metric(one: SpectrumResistances, name: str) -> Metric:
    head = f"spectrum {one.index}"
    if one.after_half_cycles is not None:
        head += f", after {one.after_half_cycles} half-cycles"
    if one.fit is None or one.cell is None:
        return Metric(name, None, "ohm", time_s=one.time_s, evidence=(head, one.reason))
    parameter = _value(one.cell, name)
    fitted = f"circuit {one.fit.circuit}, residual {100 * one.fit.residual_rms_rel:.2g} % rms"
    findings = tuple(f"{f.name}: {f.detail}" for f in one.fit.findings if f.severity != "note")
    if parameter is None:
        # Why there is none comes before how the arcs were assigned.
        notes = sorted(one.cell.notes, key=lambda note: " -> " in note)
        return Metric(name, None, "ohm", time_s=one.time_s, evidence=(head, *notes, fitted, *findings))
    evidence = (head, fitted, *one.cell.notes, *findings)
    return Metric(name, parameter.value, "ohm", parameter.stderr, time_s=one.time_s, evidence=evidence)


def _value(cell: CellResistances, name: str) -> Parameter | None:
    return {
        "R_b": cell.R_b,
        "R_gb": cell.R_gb,
        "R_b_plus_R_gb": cell.R_b_plus_R_gb,
        "R_int": cell.R_int,
    }[name]
