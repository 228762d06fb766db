"""Rows of `interlayer list`, made from what the parts of the program declare about themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from interlayer import cells, chemistry, materials, parameter_sets, protocol, units
from interlayer.metrics.listing import ALL_METRICS
from interlayer.parameter_sets import Entry
from interlayer.readers import all_readers

Rows = list[dict[str, Any]]


def cell_rows() -> Rows:
    """Return one row a shipped cell."""
    rows: Rows = []
    for name in cells.names():
        cell = cells.load(name)
        left = cell.coatings[0]
        thickness = None if left is None else left.thickness
        area = cell.electrode_area
        rows.append(
            {
                "name": name,
                "label": cell.label,
                "electrolyte": None if cell.electrolyte is None else cell.electrolyte.material,
                "coating": None if left is None else left.material,
                "coating_um": None if thickness is None else units.to_unit(thickness, "um"),
                "area_cm2": None if area is None else units.to_unit(area, "cm2"),
                "parameters": cell.parameters,
            }
        )
    return rows


def protocol_rows() -> Rows:
    """Return one row a shipped protocol."""
    rows: Rows = []
    for name in protocol.names():
        found = protocol.load(name)
        seconds = found.duration_s
        hours = None if seconds is None else units.to_unit(seconds, "h")
        rows.append({"name": name, "label": found.label, "steps": found.n_steps, "duration_h": hours})
    return rows


def material_rows() -> Rows:
    """Return one row a stored quantity."""
    rows: Rows = []
    for name in materials.names():
        material = materials.find(name)
        for key, quantity in material.quantities.items():
            stored = quantity.as_dict()
            low, high = stored["range"] or (None, None)
            rows.append(
                {
                    "material": name,
                    "quantity": key,
                    "value": stored["value"],
                    "uncertainty": stored["uncertainty"],
                    "unit": stored["unit"],
                    "low": low,
                    "high": high,
                    "conditions": ", ".join(f"{k}: {v}" for k, v in stored["conditions"].items()),
                    "status": stored["status"],
                    "source": stored["source"],
                    "note": stored["note"],
                }
            )
    return rows


def reaction_rows() -> Rows:
    """Return one row a stored reaction with lithium, and what it means for a cell."""
    rows: Rows = []
    for found in chemistry.reactions():
        raised = [flag for flag in chemistry.flags(found) if flag.raised]
        low = found.potential_uncertainty
        enthalpy = found.delta_H
        per_um = found.volumetric_capacity * 1e-6
        rows.append(
            {
                "reactant": found.reactant,
                "reaction": found.equation,
                "potential_V": round(found.potential, 4),
                "uncertainty_V": None if low is None else round(low, 4),
                "delta_G_kJ_per_mol": round(units.to_unit(found.delta_G, "kJ/mol"), 2),
                "delta_H_kJ_per_mol": None
                if enthalpy is None
                else round(units.to_unit(enthalpy, "kJ/mol"), 1),
                "capacity_mAh_g": round(found.capacity_mAh_g, 1),
                "capacity_mAh_cm2_per_um": round(units.to_unit(per_um, "mAh/cm2"), 4),
                "lithium_um_per_um": round(found.lithium_length, 3),
                "film_volume_change": round(found.film_volume_change, 4),
                "total_volume_change": round(found.total_volume_change, 4),
                "metal_volume_fraction": round(found.metal_volume_fraction, 4),
                "flags": [flag.name for flag in raised],
                "status": "memory" if found.from_memory else "derived",
                "sources": list(found.sources),
                "note": "; ".join(f"{flag.name}: {flag.caveat}" for flag in raised if flag.caveat),
            }
        )
    return rows


def reader_rows() -> Rows:
    """Return one row a file format."""
    return [
        {"name": r.name, "version": r.version, "endings": list(r.extensions), "looks_for": r.signature}
        for r in all_readers()
    ]


def metric_rows() -> Rows:
    """Return one row a metric."""
    return [{"name": m.name, "unit": m.unit, "meaning": m.meaning} for m in ALL_METRICS]


def parameter_rows() -> Rows:
    """Return one row a value of every parameter set."""
    rows: Rows = []
    for name in parameter_sets.names():
        chosen = parameter_sets.load(name)
        for key, entry in chosen.cell.items():
            rows.append(_parameter_row(name, "cell", "", key, entry))
        for surface, families in chosen.laws.items():
            for family, law in families.items():
                rows.append(_parameter_row(name, surface, family, "law", Entry(law, "")))
        for surface, families in chosen.sections.items():
            for family, fields in families.items():
                rows += [_parameter_row(name, surface, family, key, entry) for key, entry in fields.items()]
    return rows


def _parameter_row(name: str, surface: str, family: str, key: str, entry: Entry) -> dict[str, Any]:
    return {
        "set": name,
        "surface": surface,
        "mechanism": family,
        "parameter": key,
        "value": entry.value,
        "low": entry.low,
        "high": entry.high,
        "status": entry.status,
        "fixed_by": entry.fixed_by,
    }


LISTS: Final[Mapping[str, Callable[[], Rows]]] = {
    "cells": cell_rows,
    "protocols": protocol_rows,
    "materials": material_rows,
    "reactions": reaction_rows,
    "readers": reader_rows,
    "metrics": metric_rows,
    "parameters": parameter_rows,
}
"""By the word after `list`; mechanisms stand in `mechanism_list`."""
