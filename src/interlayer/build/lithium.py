"""An end of lithium: laws and values of its interface, bare or under a coating, and how much metal there is."""

from __future__ import annotations

from typing import Any, Final

from interlayer.build.coating_layer import DrySide
from interlayer.build.given import Given
from interlayer.build.material_library import from_library
from interlayer.build.model_tables import from_table, own_table
from interlayer.build.own_measurements import from_cell, whose
from interlayer.build.resolve import resolve
from interlayer.build.value import Origin, Value
from interlayer.cell import Cell
from interlayer.coating import DryLayer
from interlayer.descriptions.sides import SIDES
from interlayer.lithium_side import LithiumSide
from interlayer.parameter_sets import ParameterSet
from interlayer.physics.registry import families, find

_DEFAULT_FOIL: Final = 450e-6
"""m, a common lithium foil."""


def lithium_side(
    cell: Cell, chosen: ParameterSet, number: int, dry: DryLayer | None, values: dict[str, Value]
) -> LithiumSide:
    """The lithium end `number` (1 or 2), bare or with its dry layer, its values noted in `values`.

    Raises
    ------
    DescriptionError
        If a law is not known, or a value is missing or out of bounds.
    """
    side = SIDES[number - 1]
    coating = cell.coatings[number - 1]
    surface = coating.material if coating is not None else "bare"
    layer = None if dry is None else DrySide.of(cell, number, dry, values.get(f"{number}.layer.thickness"))
    made: dict[str, Any] = {}
    for family in LithiumSide._fields:
        own = own_table(cell, family, side)
        law = (
            own.pop("law", None)
            or chosen.law(surface, family)
            or _default_law(family, coated=dry is not None)
        )
        kind = find(family, str(law), where=f"[model.{family}]")
        given = from_library(cell, coating, kind)
        entries = chosen.table(surface, family)
        given |= {key: Given.of(e, chosen.name) for key, e in entries.items() if key in kind.specs()}
        given |= from_cell(cell, kind, side)
        if layer is not None and law != "none":
            given |= layer.geometry(kind)
            for key, share in layer.composition(kind).items():
                given.setdefault(key, share)
        given |= from_table(cell, family, side, own)
        made[family] = resolve(kind, f"{number}.{family}", given, values)
    return LithiumSide(**made)


def _default_law(family: str, *, coated: bool) -> str:
    """First law of the family under a layer; its null variant on a bare pellet, where it has one."""
    laws = list(families()[family])
    if family == "polarisation" or coated:
        return laws[0]
    for null in ("none", "full"):
        if null in laws:
            return null
    return laws[0]


def lithium_thickness(cell: Cell, side: str, values: dict[str, Value]) -> float:
    """Thickness of the metal of 'left' or 'right', m (that of a common foil by default), noted in `values`."""
    own = getattr(cell.lithium, side).thickness
    number = SIDES.index(side) + 1
    thickness = float(own) if own is not None else _DEFAULT_FOIL
    status = "measured" if own is not None else "assumed"
    source = f"cell '{cell.label}'" if own is not None else "a common foil"
    path = f"lithium.{side}.thickness"
    origin: Origin = "declared" if own is None else whose(cell, path)
    values[f"{number}.lithium.thickness"] = Value(
        thickness, "um", status, source, uncertainty=cell.uncertainty_of(path), origin=origin
    )
    return thickness
