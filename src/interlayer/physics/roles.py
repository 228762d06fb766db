"""What a law must offer to take a role at an interface: one protocol a family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Protocol

import jax

from interlayer.physics.base import Drive, Scalar, State, States
from interlayer.physics.constants import REFERENCE_TEMPERATURE


class Law(Protocol):
    """Anything made with `@mechanism`."""

    family: ClassVar[str]
    law: ClassVar[str]
    references: ClassVar[tuple[str, ...]]
    states: ClassVar[tuple[State, ...]]


class Surroundings(NamedTuple):
    """What one end of the stack knows of the rest of the cell."""

    temperature: Scalar
    """K"""
    area: Scalar
    """Electrode area, m2."""
    pellet_thickness: Scalar
    """m"""
    grain_conductivity: Scalar
    """S/m, in which current lines spread from contact spots."""
    pellet_damage: Scalar
    """Crack damage of the electrolyte at the other end, 0 to 1."""


class End(Protocol):
    """One end of the stack: a lithium electrode with its interface, or a cathode.

    Its own current is > 0 while it is oxidised; voltages have the sign of the own current, areal SI units throughout.
    """

    @property
    def is_cathode(self) -> bool:
        """Whether it is a cathode: it then waits for what the lithium end does in a step."""
        ...

    def mechanisms(self) -> tuple[Any, ...]:
        """All mechanisms, in the order in which they depend on each other."""
        ...

    def recorded(self) -> tuple[State, ...]:
        """States that a record shows."""
        ...

    def start(self, around: Surroundings, lithium: Scalar) -> dict[str, Any]:
        """States of the fresh end; `lithium` is the metal on it, mol/m2."""
        ...

    def rates(self, around: Surroundings, states: States, own: Scalar) -> dict[str, Any]:
        """Time derivatives of all states."""
        ...

    def advance(self, around: Surroundings, states: States, own: Scalar, dt: Scalar) -> dict[str, Any]:
        """States `dt` seconds later at constant own current: order 2."""
        ...

    def voltage_parts(self, around: Surroundings, states: States, own: Scalar) -> dict[str, jax.Array]:
        """Every contribution to the voltage of this end, V."""
        ...

    def impedance(
        self, around: Surroundings, states: States, own: jax.Array, omega: jax.Array, *, geometric: bool
    ) -> jax.Array:
        """Small-signal impedance, ohm m2, shape of `omega`."""
        ...

    def lithium_content(self, states: States) -> jax.Array:
        """All lithium of this end, in reach or not, mol/m2."""
        ...

    def metal(self, states: States) -> jax.Array:
        """Lithium metal that can still be stripped, mol/m2; infinite for a cathode."""
        ...

    def damage(self, states: States) -> Scalar:
        """Crack damage that this end does to the electrolyte."""
        ...

    def shunt_conductance(self, states: States, pellet_thickness: Scalar) -> jax.Array:
        """Conductance of filaments that cross the pellet from here, S."""
        ...

    def thresholds(self, number: int, pellet_thickness: float) -> list[tuple[str, str, float, str]]:
        """Events: name, state column, level, and 'rises', 'falls' or 'swings' past it; `number` is 1 or 2."""
        ...


class ElectrolyteLaw(Law, Protocol):
    """Ion transport through the electrolyte; may have states of its own, such as a salt profile."""

    @property
    def thickness(self) -> Scalar:
        """M"""
        ...

    def start(self) -> dict[str, Any]:
        """States of the fresh electrolyte; none for a single-ion conductor."""
        ...

    def rates(self, states: States, current: Scalar, temperature: Scalar) -> dict[str, Any]:
        """Time derivatives at the cell's current density, A/m2."""
        ...

    def advance(self, states: States, current: Scalar, temperature: Scalar, dt: Scalar) -> dict[str, Any]:
        """States `dt` seconds later."""
        ...

    def voltage_parts(self, states: States, current: Scalar, temperature: Scalar) -> Mapping[str, jax.Array]:
        """Contributions to the cell's voltage, V."""
        ...

    def impedance(
        self, states: States, current: jax.Array, omega: jax.Array, temperature: Scalar, *, geometric: bool
    ) -> jax.Array:
        """Small-signal impedance, ohm m2, shape of `omega`."""
        ...

    def total_resistance(self, temperature: Scalar) -> jax.Array:
        """Ohmic resistance, ohm m2."""
        ...

    def spreading_conductivity(self, temperature: Scalar) -> Scalar:
        """Conductivity in which current lines spread from contact spots, S/m."""
        ...

    def thresholds(self) -> list[tuple[str, str, float, str]]:
        """Events: name, state column, level, and 'rises', 'falls' or 'swings' past it."""
        ...


