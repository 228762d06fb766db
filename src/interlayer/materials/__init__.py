"""Materials: quantities with unit, uncertainty, conditions and source; one data file a material."""

from interlayer.materials.formulation import Component, Formulation
from interlayer.materials.library import Material, NoSuchQuantityError, find, load, names
from interlayer.materials.quantity import Quantity, Status
from interlayer.materials.references import citation, references

__all__ = [
    "Component",
    "Formulation",
    "Material",
    "NoSuchQuantityError",
    "Quantity",
    "Status",
    "citation",
    "find",
    "load",
    "names",
    "references",
]
