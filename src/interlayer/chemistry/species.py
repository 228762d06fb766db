"""Substances with their formation energies and densities, from data/formation_energies.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from interlayer.chemistry.formula import Formula
from interlayer.descriptions import load_toml
from interlayer.errors import DescriptionError, unknown_name
from interlayer.materials.quantity import Quantity, Status, quantity_from_table

FORMAT = "interlayer-species/1"

_FILE = Path(__file__).parent / "data" / "formation_energies.toml"


@dataclass(frozen=True)
class Species:
    """One solid substance at 298.15 K.

    Attributes
    ----------
    formula : Formula
        Atoms of one formula unit.
    formation_energy : Quantity
        Standard Gibbs energy of formation, J/mol; zero for elements.
    density : Quantity
        Of the bulk crystal, kg/m3.
    formation_enthalpy : Quantity or None
        Standard enthalpy of formation, J/mol; None if not stored, and for elements, where it is zero.
    is_metal : bool
        Whether it conducts electrons as a metal.
    """

    formula: Formula
    formation_energy: Quantity
    density: Quantity
    is_metal: bool = False
    formation_enthalpy: Quantity | None = None

    @property
    def name(self) -> str:
        """The formula as text."""
        return self.formula.text

    @property
    def is_element(self) -> bool:
        """Whether it is made of one kind of atom only."""
        return len(self.formula.atoms) == 1

    @property
    def molar_mass(self) -> float:
        """kg/mol."""
        return self.formula.molar_mass

    @property
    def molar_volume(self) -> float:
        """m3/mol."""
        return self.molar_mass / self.density.value


def species_names() -> tuple[str, ...]:
    """Return the formulas of all stored substances."""
    return tuple(_table())


def species(formula: str) -> Species:
    """Return a stored substance.

    Raises
    ------
    DescriptionError
        If it is not stored; the message offers the nearest names.
    """
    found = _table().get(formula)
    if found is None:
        raise DescriptionError(unknown_name("substance", formula, _table()))
    return found


def own_species(
    formula: str,
    *,
    formation_energy: str,
    density: str,
    uncertainty: str | None = None,
    formation_enthalpy: str | None = None,
    metal: bool = False,
    source: str = "user",
    status: Status = "measured",
    note: str = "",
) -> Species:
    """Return a substance of the user's own, for reactions that are not stored.

    Parameters
    ----------
    formula : str
        Such as 'Li2TiO3'.
    formation_energy : str
        Standard Gibbs energy at 298.15 K with its unit, such as '-1126.3 kJ/mol'.
    density : str
        Of the solid, with its unit.
    uncertainty : str, optional
        One standard deviation of the formation energy.
    formation_enthalpy : str, optional
        Standard enthalpy, for heat and for temperatures other than 25 degC.
    metal : bool
        Whether it conducts electrons as a metal.
    source, status, note : str
        Where the energy comes from and how well it is known.

    Raises
    ------
    DescriptionError, UnitError
        For a text that is no formula, no number with unit, a density that is not above 0, or an unknown status.
    """
    about = {"source": source, "status": status, "note": note}
    table = {"value": formation_energy, **about}
    if uncertainty is not None:
        table["uncertainty"] = uncertainty
    energy = quantity_from_table("formation_energy", table, "kJ/mol", where=formula)
    heavy = quantity_from_table("density", {"value": density, **about}, "g/cm3", where=formula)
    if heavy.value <= 0:
        raise DescriptionError(f"density {density} is not above 0", where=formula, advice='write "2.6 g/cm3"')
    warm = _enthalpy(None if formation_enthalpy is None else {"value": formation_enthalpy, **about}, formula)
    return Species(Formula.parse(formula), energy, heavy, metal, warm)


def _enthalpy(table: Mapping[str, Any] | None, where: str) -> Quantity | None:
    return None if table is None else quantity_from_table("formation_enthalpy", table, "kJ/mol", where=where)


@lru_cache(maxsize=1)
def _table() -> dict[str, Species]:
    data, lines = load_toml(_FILE)
    if data.pop("format", None) != FORMAT:
        raise DescriptionError(f'the file does not say format = "{FORMAT}"', where=_FILE.name)
    found: dict[str, Species] = {}
    for name, entry in data.items():
        where = lines.where((name,))
        energy = quantity_from_table("formation_energy", entry["formation_energy"], "kJ/mol", where=where)
        density = quantity_from_table("density", entry["density"], "g/cm3", where=where)
        enthalpy = _enthalpy(entry.get("formation_enthalpy"), where)
        found[name] = Species(Formula.parse(name), energy, density, bool(entry.get("metal", False)), enthalpy)
    return found
