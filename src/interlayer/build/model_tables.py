"""The cell's own [model] tables: which law of a family, and its fields, said by the person who describes the cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from interlayer.build.given import Given
from interlayer.build.own_measurements import whose
from interlayer.cell import Cell
from interlayer.descriptions.sides import SIDES
from interlayer.errors import DescriptionError, unknown_name
from interlayer.physics.registry import families

SHARED: Final = "conduction"
"""The family that belongs to the pellet, not to a side."""


def check_families(cell: Cell) -> None:
    """Refuse family names in [model] that do not exist."""
    known = [*families(), *SIDES]
    for key, table in cell.model.items():
        if key not in known:
            raise DescriptionError(unknown_name("mechanism family", key, known), where=f"[model.{key}]")
        for inner in table if key in SIDES else ():
            if inner not in families() or inner == SHARED:
                raise DescriptionError(
                    unknown_name("mechanism family", inner, set(families()) - {SHARED}),
                    where=f"[model.{key}.{inner}]",
                )


def own_table(cell: Cell, family: str, side: str | None) -> dict[str, Any]:
    """The cell's own [model] table of a family, that of the side winning."""
    table = dict(cell.model.get(family, {}))
    if side is not None:
        table |= cell.model.get(side, {}).get(family, {})
    return table


def from_table(cell: Cell, family: str, side: str | None, own: Mapping[str, Any]) -> dict[str, Given]:
    """The fields of the cell's own [model] table of a family."""
    given: dict[str, Given] = {}
    for key, value in own.items():
        paths = [f"model.{family}.{key}"] + ([f"model.{side}.{family}.{key}"] if side else [])
        source = f"cell '{cell.label}' [model.{family}]"
        given[key] = Given(value, "measured", source, origin=whose(cell, *paths))
    return given
