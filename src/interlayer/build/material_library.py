"""What the material library says of pellet and coating about fields of mechanisms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from interlayer.build.given import Given
from interlayer.cell import Cell
from interlayer.coating import Coating
from interlayer.materials import Material, Quantity, library
from interlayer.physics.base import Mechanism

_OF_COATING: Final[dict[str, dict[str, str]]] = {
    "layer": {
        "conductivity": "ionic_conductivity",
        "activation_energy": "activation_energy",
        "transference_number": "transference_number",
        "concentration": "salt_concentration",
        "relative_permittivity": "relative_permittivity",
    },
    "leakage": {
        "conductivity_before": "electronic_conductivity",
        "conductivity_after": "electronic_conductivity_reacted",
    },
    "conversion": {"reactant_molar_volume": "molar_volume"},
}
"""Parameter by family and the property of the coating's material that gives it."""
_OF_ELECTROLYTE: Final[dict[str, dict[str, str]]] = {
    "interphase": {
        "driving_potential": "reduction_driving_force",
        "charge_number": "electrons_per_formula",
        "molar_volume": "molar_volume",
    },
    "cracking": {
        "fracture_toughness": "fracture_toughness",
        "young_modulus": "young_modulus",
        "poisson_ratio": "poisson_ratio",
    },
}
"""The same of the electrolyte's material."""
OF_PELLET: Final[dict[str, str]] = {
    "conductivity": "ionic_conductivity",
    "activation_energy": "activation_energy",
    "grain_conductivity": "grain_conductivity",
    "grain_activation_energy": "grain_activation_energy",
    "permittivity": "relative_permittivity",
    "transference_number": "transference_number",
    "concentration": "salt_concentration",
    "diffusivity": "salt_diffusivity",
    "thermodynamic_factor": "thermodynamic_factor",
    "melting_temperature": "melting_temperature",
    "vogel_constant": "vogel_constant",
    "vogel_temperature": "vogel_temperature",
}
"""The same of conduction, whatever its law."""
_OF_DILUTE: Final = {"transference_number": "current_fraction"}
"""In a dilute salt both are one number; where the library knows them apart, this one gives the steady current."""


def from_material(name: str, wanted: Mapping[str, str], kind: type[Mechanism]) -> dict[str, Given]:
    """What the library says of a material about a mechanism's fields."""
    given: dict[str, Given] = {}
    material: Material | None = library.find(name) if wanted else None
    for key, quantity in wanted.items():
        stored = material.get(quantity) if material is not None and key in kind.specs() else None
        if stored is not None:
            given[key] = Given.stored(kind, key, stored)
    return given


def from_library(cell: Cell, coating: Coating | None, kind: type[Mechanism]) -> dict[str, Given]:
    """What the materials of coating and electrolyte say about a mechanism's fields."""
    given: dict[str, Given] = {}
    for name, table in (
        (coating.material if coating else None, _OF_COATING),
        (cell.electrolyte.material if cell.electrolyte else None, _OF_ELECTROLYTE),
    ):
        if name:
            given |= from_material(name, table.get(kind.family, {}), kind)
    return given


def of_pellet(material: Material | None, kind: type[Mechanism], key: str) -> Quantity | None:
    """What an electrolyte's material says about one field (of `OF_PELLET`) of its conduction's law."""
    if material is None:
        return None
    stored = material.get(OF_PELLET[key]) if key in kind.specs() else None
    if kind.law == "salt-in-polymer" and key in _OF_DILUTE:
        stored = material.get(_OF_DILUTE[key]) or stored
    return stored
