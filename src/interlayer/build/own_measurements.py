"""What a cell measured on itself about fields of mechanisms, and whose such a value is."""

from __future__ import annotations

from typing import Any, Final

from interlayer.build.given import Given, as_text
from interlayer.build.value import Origin
from interlayer.cell import Cell
from interlayer.descriptions.sides import SIDES
from interlayer.physics.base import Mechanism

_OF_CELL: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "coverage": {"roughness": ("coating.{side}.roughness", "electrolyte.roughness")},
    "contact": {"stack_pressure": ("operating_pressure",)},
    "layer": {"conductivity": ("coating.{side}.conductivity",)},
}
"""Parameter by family and the quantities of the cell that give it, the first that is stated: over the set's."""
_WITHOUT_FIELD: Final = ("electrolyte.grain_boundary_conductivity", "electrolyte.electronic_conductivity")
"""Quantities of the cell that no mechanism has a field for."""


def from_cell(cell: Cell, kind: type[Mechanism], side: str) -> dict[str, Given]:
    """What the cell measured on itself about a mechanism's fields."""
    given: dict[str, Given] = {}
    for key, paths in _OF_CELL.get(kind.family, {}).items():
        for path in (p.format(side=side) for p in paths):
            si = quantity_at(cell, path)
            if si is not None and key in kind.specs() and key not in given:
                given[key] = Given(
                    as_text(kind, key, si),
                    "measured",
                    f"cell '{cell.label}', {path}",
                    uncertainty=cell.uncertainty_of(path),
                    origin=whose(cell, path),
                )
    return given


def measurable() -> set[str]:
    """Dotted keys of a cell's own values that a law may depend on, or that are stated beside them."""
    paths = {p.format(side=s) for t in _OF_CELL.values() for f in t.values() for p in f for s in SIDES}
    return paths | set(_WITHOUT_FIELD)


def whose(cell: Cell, *paths: str) -> Origin:
    """Whether the user of the cell stated a value, or the shipped file that it began as."""
    return "own" if cell.is_own(*paths) else "shipped"


def quantity_at(cell: Cell, path: str) -> float | None:
    """SI value of a quantity of the cell by dotted key, None where it is not stated."""
    here: Any = cell
    for name in path.split("."):
        here = getattr(here, name, None)
    return here
