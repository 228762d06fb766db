"""Parts of a cell's description: pellet, lithium, the two sides, areas, layers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from interlayer.coating import Coating, Roughness
from interlayer.descriptions.fields import Description, quantity

Diameter = Annotated[float | None, quantity("10 mm", "0 mm", "30 cm", low_belongs=False)]
Pressure = Annotated[float | None, quantity("0.4 MPa", "0 MPa", "2 GPa")]
Conductivity = Annotated[float | None, quantity("4.9e-4 S/cm", "1e-16 S/cm", "10 S/cm")]
Energy = Annotated[float | None, quantity("0.32 eV", "0 eV", "2 eV")]


class Electrolyte(Description):
    """The pellet. An own measurement given here wins over the material library's value.

    Attributes
    ----------
    material : str
        Name in the material library, or a free one.
    thickness : float or None
        m.
    conductivity, grain_conductivity, grain_boundary_conductivity, electronic_conductivity : float or None
        S/m at 25 degC.
    activation_energy, grain_activation_energy : float or None
        J per particle (written in eV or kJ/mol).
    relative_density : float or None
        Of the sintered body.
    roughness : float or None
        Of both faces: standard deviation of the height, m.
    """

    material: str = Field(examples=["LATP"])
    thickness: Annotated[float | None, quantity("0.7 mm", "0 mm", "10 mm", low_belongs=False)] = None
    conductivity: Conductivity = None
    activation_energy: Energy = None
    grain_conductivity: Conductivity = None
    grain_activation_energy: Energy = None
    grain_boundary_conductivity: Conductivity = None
    electronic_conductivity: Annotated[float | None, quantity("1.1e-8 S/cm", "1e-20 S/cm", "1 S/cm")] = None
    relative_density: Annotated[float | None, quantity("95 %", "30 %", "100 %")] = None
    roughness: Roughness = None


class Lithium(Description):
    """One lithium electrode.

    Attributes
    ----------
    thickness : float or None
        Of the metal, m; 0 in an anode-free full cell, where all lithium comes from the cathode.
    collector : str or None
        Metal behind it, free text.
    """

    thickness: Annotated[float | None, quantity("450 um", "0 um", "5 mm")] = None
    collector: str | None = Field(default=None, examples=["Cu"])


class CoatingSides(Description):
    """The coating of each face of the pellet, None where it is bare."""

    left: Coating | None = None
    right: Coating | None = None


class LithiumSides(Description):
    """The lithium of each side."""

    left: Lithium = Field(default_factory=Lithium)
    right: Lithium = Field(default_factory=Lithium)


@dataclass(frozen=True)
class Areas:
    """The four areas of a cell in m2, None where unknown, and which of them were taken from the electrode."""

    electrode: float | None
    pellet: float | None
    coating: float | None
    cathode: float | None
    assumed: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, electrode: float | None, *, pellet: float | None, coating: float | None, cathode: float | None
    ) -> Areas:
        """Areas in m2; pellet, coating and cathode take the electrode's where they are not given."""
        given = {"pellet": pellet, "coating": coating, "cathode": cathode}
        assumed = tuple(name for name, area in given.items() if area is None and electrode is not None)
        resolved = {name: electrode if area is None else area for name, area in given.items()}
        return cls(electrode, resolved["pellet"], resolved["coating"], resolved["cathode"], assumed)

    @property
    def current(self) -> float | None:
        """Area that current densities refer to: the smaller electrode."""
        known = [a for a in (self.electrode, self.cathode) if a is not None]
        return min(known) if known else None


@dataclass(frozen=True)
class Layer:
    """One layer of the stack, from electrode 1 to electrode 2."""

    kind: Literal["lithium", "interlayer", "electrolyte", "cathode"]
    name: str
    thickness: float | None
    """m, None if not known."""
    side: int | None = None
    """1 or 2; None for the electrolyte."""


def disc(diameter: float | None) -> float | None:
    """Return the area of a disc, m2, from its diameter, m; None from None."""
    return None if diameter is None else math.pi * diameter**2 / 4.0
