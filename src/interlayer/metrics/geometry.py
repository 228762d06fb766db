"""Area and thickness that a record's cell states."""

from __future__ import annotations

from interlayer.circuits.geometry import Geometry
from interlayer.record import Record


def geometry_of(record: Record) -> Geometry:
    """Return the electrode's area and the electrolyte's thickness, None where the record does not tell."""
    return Geometry(record.area_m2, thickness_of(record))


def thickness_of(record: Record) -> float | None:
    """Return the electrolyte's thickness in m that the cell's description states, or None."""
    resolved = (record.cell or {}).get("resolved", {})
    for layer in resolved.get("layers", []) if isinstance(resolved, dict) else []:
        if layer.get("kind") == "electrolyte":
            value = layer.get("thickness_m")
            return float(value) if isinstance(value, int | float) and value > 0 else None
    return None
