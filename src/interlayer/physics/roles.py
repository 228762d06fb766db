"""What a law must offer to take a role at an interface: one protocol a family."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import jax

from interlayer.physics.base import Drive, Scalar, State, States


class Law(Protocol):
    """Anything made with `@mechanism`."""

    family: ClassVar[str]
    law: ClassVar[str]
    references: ClassVar[tuple[str, ...]]
    states: ClassVar[tuple[State, ...]]


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

    def resistance(self, states: States) -> Scalar:
        """Resistance against ions before cracks, ohm m2."""
        ...

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium taken up, mol/m2; may depend on `interphase_thickness` alone."""
        ...


class LeakageLaw(Law, Protocol):
    """What the layer lets electrons through."""

    def resistance(self, layer_thickness: Scalar, conversion: Scalar) -> jax.Array:
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
