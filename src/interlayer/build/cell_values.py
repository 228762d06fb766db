"""Values of the cell itself: its temperature, area and thicknesses, from its description or the set's [cell]."""

from __future__ import annotations

from typing import Final

from interlayer import measured, units
from interlayer.build.own_measurements import whose
from interlayer.build.value import Origin, Value
from interlayer.cell import Cell
from interlayer.descriptions.sides import SIDES
from interlayer.parameter_sets import Entry, ParameterSet
from interlayer.propagation import propagated

AREA_KEYS: Final = ("area", "electrode_area", "diameter")
"""Keys of a cell that can say its electrode's area."""


def completed(cell: Cell, chosen: ParameterSet) -> tuple[Cell, dict[str, Value]]:
    """Fill what the cell leaves open about itself from the set's [cell] section."""
    values: dict[str, Value] = {"cell.temperature": _temperature(cell)}
    changes: dict[str, str | float] = {}
    for key, path, unit, known in (
        ("area", "area", "cm2", cell.electrode_area),
        (
            "thickness",
            "electrolyte.thickness",
            "mm",
            cell.electrolyte.thickness if cell.electrolyte else None,
        ),
    ):
        name = "cell.area" if key == "area" else "conduction.thickness"
        entry = chosen.cell.get(key)
        if known is not None:
            sigma, origin = _of_geometry(cell, key)
            values[name] = Value(
                known, unit, "measured", f"cell '{cell.label}'", uncertainty=sigma, origin=origin
            )
        elif entry is not None:
            changes[path] = entry.value
            values[name] = _entry_value(entry, unit, chosen.name)
    for number, (side, coating) in enumerate(zip(SIDES, cell.coatings, strict=True), start=1):
        if coating is None or coating.thickness is not None or coating.has_recipe:
            continue
        entry = chosen.table(coating.material, "layer").get("thickness")
        if entry is not None:
            alike = cell.coating.left == cell.coating.right
            changes["coating.thickness" if alike else f"coating.{side}.thickness"] = entry.value
            values[f"{number}.layer.thickness"] = _entry_value(entry, "um", chosen.name)
    return (cell.override(changes) if changes else cell), values


def _entry_value(entry: Entry, unit: str, set_name: str) -> Value:
    """The entry of a parameter set about the cell itself, in SI."""
    where = f"parameter set {set_name}"
    low, high = (
        None if e is None else units.parse(str(e), unit, where=where) for e in (entry.low, entry.high)
    )
    si, sigma = measured.read(str(entry.value), unit, where=where)
    return Value(si, unit, entry.status, f"{set_name}: {entry.fixed_by}", low, high, sigma, "set")


def _of_geometry(cell: Cell, key: str) -> tuple[float | None, Origin]:
    """Uncertainty (SI) of the cell's area or the pellet's thickness, and whose it is."""
    if key == "thickness":
        return cell.uncertainty_of("electrolyte.thickness"), whose(cell, "electrolyte.thickness")
    (sigma,) = propagated(cell, lambda c: (c.electrode_area,), of=AREA_KEYS)
    return sigma, whose(cell, *AREA_KEYS)


def _temperature(cell: Cell) -> Value:
    """Temperature of the test; 25 degC where the cell says nothing."""
    stated = "temperature" in cell.as_dict()
    return Value(
        float(cell.temperature or 298.15),
        "degC",
        "measured" if stated else "assumed",
        f"cell '{cell.label}'" if stated else "assumed",
        uncertainty=cell.uncertainty_of("temperature"),
        origin=whose(cell, "temperature") if stated else "declared",
    )
