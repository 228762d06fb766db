"""Heat of a cell: what a coating sets free when lithium converts it, and how far that can warm the stack."""

from __future__ import annotations

from dataclasses import dataclass

from interlayer.cell import Cell
from interlayer.chemistry import reduction
from interlayer.coating import DryLayer
from interlayer.errors import DescriptionError
from interlayer.materials import find


@dataclass(frozen=True)
class ConversionHeat:
    """Heat of the coatings of a cell, and an upper bound of the temperature that it can make.

    Attributes
    ----------
    heat : float
        Set free by both faces' coatings when all of their reactant converts, J/m2 of face.
    heat_capacity : float
        Of what is counted of the stack, J/(m2 K).
    left_out : tuple of str
        Parts whose thickness, density or heat capacity is not known; each makes the bound higher than it need be.
    """

    heat: float
    heat_capacity: float
    left_out: tuple[str, ...]

    @property
    def highest_rise(self) -> float | None:
        """Rise of temperature if all converts at once and no heat leaves, K; None if nothing of the stack is known.

        A bound: conversion takes minutes to weeks, and current collectors and housing take heat too.
        """
        return self.heat / self.heat_capacity if self.heat_capacity > 0.0 else None


def conversion_heat(cell: Cell) -> ConversionHeat:
    """Heat of conversion of a cell's coatings (J/m2) and the heat capacity of lithium, electrolyte and coatings.

    Raises
    ------
    DescriptionError
        If a coating's composition or the enthalpy of its reaction is not known.
    """
    layers = [layer for layer in cell.dry_layers if layer is not None]
    heat = sum(_heat(layer, cell.label) for layer in layers)
    parts: list[tuple[str, str, float | None]] = [
        (coating.material, "coating", layer.thickness_m)
        for coating, layer in zip(cell.coatings, cell.dry_layers, strict=True)
        if coating is not None and layer is not None
    ]
    if cell.electrolyte is not None:
        parts.append((cell.electrolyte.material, "electrolyte", cell.electrolyte.thickness))
    faces = ("right",) if cell.is_full else ("left", "right")
    parts += [("lithium", f"lithium {face}", getattr(cell.lithium, face).thickness) for face in faces]
    total, missing = 0.0, list[str]()
    for material, place, thickness in parts:
        stored = _volumetric(material)
        if thickness is None or stored is None:
            missing.append(place)
            continue
        total += stored * thickness
    return ConversionHeat(heat, total, tuple(missing))


def _heat(layer: DryLayer, label: str) -> float:
    """Of one coating, J/m2."""
    if layer.areal_moles is None:
        raise DescriptionError(
            "the composition of the coating is not known, so its heat is not",
            where=f"cell '{label}'",
            advice='write its recipe, or reactant_fraction = "19 %"',
        )
    if layer.reactant is None or layer.areal_moles == 0.0:
        return 0.0
    found = reduction(layer.reactant).heat(layer.areal_moles)
    if found is None:
        raise DescriptionError(
            f"the enthalpy of {layer.reactant} or of its products with lithium is not stored",
            where=f"cell '{label}'",
            advice="describe the substance with its formation_enthalpy (interlayer.chemistry.own_species)",
        )
    return max(found, 0.0)


def _volumetric(name: str) -> float | None:
    """Heat capacity per volume, J/(m3 K), if it is stored."""
    try:
        material = find(name)
    except DescriptionError:
        return None
    density, heat = material.get("density"), material.get("heat_capacity")
    return None if density is None or heat is None else density.value * heat.value
