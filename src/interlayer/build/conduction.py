"""The pellet: its conduction's law, and what cell, material, set and [model] say about it."""

from __future__ import annotations

from interlayer.build.given import Given, as_text
from interlayer.build.material_library import OF_PELLET, of_pellet
from interlayer.build.model_tables import SHARED, from_table, own_table
from interlayer.build.own_measurements import whose
from interlayer.build.resolve import checked_number, resolve
from interlayer.build.value import Value
from interlayer.cell import Cell
from interlayer.errors import DescriptionError
from interlayer.materials import Material, library
from interlayer.parameter_sets import ParameterSet
from interlayer.physics.base import Mechanism
from interlayer.physics.registry import families, find


def pellet_conduction(cell: Cell, chosen: ParameterSet, values: dict[str, Value]) -> Mechanism:
    """The pellet's conduction, its values noted in `values`.

    Raises
    ------
    DescriptionError
        If the cell states something that its law has no field for, or a value is missing or out of bounds.
    """
    own = own_table(cell, SHARED, None)
    material = library.find(cell.electrolyte.material) if cell.electrolyte else None
    law = own.pop("law", None) or chosen.law("bare", SHARED) or _default_law(material)
    kind = find(SHARED, str(law), where=f"[model.{SHARED}]")
    specs = kind.specs()
    given: dict[str, Given] = {}
    for key in OF_PELLET:
        stored = of_pellet(material, kind, key)
        mine = getattr(cell.electrolyte, key, None)
        if mine is not None and key not in specs:
            raise DescriptionError(
                f"an electrolyte of the law '{kind.law}' has no {key}",
                where=f"cell '{cell.label}', [electrolyte]",
                advice='leave it out, or write law = "brick-layer" below [model.conduction]',
            )
        if mine is not None:
            path = f"electrolyte.{key}"
            given[key] = Given(
                as_text(kind, key, mine),
                "measured",
                f"cell '{cell.label}'",
                uncertainty=cell.uncertainty_of(path),
                origin=whose(cell, path),
            )
        elif stored is not None:
            given[key] = Given.stored(kind, key, stored)
    for key, entry in chosen.table("bare", SHARED).items():
        if getattr(cell.electrolyte, key, None) is None and key in specs:
            given[key] = Given.of(entry, chosen.name)
    length = values.get("conduction.thickness")
    if length is not None:
        given["thickness"] = Given.again(kind, "thickness", length)
    given |= from_table(cell, SHARED, None, own)
    _grains_conduct_no_worse(kind, given)
    return resolve(kind, SHARED, given, values)


def _default_law(material: Material | None) -> str:
    """Law of an electrolyte that nobody chose one for: salt moves where the library knows a salt."""
    if material is None or material.get("salt_concentration") is None:
        return next(iter(families()[SHARED]))
    return "salt-in-polymer" if material.get("salt_diffusivity") is None else "concentrated-salt"


def _grains_conduct_no_worse(kind: type[Mechanism], given: dict[str, Given]) -> None:
    """Give the grains the whole pellet's values where nobody knows better ones.

    Without this, the default of LATP's grains, or a library value below what a person measured, would cap the pellet.
    """
    specs, grain, whole = kind.specs(), given.get("grain_conductivity"), given.get("conductivity")
    if "grain_conductivity" not in specs or whole is None:
        return
    total = checked_number(specs["conductivity"], whole.value, whole.source).value
    if (
        grain is not None
        and checked_number(specs["grain_conductivity"], grain.value, grain.source).value >= total
    ):
        return
    for key, like in (
        ("grain_conductivity", "conductivity"),
        ("grain_activation_energy", "activation_energy"),
    ):
        if like in given:
            given[key] = given[like]._replace(
                status="assumed", source=f"as of the whole pellet ({given[like].source})"
            )
