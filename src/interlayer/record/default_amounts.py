"""Area and mass that nobody entered: what instruments print, and what people leave, by default."""

from __future__ import annotations

from typing import Final

from interlayer import units
from interlayer.errors import UnitError
from interlayer.record import schema as s
from interlayer.record.record import Finding, Record

DEFAULT_MASSES_MG: Final = (0.0, 0.001, 1.0, 1000.0)
"""Masses of active material that instruments print when nobody entered one: EC-Lab 0.001 mg and 1 mg."""
DEFAULT_AREAS_CM2: Final = (0.001, 1.0)
"""Areas that stand for none: EC-Lab's 0.001 cm2, and the round 1 cm2."""


def default_amounts(record: Record) -> tuple[Finding, ...]:
    """Name an area or a mass that is a default, where it is used or stands in the header."""
    findings: list[Finding] = []
    area = None if record.area_m2 is None else units.to_unit(record.area_m2, "cm2")
    if area is not None and _is_one_of(area, DEFAULT_AREAS_CM2) and not record.is_simulated:
        detail = (
            f"the area is {area:g} cm2, which is what stands where nobody entered one: every current density and "
            'ohm cm2 rests on it; if it is not right give --area "0.785 cm2"'
        )
        findings.append(Finding("area_default", detail, "warning" if area < 0.01 else "note"))
    passes_current = len(record.cycling) > 0 and record.cycling[s.CURRENT].null_count() < len(record.cycling)
    mass = _header_mass_mg(record) if passes_current else None
    if mass is not None and _is_one_of(mass, DEFAULT_MASSES_MG):
        detail = f"an active mass of {mass:g} mg in the header is a default: capacities per gram in the file rest on it"
        findings.append(Finding("header_mass_default", detail, "note"))
    return tuple(findings)


def _is_one_of(value: float, defaults: tuple[float, ...]) -> bool:
    return any(abs(value - x) <= 1e-6 * max(x, 1e-3) for x in defaults)


def _header_mass_mg(record: Record) -> float | None:
    """Mass in the header, mg: a number in g, or EC-Lab's text with its unit."""
    extra = record.provenance.extra
    grams = extra.get("header_mass_g")
    if isinstance(grams, int | float):
        return 1000.0 * float(grams)
    for key in ("characteristic_mass", "active_mass"):
        text = extra.get(key)
        if isinstance(text, str):
            try:
                return units.to_unit(units.parse(text, "mg"), "mg")
            except UnitError:
                continue
    return None
