"""One spectrum from file to meaning: placed, fitted, arcs named, the cell's resistances and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from interlayer import units
from interlayer.circuits import CellResistances, CircuitFit, Parameter, fit_spectra
from interlayer.circuits import resistances as sort_arcs
from interlayer.circuits.assignment import ArcLabel
from interlayer.circuits.conductivity import areal, conductivity
from interlayer.circuits.data import prepare
from interlayer.circuits.geometry import Geometry
from interlayer.circuits.judge import at_area
from interlayer.circuits.validation import Validation
from interlayer.errors import InputError
from interlayer.metrics.cell_resistances import NOT_EQUAL_FACES
from interlayer.metrics.placement import Placement, bias_of, start_of
from interlayer.record import Finding, Record, Spectrum

NO_GEOMETRY = 'no conductivity: give --area "0.785 cm2" and --thickness "1 mm", or a --cell that states them'

_LEFT_OVER = 2.5
"""Residual of the circuit over that of the Kramers-Kronig model from which it is named."""
_LEAST_LEFT = 1e-3
"""Residual, relative to |Z|, below which it never is."""


@dataclass(frozen=True)
class AnalysedSpectrum:
    """One spectrum and all that was found out about it.

    Attributes
    ----------
    file, label : str
        File as it was named, cell.
    record : Record
    spectrum : Spectrum
    placement : Placement
    geometry : Geometry
    fit : CircuitFit or None
        None if it could not be fitted.
    cell : CellResistances or None
    validation : Validation or None
        Kramers-Kronig, drift, outliers and what else was checked.
    reason : str
        Why there is no fit, else empty.
    notes : tuple of str
        What a person should know besides.
    series : dict or None
        What the series that it belongs to says, as plain data.
    """

    file: str
    label: str
    record: Record
    spectrum: Spectrum
    placement: Placement
    geometry: Geometry
    fit: CircuitFit | None = None
    cell: CellResistances | None = None
    validation: Validation | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    series: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """File and, if it holds several spectra, number: what a person would call it."""
        return self.file if len(self.record.spectra) == 1 else f"{self.file} #{self.spectrum.index}"

    def quantities(self) -> dict[str, Parameter | None]:
        """Return the cell's resistances and what area and thickness make of them, None where unknown.

        Keys say the unit's kind: 'R_int' is of the whole cell in ohm, 'R_int_area' in ohm m2 of the whole cell,
        'asr_per_interface' half of that (two equal lithium faces only).
        """
        cell, geometry = self.cell, self.geometry
        if cell is None:
            return {}
        equal = self.record.cell is not None and self.record.cell.get("symmetric") is True
        found: dict[str, Parameter | None] = {
            "R_b": cell.R_b,
            "R_gb": cell.R_gb,
            "R_b_plus_R_gb": cell.R_b_plus_R_gb,
            "R_int": cell.R_int,
            "R_diff": cell.R_diff,
        }
        found["R_int_area"] = None if cell.R_int is None else areal(cell.R_int, geometry)
        found["asr_per_interface"] = (
            None if cell.R_int is None or not equal else areal(cell.R_int, geometry, 0.5)
        )
        for name, of in (("bulk", cell.R_b), ("grain_boundary", cell.R_gb), ("total", cell.R_b_plus_R_gb)):
            found[f"conductivity_{name}"] = None if of is None else conductivity(of, geometry)
        return found

    def missing(self) -> list[str]:
        """Return why areal numbers and conductivities are absent, if they are."""
        reasons: list[str] = []
        if not self.geometry.is_complete:
            reasons.append(NO_GEOMETRY)
        if self.cell is not None and self.quantities()["asr_per_interface"] is None:
            symmetric = self.record.cell is not None and self.record.cell.get("symmetric") is True
            if not symmetric:
                reasons.append(f"no asr_per_interface: {NOT_EQUAL_FACES}")
        return reasons

    def findings(self) -> tuple[Finding, ...]:
        """Return what the file, the checks and the fit say a person should know."""
        checks = () if self.validation is None else self.validation.findings
        fit = () if self.fit is None else self.fit.findings
        return (*self.record.findings, *checks, *fit, *self._left_over())

    def _left_over(self) -> tuple[Finding, ...]:
        """Name a circuit that leaves much more than the noise which Kramers-Kronig finds."""
        if self.fit is None or self.validation is None:
            return ()
        left, noise = self.fit.residual_rms_rel, self.validation.residual_rms
        if not (left > _LEFT_OVER * noise and left > _LEAST_LEFT):
            return ()
        detail = (
            f"residual {100 * left:.2g} % rms, noise {100 * noise:.2g} %: the spectrum holds more than these arcs; "
            "standard errors count the rest as if it were noise"
        )
        return (Finding("circuit leaves more than noise", detail, severity="note"),)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        place, fit = self.placement, self.fit
        return {
            "file": self.file,
            "index": self.spectrum.index,
            "label": self.label,
            "started": _started(self.record),
            "test_time_s": place.time_s,
            "half_cycle": place.half_cycle,
            "temperature_C": place.temperature_C,
            "dc_bias": _bias(self.record, self.spectrum),
            "circuit": None if fit is None else fit.circuit,
            "parameters": {} if fit is None else {n: _plain(p) for n, p in fit.parameters.items()},
            "assignments": self._assignments(),
            "kramers_kronig": None if self.validation is None else self.validation.to_dict(),
            "quality": self._quality(),
        }

    def _assignments(self) -> dict[str, Any]:
        if self.cell is None:
            return {}
        sums = {name: None if p is None else _shown(p) for name, p in self.quantities().items()}
        members = {
            "R_b_plus_R_gb": self.cell.electrolyte,
            "R_int": self.cell.interface,
            "R_diff": self.cell.tail,
        }
        return {
            "arcs": {one.name: _arc(one) for one in self.cell.labels},
            **sums,
            "members": {name: list(names) for name, names in members.items()},
            "tentative": not self.geometry.is_complete or any(one.tentative for one in self.cell.labels),
            "notes": [*self.cell.notes, *self.missing()],
        }

    def _quality(self) -> dict[str, Any]:
        f = self.spectrum.frequency_Hz
        quality: dict[str, Any] = {
            "points": int(f.size),
            "lowest_Hz": float(f.min()) if f.size else None,
            "highest_Hz": float(f.max()) if f.size else None,
            "placed": self.placement.text,
            "findings": [
                {"name": x.name, "detail": x.detail, "severity": x.severity} for x in self.findings()
            ],
            "notes": list(self.notes),
            "series": self.series,
        }
        if self.fit is None:
            return quality | {"residual_rms": None, "reason": self.reason}
        second = self.fit.runner_up
        return quality | {
            "residual_rms": self.fit.residual_rms_rel,
            "aicc": self.fit.aicc,
            "bic": self.fit.bic,
            "runner_up": None
            if second is None
            else {"circuit": second.circuit, "bic_above": second.bic - self.fit.bic},
        }


def analyse_spectra(
    spectra: Sequence[AnalysedSpectrum],
    *,
    circuit: str | Sequence[str] | None = None,
    weighting: str = "modulus",
    robust: bool = False,
) -> list[AnalysedSpectrum]:
    """Fit spectra, each by itself but all in one go, and name their arcs; what cannot be fitted says why.

    Parameters as of `fit_spectra`.

    Raises
    ------
    InputError
        If the circuit or the weighting cannot be read.
    """
    result = list(spectra)
    good: list[int] = []
    for k, one in enumerate(spectra):
        try:
            prepare(one.spectrum.frequency_Hz, one.spectrum.impedance_ohm, weighting)
        except InputError as problem:
            result[k] = replace(one, reason=str(problem))
            continue
        good.append(k)
    pairs = [(spectra[k].spectrum.frequency_Hz, spectra[k].spectrum.impedance_ohm) for k in good]
    fits = fit_spectra(pairs, circuit=circuit, weighting=weighting, robust=robust)
    for k, fit in zip(good, fits, strict=True):
        known = spectra[k].geometry
        result[k] = replace(spectra[k], fit=at_area(fit, known.area_m2), cell=sort_arcs(fit, geometry=known))
    return result


def check_weighting(name: str) -> None:
    """Refuse a weighting that is not known, before any file is read.

    Raises
    ------
    InputError
        If it is not.
    """
    f = np.arange(1.0, 7.0)
    prepare(f, 1.0 - 1.0j * f, name)


def _plain(p: Parameter) -> dict[str, Any]:
    return {"value": p.value, "stderr": p.stderr, "unit": p.unit}


_UNITS = {"ohm m2": "ohm cm2", "S/m": "S/cm"}
"""Units of reports."""


def in_report_unit(p: Parameter) -> Parameter:
    """Return an SI value in the unit of reports: ohm cm2, S/cm, else as it is."""
    unit = _UNITS.get(p.unit)
    if unit is None:
        return p
    scale = units.factor(p.unit) / units.factor(unit)
    return Parameter(p.value * scale, None if p.stderr is None else p.stderr * scale, unit)


def _shown(p: Parameter) -> dict[str, Any]:
    return _plain(in_report_unit(p))


def _arc(one: ArcLabel) -> dict[str, Any]:
    length, area = one.per_length_F_m, one.per_area_F_m2
    return {
        "label": one.label,
        "confidence": round(one.confidence, 4),
        "tentative": one.tentative,
        "capacitance": {
            "value": one.capacitance.value_F,
            "stderr": one.capacitance.stderr_F,
            "unit": "F",
            "method": one.capacitance.method,
        },
        "capacitance_per_length": None if length is None else {"value": length / 100.0, "unit": "F/cm"},
        "capacitance_per_area": None if area is None else {"value": area / 1e4, "unit": "F/cm2"},
        "relative_permittivity": one.relative_permittivity,
    }


def _started(record: Record) -> str | None:
    start = start_of(record)
    if start is None:
        return None
    kind, seconds = start
    text = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{text}Z" if kind == "UTC" else text


def _bias(record: Record, spectrum: Spectrum) -> dict[str, Any] | None:
    found = bias_of(record, spectrum)
    return None if found is None else {"value": found[0], "unit": found[1]}
