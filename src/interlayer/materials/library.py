"""The material library: finds a material by name and answers with its quantities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from interlayer.descriptions import Lines, load_toml
from interlayer.errors import DescriptionError, InputError, unknown_name
from interlayer.materials.formulation import Component, Formulation
from interlayer.materials.properties import PROPERTIES
from interlayer.materials.quantity import Quantity, quantity_from_table

FORMAT = "interlayer-material/1"

_DATA = Path(__file__).parent / "data"
_ABOUT = ("format", "name", "formula", "kind", "aliases", "about", "formulation")


class NoSuchQuantityError(InputError, AttributeError):
    """A material was asked for something it has no value of."""


@dataclass(frozen=True, repr=False)
class Material:
    """One material: `material.ionic_conductivity` is a `Quantity`.

    Attributes
    ----------
    name : str
        As it is written in cells.
    formula : str
        Chemical formula, empty for mixtures and polymers without a fixed one.
    kind : str
        'electrolyte', 'cathode', 'metal', 'salt', 'polymer', 'solvent', 'compound' or 'interlayer'.
    about : str
        One sentence.
    aliases : tuple of str
        Other names that find it.
    quantities : mapping
        By property name.
    formulation : Formulation or None
        Of a composite.
    """

    name: str
    formula: str = ""
    kind: str = ""
    about: str = ""
    aliases: tuple[str, ...] = ()
    quantities: Mapping[str, Quantity] = field(default_factory=dict[str, Quantity])
    formulation: Formulation | None = None

    def __getattr__(self, name: str) -> Quantity:
        if name.startswith("_") or name in Material.__dataclass_fields__:
            raise AttributeError(name)
        found = self.quantities.get(name)
        if found is None:
            raise NoSuchQuantityError(
                unknown_name(f"quantity of {self.name}", name, self.quantities),
                advice="`interlayer list materials` shows what is stored",
            )
        return found

    def get(self, name: str) -> Quantity | None:
        """Return a quantity, or None if the material has no value of it."""
        return self.quantities.get(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.quantities]

    def __repr__(self) -> str:
        return f"Material('{self.name}', {self.kind}, {len(self.quantities)} quantities)"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(name.replace('_', ' '))}</th><td>{escape(str(q))}</td>"
            f"<td>{escape(', '.join(f'{k}: {v}' for k, v in q.conditions.items()))}</td>"
            f"<td>{escape(q.note)}</td></tr>"
            for name, q in self.quantities.items()
        )
        return f"<table><caption>{escape(self.name)} {escape(self.about)}</caption>{rows}</table>"


def names() -> tuple[str, ...]:
    """Return the names of all materials of the library."""
    return tuple(sorted((m.name for m in _library().values()), key=str.lower))


def find(name: str) -> Material:
    """Return a material by its name or an alias, whatever its capitals, spaces and hyphens.

    Raises
    ------
    DescriptionError
        If there is none; the message offers the nearest names.
    """
    index = _index()
    found = index.get(_plain(name))
    if found is None:
        offers = [*names(), *(a for m in _library().values() for a in m.aliases)]
        raise DescriptionError(unknown_name("material", name, offers))
    return found


def load(path: str | Path) -> Material:
    """Read a material file.

    Raises
    ------
    DescriptionError
        If the file breaks its contract: unknown property, missing source, range without its value,
        value beyond the property's physical bounds.
    UnitError
        If a value is no number with unit, or of the wrong dimension.
    """
    data, lines = load_toml(path)
    form = data.get("format")
    if form != FORMAT:
        raise DescriptionError(
            f"format = {form!r} is not a material file",
            where=lines.where("format"),
            advice=f'write format = "{FORMAT}"',
        )
    if not isinstance(data.get("name"), str) or not data["name"]:
        raise DescriptionError("name is missing", where=lines.name, advice='write name = "LATP"')
    found: dict[str, Quantity] = {}
    for key, table in data.items():
        if key not in _ABOUT:
            found[key] = _quantity(key, table, lines, (key,))
    return Material(
        name=data["name"],
        formula=str(data.get("formula", "")),
        kind=str(data.get("kind", "")),
        about=str(data.get("about", "")),
        aliases=tuple(str(a) for a in data.get("aliases", ())),
        quantities=found,
        formulation=_formulation(data.get("formulation"), lines),
    )


def _quantity(key: str, table: Any, lines: Lines, path: tuple[str, ...]) -> Quantity:
    where = lines.where(path)
    if key not in PROPERTIES:
        raise DescriptionError(unknown_name("property", key, PROPERTIES), where=where)
    if not isinstance(table, Mapping):
        raise DescriptionError(
            f"{key} is not a table", where=where, advice=f"write [{key}] and its keys below"
        )
    known = PROPERTIES[key]
    found = quantity_from_table(key, table, known.unit, where=where)
    values = [found.value, *(found.range or ())]
    for value in values:
        shown = found.to(known.unit) if value == found.value else value / (found.value / found.to(known.unit))
        if not (known.low <= shown <= known.high):
            raise DescriptionError(
                f"{key} = {shown:g} {known.unit} lies outside the physical bounds "
                f"{known.low:g} to {known.high:g} {known.unit}",
                where=where,
                advice="check the unit",
            )
    return found


def _formulation(table: Any, lines: Lines) -> Formulation | None:
    if table is None:
        return None
    parts: dict[str, Component] = {}
    for name, entry in table.get("components", {}).items():
        path = ("formulation", "components", name)
        inner = {k: v for k, v in entry.items() if k != "contains"}
        share = _quantity("volume_fraction", inner, lines, path)
        parts[name] = Component(name, share, tuple(str(c) for c in entry.get("contains", ())))
    total = sum(p.volume_fraction.value for p in parts.values())
    if not math.isclose(total, 1.0, abs_tol=1e-6):
        raise DescriptionError(
            f"the volume fractions of the components add up to {total:g}, not 1",
            where=lines.where("formulation"),
        )
    reactant = table.get("reactant")
    if reactant is not None and reactant not in parts:
        raise DescriptionError(
            unknown_name("reactant", str(reactant), parts), where=lines.where(("formulation", "reactant"))
        )
    return Formulation(parts, reactant)


@lru_cache(maxsize=1)
def _library() -> dict[str, Material]:
    return {file.stem: load(file) for file in sorted(_DATA.glob("*.toml"))}


@lru_cache(maxsize=1)
def _index() -> dict[str, Material]:
    index: dict[str, Material] = {}
    for material in _library().values():
        for name in (material.name, material.formula, *material.aliases):
            if name:
                index.setdefault(_plain(name), material)
    return index


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum() or c == ".")
