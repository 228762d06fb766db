"""What the dry layer of a coating says about fields of mechanisms: thickness, porosity, composition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interlayer.build.cell_values import AREA_KEYS
from interlayer.build.given import Given, as_text
from interlayer.build.own_measurements import whose
from interlayer.build.value import Origin, Value
from interlayer.cell import Cell
from interlayer.chemistry import reduction
from interlayer.coating import DryLayer
from interlayer.descriptions.sides import SIDES
from interlayer.errors import DescriptionError
from interlayer.physics.base import Mechanism
from interlayer.propagation import propagated

_PURE_GEOMETRY: Final = ("layer", "conversion")
"""Families whose thickness is that of the dry layer of the cell."""
_RECIPE: Final = ("drop_volume", "solids", "solution_density", "solvent", "wetted_area", "residual_solvent")
"""Keys of a coating from which its thickness and composition follow where they were not measured."""


@dataclass(frozen=True)
class DrySide:
    """The dry layer of one side of a cell, and what is uncertain about it."""

    cell: Cell
    side: str
    layer: DryLayer
    filled: Value | None
    """Thickness that the parameter set gives where the cell leaves it open."""
    thickness_sigma: float | None
    """One standard deviation, m, of a thickness that follows from a recipe."""
    porosity_sigma: float | None
    reactant_sigma: float | None
    """One standard deviation of the reactant's share of the whole layer."""

    @classmethod
    def of(cls, cell: Cell, number: int, layer: DryLayer, filled: Value | None) -> DrySide:
        """The layer of side `number` (1 or 2), its uncertainties from what the cell states."""
        return cls(cell, SIDES[number - 1], layer, filled, *_sigmas(cell, number))

    def geometry(self, kind: type[Mechanism]) -> dict[str, Given]:
        """Thickness and porosity, for the laws that depend on them."""
        given: dict[str, Given] = {}
        if kind.family in _PURE_GEOMETRY:
            given["thickness"] = self._thickness(kind)
        if kind.family == "layer" and "porosity" in kind.specs():
            coating = getattr(self.cell.coating, self.side)
            stated = coating is not None and coating.porosity is not None
            given["porosity"] = Given(
                self.layer.porosity,
                "derived",
                f"cell '{self.cell.label}', solids balance",
                uncertainty=self.porosity_sigma,
                origin=self._whose("porosity", *(() if stated else ("thickness", *_RECIPE))),
            )
        return given

    def composition(self, kind: type[Mechanism]) -> dict[str, Given]:
        """Shares of the reactant and of what it becomes, for the laws that depend on them."""
        origin = self._whose("reactant_fraction", "porosity", *_RECIPE)
        given = {
            key: Given(
                share,
                "derived",
                f"cell '{self.cell.label}', composition",
                uncertainty=self.reactant_sigma if key == "reactant_volume_fraction" else None,
                origin=origin,
            )
            for key, share in _shares(self.layer).items()
            if key in kind.specs()
        }
        converted = getattr(self.cell.coating, self.side).converted
        if kind.family == "conversion" and converted is not None and "initial" in kind.specs():
            path = f"coating.{self.side}.converted"
            sigma = self.cell.uncertainty_of(path)
            given["initial"] = Given(
                converted,
                "measured",
                f"cell '{self.cell.label}'",
                uncertainty=sigma,
                origin=self._whose("converted"),
            )
        return given

    def _thickness(self, kind: type[Mechanism]) -> Given:
        """The parameter set's where the cell leaves it open, else as measured or by the recipe."""
        if self.filled is not None:
            return Given.again(kind, "thickness", self.filled)
        measured = self.layer.thickness_from == "measured"
        return Given(
            as_text(kind, "thickness", self.layer.thickness_m),
            "measured" if measured else "derived",
            f"cell '{self.cell.label}'",
            uncertainty=self.cell.uncertainty_of(f"coating.{self.side}.thickness")
            if measured
            else self.thickness_sigma,
            origin=self._whose("thickness") if measured else self._whose("porosity", *_RECIPE),
        )

    def _whose(self, *keys: str) -> Origin:
        return whose(self.cell, *(f"coating.{self.side}.{key}" for key in keys))


def _sigmas(cell: Cell, number: int) -> list[float | None]:
    """Standard deviations of thickness (m), porosity and reactant's volume fraction of a side's dry layer."""

    def values(changed: Cell) -> tuple[float | None, ...]:
        dry = changed.dry_layers[number - 1]
        if dry is None:
            return None, None, None
        return dry.thickness_m, dry.porosity, dry.reactant_fraction * (1.0 - dry.porosity)

    return propagated(cell, values, of=("coating", "coating_area", *AREA_KEYS))


def _shares(dry: DryLayer) -> dict[str, float]:
    """What the composition of a dry layer says to the mechanisms; nothing without a reactant."""
    if not dry.reactant:
        return {}
    shares = {
        "reactant_volume_fraction": dry.reactant_fraction * (1.0 - dry.porosity),
        "filler_fraction": dry.reactant_fraction,
    }
    try:
        shares["metal_ratio"] = reduction(dry.reactant).metal_volume_ratio
    except DescriptionError:
        return shares  # a reactant whose products are not stored: the declared ratio stands
    return shares
