"""What is odd or assumed about a cell: areas taken from the electrode, fringing, names not in the library."""

from __future__ import annotations

from collections.abc import Sequence

from interlayer import units
from interlayer.cell.cathode import Cathode
from interlayer.cell.parts import Areas, Electrolyte
from interlayer.coating import Coating, dry_layer
from interlayer.descriptions.sides import UNKNOWN
from interlayer.errors import DescriptionError
from interlayer.materials import find
from interlayer.record.record import Finding


def findings_of(
    areas: Areas,
    electrolyte: Electrolyte | None,
    cathode: Cathode | None,
    faces: Sequence[tuple[str, Coating]],
) -> tuple[Finding, ...]:
    """Return the findings; `faces` are the coatings, each with its place in the description."""
    found: list[Finding] = []
    dropped = any(c.wetted_area is None for _, c in faces)
    loaded = cathode is not None and cathode.loading is not None
    matters = {"pellet": electrolyte is not None, "coating": dropped, "cathode": loaded}
    which = [name for name in areas.assumed if matters.get(name)]
    if which:
        found.append(Finding("area assumed", f"{' and '.join(which)} area taken from the electrode", "note"))
    if areas.electrode is not None and areas.pellet is not None:
        found += _fringing(areas.electrode, areas.pellet)
    if electrolyte is not None:
        found += _not_in_library(electrolyte.material, "electrolyte")
    if cathode is not None and cathode.material.strip().lower() != UNKNOWN:
        found += _not_in_library(cathode.material, "cathode")
    for place, coating in faces:
        found += _not_in_library(coating.material, place)
        wetted = coating.wetted_area is not None or areas.coating is not None
        if coating.thickness is not None or (coating.has_recipe and wetted):
            found += dry_layer(coating, wetted_area=areas.coating, where=place).findings
    return tuple(dict.fromkeys(found))


def _fringing(electrode: float, pellet: float) -> list[Finding]:
    if pellet <= electrode * (1.0 + 1e-9):
        return []
    text = (
        f"{units.format_quantity(pellet, 'cm2')} pellet, {units.format_quantity(electrode, 'cm2')} electrode"
    )
    return [Finding("fringing", f"the pellet is wider than the electrode ({text}): current spreads sideways")]


def _not_in_library(name: str, place: str) -> list[Finding]:
    try:
        find(name)
    except DescriptionError as error:
        return [Finding("material not in library", f"{place}: {error.what}", "note")]
    return []
