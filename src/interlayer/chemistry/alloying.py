"""Metals that take up more lithium after they were made: plateaus, fully lithiated phase, volume."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from interlayer import units
from interlayer.chemistry.conversion import FARADAY, Conversion
from interlayer.chemistry.formula import Formula
from interlayer.chemistry.species import species
from interlayer.descriptions import load_toml
from interlayer.errors import DescriptionError, unknown_name
from interlayer.materials.quantity import Quantity, quantity_from_table

FORMAT: Final = "interlayer-alloys/1"

_FILE = Path(__file__).parent / "data" / "alloys.toml"


@dataclass(frozen=True)
class Alloy:
    """How one element takes up lithium at room temperature.

    Attributes
    ----------
    element : str
        Symbol.
    plateaus : tuple of Quantity
        Potentials against Li+/Li, V, the first to be reached on lithiation first; empty if it takes up none.
    lithiated : Formula or None
        Fully lithiated phase; None for a solid solution without an end, or no alloy.
    lithiated_molar_volume : Quantity or None
        m3 per mole of the element in that phase; None if not known.
    sloping : bool
        Whether the potential falls steadily between the stored values instead of in steps.
    """

    element: str
    plateaus: tuple[Quantity, ...]
    lithiated: Formula | None
    lithiated_molar_volume: Quantity | None
    sloping: bool = False
    note: str = ""

    @property
    def takes_lithium(self) -> bool:
        """Whether it alloys with lithium at all."""
        return bool(self.plateaus)

    @property
    def lithium_number(self) -> float | None:
        """Lithium for each atom of the element in the fully lithiated phase; None if there is none."""
        if self.lithiated is None:
            return None
        return self.lithiated.atoms["Li"] / self.lithiated.atoms[self.element]

    @property
    def capacity_mAh_g(self) -> float | None:  # noqa: N802
        """Charge of full lithiation per mass of the element, mAh/g."""
        n = self.lithium_number
        return None if n is None else units.to_unit(n * FARADAY / species(self.element).molar_mass, "mAh/g")

    @property
    def volume_change(self) -> float | None:
        """Change of the solid's volume on full lithiation, over that of the element; lithium not counted."""
        if self.lithiated_molar_volume is None:
            return None
        return self.lithiated_molar_volume.value / species(self.element).molar_volume - 1.0


@dataclass(frozen=True)
class FullLithiation:
    """A conversion followed by the alloying of what it made.

    Attributes
    ----------
    reaction : Conversion
        The first step.
    alloys : tuple of Alloy
        Of the elements that it makes and that take up lithium.
    """

    reaction: Conversion
    alloys: tuple[Alloy, ...]

    @property
    def lithium_number(self) -> float | None:
        """Lithium for each formula unit of the reactant, both steps; None if an end is not known."""
        parts = [(self.reaction.products[a.element], a.lithium_number) for a in self.alloys]
        known = [made * n for made, n in parts if n is not None]
        return self.reaction.n + sum(known) if len(known) == len(parts) else None

    @property
    def film_volume_change(self) -> float | None:
        """Change of the film's volume per volume of reactant after both steps; None if not known."""
        ratios = self.reaction.volume_ratios
        total = self.reaction.film_volume_change
        for alloy in self.alloys:
            change = alloy.volume_change
            if change is None:
                return None
            total += ratios[alloy.element] * change
        return total


def alloy(element: str) -> Alloy:
    """Return how an element takes up lithium; one that is known not to has no plateaus.

    Raises
    ------
    DescriptionError
        If nothing is stored for it.
    """
    found = _table().get(element)
    if found is None:
        raise DescriptionError(unknown_name("alloying element", element, _table()))
    return found


def alloy_elements() -> tuple[str, ...]:
    """Return the elements of which it is stored whether they alloy."""
    return tuple(_table())


def full_lithiation(reaction: Conversion) -> FullLithiation:
    """Return a reaction with the alloying that follows it.

    Raises
    ------
    DescriptionError
        If it is not stored whether one of the elements made takes up lithium.
    """
    made = [name for name in reaction.products if reaction.substance(name).is_element]
    return FullLithiation(reaction, tuple(a for a in map(alloy, made) if a.takes_lithium))


@lru_cache(maxsize=1)
def _table() -> dict[str, Alloy]:
    data, lines = load_toml(_FILE)
    if data.pop("format", None) != FORMAT:
        raise DescriptionError(f'the file does not say format = "{FORMAT}"', where=_FILE.name)
    none = data.pop("no_alloy")
    said = f"Takes up no lithium ({none['status']}, {none['source']})."
    found = {name: _alloy(name, entry, lines.where((name,))) for name, entry in data.items()}
    return found | {name: Alloy(name, (), None, None, note=said) for name in none["elements"]}


def _alloy(name: str, entry: dict[str, Any], where: str) -> Alloy:
    steps = dict(entry["plateaus"])
    plateaus = tuple(
        quantity_from_table("alloying_potential", {"value": text, **steps}, "V", where=where)
        for text in steps.pop("values")
    )
    volume = entry.get("lithiated_molar_volume")
    phase = entry.get("lithiated")
    return Alloy(
        element=name,
        plateaus=plateaus,
        lithiated=None if phase is None else Formula.parse(phase),
        lithiated_molar_volume=None
        if volume is None
        else quantity_from_table("lithiated_molar_volume", volume, "cm3/mol", where=where),
        sloping=bool(entry.get("sloping", False)),
        note=str(entry.get("note", "")),
    )
