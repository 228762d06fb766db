"""Chemistry on contact with lithium: formulas, formation energies, conversion reactions."""

from interlayer.chemistry.conversion import Conversion, conversion, conversions
from interlayer.chemistry.formula import Formula, imbalance, molar_mass
from interlayer.chemistry.species import Species, species, species_names

__all__ = [
    "Conversion",
    "Formula",
    "Species",
    "conversion",
    "conversions",
    "imbalance",
    "molar_mass",
    "species",
    "species_names",
]
