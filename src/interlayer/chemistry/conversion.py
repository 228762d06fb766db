"""Conversion reactions with lithium: R + n Li -> products, from formation energies and densities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import Final

from interlayer import units
from interlayer.chemistry.formula import imbalance
from interlayer.chemistry.species import Species, species
from interlayer.errors import DescriptionError, unknown_name

FARADAY: Final = 96485.33212
"""C/mol, exact in the SI of 2019."""

_KNOWN: Final[tuple[tuple[str, int, dict[str, float]], ...]] = (
    ("CuF2", 2, {"Cu": 1, "LiF": 2}),
    ("ZnF2", 2, {"Zn": 1, "LiF": 2}),
    ("NiF2", 2, {"Ni": 1, "LiF": 2}),
    ("FeF2", 2, {"Fe": 1, "LiF": 2}),
    ("SnF2", 2, {"Sn": 1, "LiF": 2}),
    ("MgF2", 2, {"Mg": 1, "LiF": 2}),
    ("AlF3", 3, {"Al": 1, "LiF": 3}),
    ("AgI", 1, {"Ag": 1, "LiI": 1}),
    ("ZnO", 2, {"Zn": 1, "Li2O": 1}),
    ("Al2O3", 6, {"Al": 2, "Li2O": 3}),
    ("LiNO3", 8, {"Li3N": 1, "Li2O": 3}),
)


@dataclass(frozen=True, repr=False)
class Conversion:
    """A reaction R + n Li+ + n e- -> products of solids at 298.15 K, balanced or refused.

    Parameters
    ----------
    reactant : str
        Formula of the substance that lithium reduces.
    n : int
        Lithium (and electrons) taken up by one formula unit.
    products : mapping
        Formula and number of each product.

    Raises
    ------
    DescriptionError
        If a substance is not stored, n is not positive, or atoms or charge do not balance.

    Notes
    -----
    Bulk crystals: small metal particles lower the potential by 2 gamma V_m/(r z F); cells run 0.3 to 0.7 V
    below it. Ternary products (LiAlO2) may be more stable than the binaries given here.
    """

    reactant: str
    n: int
    products: Mapping[str, float]

    def __post_init__(self) -> None:
        """Check that atoms and charge balance."""
        if self.n <= 0:
            raise DescriptionError(f"a conversion takes up lithium; n = {self.n} is not above 0")
        excess = imbalance({self.reactant: 1, "Li+": self.n, "e-": self.n}, self.products)
        if excess:
            parts = ", ".join(f"{name} {number:+g}" for name, number in sorted(excess.items()))
            raise DescriptionError(
                f"{self.equation} does not balance: the right side has {parts}",
                advice="correct n and the numbers of the products",
            )
        for name in (self.reactant, *self.products):
            species(name)

    @property
    def equation(self) -> str:
        """Such as 'CuF2 + 2 Li -> Cu + 2 LiF'."""
        right = " + ".join(_term(number, name) for name, number in self.products.items())
        return f"{self.reactant} + {_term(self.n, 'Li')} -> {right}"

    @cached_property
    def delta_G(self) -> float:  # noqa: N802 - the symbol of the textbooks
        """Standard Gibbs energy of reaction, J per mole of reactant."""
        made = sum(number * species(name).formation_energy.value for name, number in self.products.items())
        return made - species(self.reactant).formation_energy.value

    @property
    def delta_G_uncertainty(self) -> float | None:  # noqa: N802
        """One standard deviation of `delta_G` from those of the formation energies that state one, J/mol."""
        terms = [(1.0, self._reactant)] + [(number, species(name)) for name, number in self.products.items()]
        known = [
            number * s.formation_energy.uncertainty for number, s in terms if s.formation_energy.uncertainty
        ]
        return math.hypot(*known) if known else None

    @property
    def potential(self) -> float:
        """Equilibrium potential against Li+/Li, V."""
        return -self.delta_G / (self.n * FARADAY)

    @property
    def potential_uncertainty(self) -> float | None:
        """One standard deviation of `potential`, V, as far as it is known."""
        sigma = self.delta_G_uncertainty
        return None if sigma is None else sigma / (self.n * FARADAY)

    @property
    def proceeds(self) -> bool:
        """Whether lithium converts the reactant at all."""
        return self.potential > 0.0

    @property
    def specific_capacity(self) -> float:
        """Charge per mass of reactant, C/kg; `capacity_mAh_g` for the laboratory's unit."""
        return self.n * FARADAY / self._reactant.molar_mass

    @property
    def capacity_mAh_g(self) -> float:  # noqa: N802
        """Charge per mass of reactant, mAh/g."""
        return units.to_unit(self.specific_capacity, "mAh/g")

    @property
    def volumetric_capacity(self) -> float:
        """Charge per volume of dense reactant, C/m3."""
        return self.n * FARADAY / self._reactant.molar_volume

    @property
    def volume_ratios(self) -> dict[str, float]:
        """Volume of each product per volume of reactant."""
        return {
            name: number * species(name).molar_volume / self._reactant.molar_volume
            for name, number in self.products.items()
        }

    @property
    def film_volume_change(self) -> float:
        """Change of the solid film's volume per volume of reactant (0.11 is +11 %); lithium not counted."""
        return sum(self.volume_ratios.values()) - 1.0

    @property
    def total_volume_change(self) -> float:
        """Change of the volume of reactant and consumed lithium together, relative to both."""
        before = self._reactant.molar_volume + self.n * species("Li").molar_volume
        after = sum(number * species(name).molar_volume for name, number in self.products.items())
        return after / before - 1.0

    @property
    def metal_volume_fraction(self) -> float:
        """Share of metal in the volume of the products."""
        ratios = self.volume_ratios
        return sum(v for name, v in ratios.items() if species(name).is_metal) / sum(ratios.values())

    def fractions(self, initial: float, converted: float) -> dict[str, float]:
        """Return volume fractions per initial film volume after part of the reactant has converted.

        Parameters
        ----------
        initial : float
            Volume fraction of the reactant before reaction.
        converted : float
            Converted part of it, 0 to 1.
        """
        made = {name: initial * converted * ratio for name, ratio in self.volume_ratios.items()}
        return {self.reactant: initial * (1.0 - converted), **made}

    def charge(self, areal_moles: float) -> float:
        """Return the charge to convert `areal_moles` (mol/m2) of reactant, C/m2."""
        return self.n * FARADAY * areal_moles

    def lithium_thickness(self, areal_moles: float) -> float:
        """Return the thickness of lithium consumed by `areal_moles` (mol/m2) of reactant, m."""
        return self.n * areal_moles * species("Li").molar_volume

    @property
    def _reactant(self) -> Species:
        return species(self.reactant)

    def __repr__(self) -> str:
        return f"Conversion({self.equation}, {self.potential:.3f} V, {self.capacity_mAh_g:.0f} mAh/g)"

    def _repr_html_(self) -> str:
        rows = (
            ("reaction", self.equation),
            ("Gibbs energy", f"{self.delta_G / 1e3:.1f} kJ/mol"),
            ("potential vs Li+/Li", f"{self.potential:.3f} V"),
            ("capacity", f"{self.capacity_mAh_g:.0f} mAh/g"),
            ("film volume", f"{self.film_volume_change:+.0%}"),
            ("metal in product", f"{self.metal_volume_fraction:.1%} by volume"),
        )
        body = "".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows)
        return f"<table>{body}</table>"


def conversions() -> tuple[Conversion, ...]:
    """Return every stored conversion."""
    return tuple(_conversions().values())


def conversion(reactant: str) -> Conversion:
    """Return the stored conversion of a reactant with lithium.

    Raises
    ------
    DescriptionError
        If none is stored.
    """
    found = _conversions().get(reactant)
    if found is None:
        raise DescriptionError(unknown_name("reactant", reactant, _conversions()))
    return found


@lru_cache(maxsize=1)
def _conversions() -> dict[str, Conversion]:
    return {reactant: Conversion(reactant, n, products) for reactant, n, products in _KNOWN}


def _term(number: float, name: str) -> str:
    return name if number == 1 else f"{number:g} {name}"
