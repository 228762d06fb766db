"""The phases of this field that lie in the package, and those that a person gives as CIF."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from interlayer.errors import InputError, unknown_name
from interlayer.surface.xrd.crystal import cif, symmetry
from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.crystal.structure import Site, Structure

_FOLDER: Final = "interlayer.surface.xrd.phases"
STATUSES: Final = ("measured", "derived", "assumed", "memory")
"""Of cell and atoms: measured and read, following from such or symmetry, our own, or found in no text."""
UNCHECKED: Final = ("assumed", "memory")


@dataclass(frozen=True, eq=False)
class Phase:
    """A phase of the library.

    Attributes
    ----------
    key : str
        Name of its file, and what `--phase` takes.
    structure : Structure
        Without atoms if only the positions of its lines are known.
    formula : str
    status, atoms_status : str
        Of the cell; of the atoms, '' if there are none; each one of `STATUSES`.
    checked : str
        What was read of them, and where.
    """

    key: str
    structure: Structure
    formula: str
    status: str = "measured"
    atoms_status: str = "measured"
    checked: str = ""

    @property
    def name(self) -> str:
        """Name as printed."""
        return self.structure.name

    @property
    def has_atoms(self) -> bool:
        """Whether intensities can be calculated."""
        return bool(self.structure.sites)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """What nobody's measurement that was read stands behind: 'cell', 'atoms'."""
        parts = {"cell": self.status, "atoms": self.atoms_status}
        return tuple(part for part, status in parts.items() if status in UNCHECKED)


@lru_cache(maxsize=1)
def library() -> dict[str, Phase]:
    """Return all phases of the package by key."""
    found: dict[str, Phase] = {}
    for entry in sorted(files(_FOLDER).iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".toml"):
            key = entry.name.removesuffix(".toml")
            found[key] = _phase(key, tomllib.loads(entry.read_text("utf-8")))
    return found


def _phase(key: str, data: dict[str, Any]) -> Phase:
    rotations, translations = symmetry.group(data["operations"])
    sites = tuple(Site(*row) for row in data.get("sites", ()))
    structure = Structure(
        data["name"], Cell(*data["cell"]), sites, rotations, translations, data["space_group"], data["source"]
    )
    atoms = data["atoms_status"] if sites else ""
    return Phase(key, structure, data["formula"], data["status"], atoms, data["checked"])


def phase(text: str) -> Phase:
    """Return the phase that a text names: a key of the library, its name or formula, or a CIF.

    Raises
    ------
    InputError
        If it is none of them, or a formula that several phases share.
    """
    known = library()
    low = text.strip().lower()
    if low in known:
        return known[low]
    same = [one for one in known.values() if low in (one.name.lower(), one.formula.lower())]
    if len(same) == 1:
        return same[0]
    if same:
        raise InputError(
            f"'{text}' is the formula of {len(same)} phases",
            where="--phase",
            advice="one of " + ", ".join(one.key for one in same),
        )
    path = Path(text.strip().strip("\"'"))
    if path.suffix.lower() == ".cif" or path.is_file():
        structure = cif.read(path)
        return Phase(path.stem, structure, structure.source.removeprefix("CIF, "))
    raise InputError(unknown_name("phase", text, known), where="--phase", advice="or give a file .cif")
