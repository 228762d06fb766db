"""A conversion reaction with lithium, R + n Li -> products: energies, volumes, charges from stored data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Final

from interlayer import units
from interlayer.chemistry.formula import imbalance
from interlayer.chemistry.species import Species, species
from interlayer.errors import DescriptionError

FARADAY: Final = 96485.33212
"""C/mol, exact in the SI of 2019."""

STANDARD_TEMPERATURE: Final = 298.15
"""K, of the stored energies."""


@dataclass(frozen=True, repr=False)
class Conversion:
    """A reaction R + n Li+ + n e- -> products of solids at 298.15 K, balanced or refused.

    Parameters
    ----------
    reactant : str
        Formula of the substance that lithium reduces.
    n : float
        Lithium (and electrons) taken up by one formula unit.
    products : mapping
        Formula and number of each product, per formula unit of the reactant.
    substances : tuple of Species
        The user's own substances; they go before stored ones of the same formula.

    Raises
    ------
    DescriptionError
        If a substance is not stored, a number is not above 0, something stands on both sides, or atoms or charge
        do not balance. Mass balances with the atoms.

    Notes
    -----
    Bulk crystals: small metal particles lower the potential (`interlayer.chemistry.nanosize`); cells run 0.3 to
    0.7 V below it. Where products with two cations are stored, they give the higher potential: see `most_favourable`.
    """

    reactant: str
    n: float
    products: Mapping[str, float]
    substances: tuple[Species, ...] = ()

    def __post_init__(self) -> None:
        """Check that atoms and charge balance."""
        if not 0 < self.n < math.inf:
            raise DescriptionError(f"a conversion takes up lithium; n = {self.n} is not above 0")
        for name, number in self.products.items():
            if not 0 < number < math.inf:
                raise DescriptionError(f"{number:g} {name} is not made: numbers of products are above 0")
        for name in (self.reactant, "Li"):
            if name in self.products:
                raise DescriptionError(f"{name} stands on both sides", advice="leave the surplus out")
        excess = imbalance({self.reactant: 1, "Li+": self.n, "e-": self.n}, self.products)
        if excess:
            parts = ", ".join(f"{name} {number:+g}" for name, number in sorted(excess.items()))
            raise DescriptionError(
                f"{self.equation} does not balance: the right side has {parts}",
                advice="correct n and the numbers of the products",
            )
        for name in (self.reactant, *self.products):
            self.substance(name)

    @property
    def equation(self) -> str:
        """Such as 'CuF2 + 2 Li -> Cu + 2 LiF', in whole numbers where there are small ones."""
        times = _whole([self.n, *self.products.values()])
        right = " + ".join(_term(times * number, name) for name, number in self.products.items())
        return f"{_term(times, self.reactant)} + {_term(times * self.n, 'Li')} -> {right}"

    def substance(self, name: str) -> Species:
        """Return a substance of this reaction: the user's own before the stored one.

        Raises
        ------
        DescriptionError
            If there is neither.
        """
        own = {s.name: s for s in self.substances}
        return own[name] if name in own else species(name)

    @cached_property
    def delta_G(self) -> float:  # noqa: N802 - the symbol of the textbooks
        """Standard Gibbs energy of reaction, J per mole of reactant."""
        made = sum(
            number * self.substance(name).formation_energy.value for name, number in self.products.items()
        )
        return made - self._reactant.formation_energy.value

    @property
    def delta_G_uncertainty(self) -> float | None:  # noqa: N802
        """One standard deviation of `delta_G` from those of the formation energies that state one, J/mol."""
        terms = [(1.0, self._reactant)] + [
            (number, self.substance(name)) for name, number in self.products.items()
        ]
        known = [
            number * s.formation_energy.uncertainty for number, s in terms if s.formation_energy.uncertainty
        ]
        return math.hypot(*known) if known else None

    @property
    def delta_H(self) -> float | None:  # noqa: N802
        """Standard enthalpy of reaction, J per mole of reactant; None if one of the enthalpies is not stored."""
        total = 0.0
        for number, name in [(-1.0, self.reactant)] + [(v, k) for k, v in self.products.items()]:
            substance = self.substance(name)
            if substance.is_element:
                continue
            if substance.formation_enthalpy is None:
                return None
            total += number * substance.formation_enthalpy.value
        return total

    @property
    def delta_S(self) -> float | None:  # noqa: N802
        """Standard entropy of reaction, J per mole of reactant and K; None if an enthalpy is not stored."""
        return None if self.delta_H is None else (self.delta_H - self.delta_G) / STANDARD_TEMPERATURE

    def potential_at(self, temperature: float) -> float | None:
        """Return the potential at a temperature in K, V; None if an enthalpy is not stored.

        Enthalpy and entropy are taken as constant: good to millivolts from 0 to 80 degC, without melting or
        transitions.

        Raises
        ------
        DescriptionError
            If the temperature is outside 200 to 450 K, where lithium is solid and the line still holds.
        """
        if not 200.0 <= temperature <= 450.0:
            raise DescriptionError(f"no potential at {temperature:g} K: outside 200 to 450 K")
        change = self.delta_S
        if change is None:
            return None
        return self.potential + (temperature - STANDARD_TEMPERATURE) * change / (self.n * FARADAY)

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
            name: number * self.substance(name).molar_volume / self._reactant.molar_volume
            for name, number in self.products.items()
        }

    @property
    def film_volume_change(self) -> float:
        """Change of the solid film's volume per volume of reactant (0.11 is +11 %); lithium not counted."""
        return sum(self.volume_ratios.values()) - 1.0

    @property
    def total_volume_change(self) -> float:
        """Change of the volume of reactant and consumed lithium together, relative to both."""
        before = self._reactant.molar_volume + self.n * self.substance("Li").molar_volume
        after = sum(number * self.substance(name).molar_volume for name, number in self.products.items())
        return after / before - 1.0

    @property
    def metal_volume_fraction(self) -> float:
        """Share of metal in the volume of the products; silicon, germanium and boron are none."""
        return self._share(lambda s: s.is_metal)

    @property
    def metal_volume_ratio(self) -> float:
        """Volume of metal made per volume of reactant; silicon, germanium and boron are none."""
        return sum(v for name, v in self.volume_ratios.items() if self.substance(name).is_metal)

    @property
    def element_volume_fraction(self) -> float:
        """Share of reduced elements in the volume of the products, metals or not."""
        return self._share(lambda s: s.is_element)

    @property
    def lithium_length(self) -> float:
        """Thickness of lithium consumed per thickness of dense reactant."""
        return self.n * self.substance("Li").molar_volume / self._reactant.molar_volume

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the formation energies come from, keys of references.bib."""
        return tuple(dict.fromkeys(s.formation_energy.source for s in self._compounds))

    @property
    def from_memory(self) -> bool:
        """Whether one of the formation energies was not read in its source: trust its range only."""
        return any(s.formation_energy.status == "memory" for s in self._compounds)

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

    def heat(self, areal_moles: float) -> float | None:
        """Return the heat set free when lithium metal converts `areal_moles` (mol/m2) of reactant, J/m2.

        That of the chemical reaction, all of it heat; None if an enthalpy is not stored.
        """
        return None if self.delta_H is None else -self.delta_H * areal_moles

    def lithium_thickness(self, areal_moles: float) -> float:
        """Return the thickness of lithium consumed by `areal_moles` (mol/m2) of reactant, m."""
        return self.n * areal_moles * self.substance("Li").molar_volume

    @property
    def _reactant(self) -> Species:
        return self.substance(self.reactant)

    @property
    def _compounds(self) -> tuple[Species, ...]:
        found = map(self.substance, (self.reactant, *self.products))
        return tuple(s for s in found if not s.is_element)

    def _share(self, wanted: Callable[[Species], bool]) -> float:
        ratios = self.volume_ratios
        return sum(v for name, v in ratios.items() if wanted(self.substance(name))) / sum(ratios.values())

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


def _whole(numbers: Iterable[float]) -> int:
    """Smallest factor that makes all numbers whole, 1 if there is none below 100."""
    for times in range(1, 100):
        if all(abs(times * number - round(times * number)) < 1e-6 for number in numbers):
            return times
    return 1


def _term(number: float, name: str) -> str:
    return name if abs(number - 1) < 1e-6 else f"{number:.6g} {name}"
