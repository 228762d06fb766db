"""Chemistry on contact with lithium: formulas, formation energies, conversion and alloying reactions."""

from interlayer.chemistry.alloying import Alloy, FullLithiation, alloy, alloy_elements, full_lithiation
from interlayer.chemistry.conversion import Conversion
from interlayer.chemistry.flags import (
    Flag,
    flags,
    inert_against_lithium,
    metal_percolates,
    swells,
    takes_lithium_before_latp,
)
from interlayer.chemistry.formula import Formula, imbalance, molar_mass
from interlayer.chemistry.nanosize import nanosize_potential, potential_shift
from interlayer.chemistry.reaction_text import reaction
from interlayer.chemistry.species import Species, own_species, species, species_names
from interlayer.chemistry.stored import conversion, conversions, most_favourable, reactions, reduction

__all__ = [
    "Alloy",
    "Conversion",
    "Flag",
    "Formula",
    "FullLithiation",
    "Species",
    "alloy",
    "alloy_elements",
    "conversion",
    "conversions",
    "flags",
    "full_lithiation",
    "imbalance",
    "inert_against_lithium",
    "metal_percolates",
    "molar_mass",
    "most_favourable",
    "nanosize_potential",
    "own_species",
    "potential_shift",
    "reaction",
    "reactions",
    "reduction",
    "species",
    "species_names",
    "swells",
    "takes_lithium_before_latp",
]