class Evolving(Law, Protocol):
    """A law with states of its own."""

    def start(self, drive: Drive) -> dict[str, Any]:
        """States of the fresh cell."""
        ...

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Time derivatives, SI units a second."""
        ...

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """States `dt` seconds later at a constant drive: exact or of second order."""
        ...


class InterphaseLaw(Evolving, Protocol):
    """Growth of reduced electrolyte; has the state `interphase_thickness`."""

    @property
    def capacitance(self) -> Scalar:
        """Chemical capacitance, F/m2."""
        ...

    def resistance(self, states: States, temperature: Scalar = REFERENCE_TEMPERATURE) -> Scalar:
        """Resistance against ions before cracks, ohm m2."""
        ...

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium taken up, mol/m2; may depend on `interphase_thickness` alone."""
        ...


class LeakageLaw(Law, Protocol):
    """What the layer lets electrons through."""

    def resistance(
        self, layer_thickness: Scalar, conversion: Scalar, temperature: Scalar = REFERENCE_TEMPERATURE
    ) -> jax.Array:
        """Resistance against electrons, ohm m2; finite always."""
        ...


class FilamentLaw(Evolving, Protocol):
    """Start, growth and short by lithium; has the state `filament_length`."""

    def overload(self, drive: Drive) -> jax.Array:
        """Plating current over the threshold, dimensionless."""
        ...

    def shunt_conductance(self, pellet_thickness: Scalar) -> Scalar:
        """Conductance of what has crossed, S."""
        ...


class CrackingLaw(Evolving, Protocol):
    """Damage of the electrolyte by the interphase; has the state `crack_damage`."""

    @property
    def critical_thickness(self) -> Scalar:
        """Interphase thickness at which cracks start, m."""
        ...


class ShuntLaw(Law, Protocol):
    """What a crossed filament becomes; a law with states is advanced last, since it feels the cell's voltage."""

    def size(self, states: States) -> Scalar:
        """Conductance over that of the fresh filament."""
        ...

    def hard_size(self, conductance: float) -> float | None:
        """Size at which a filament of fresh `conductance` (S) makes a hard short; None if there is no such moment."""
        ...


class PlatingLaw(Law, Protocol):
    """What becomes of plated lithium: where it lies, and what is lost."""

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium that is not on the electrode, mol/m2; linear in the states of the law, and of no others."""
        ...

    def filament_reach(self, drive: Drive) -> Scalar:
        """Share of the plating current that can drive a filament."""
        ...


class ContactLaw(Evolving, Protocol):
    """True contact; has the state `contact_fraction`."""

    @property
    def initial(self) -> Scalar:
        """Healed contact fraction of the covered face."""
        ...

    def constriction_resistance(self, contact_fraction: Scalar, conductivity: Scalar) -> jax.Array:
        """Resistance of current lines gathering at the spots, ohm m2."""
        ...


class ConversionLaw(Law, Protocol):
    """Uptake of lithium by the layer; a law with states has the state `conversion`."""

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium taken up, mol/m2; may depend on `conversion` alone."""
        ...
