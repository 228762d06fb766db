"""A composite cathode as one end of the stack: active material, its loss, and its contact with the electrolyte."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar, State, States
from interlayer.physics.cathode.base import ActiveMaterial, CathodeDrive
from interlayer.physics.cathode_contact.damage_driven import DamageDrivenContact
from interlayer.physics.cathode_fade.linear_loss import LinearLoss
from interlayer.physics.constants import FARADAY
from interlayer.physics.open_circuit.extended import OpenCircuit
from interlayer.physics.roles import Surroundings
from interlayer.physics.small_signal import parallel


class CathodeSide(NamedTuple):
    """Cathode and its contact; see `physics.roles.End` for its methods. Own current > 0 charges."""

    open_circuit: OpenCircuit
    cathode: ActiveMaterial
    cathode_contact: DamageDrivenContact
    cathode_fade: LinearLoss
    loading: Scalar
    """Active material over the electrode's area, kg/m2."""

    @property
    def is_cathode(self) -> bool:
        """It is."""
        return True

    def mechanisms(self) -> tuple[Any, ...]:
        """All mechanisms, in the order in which they depend on each other."""
        return (self.open_circuit, self.cathode_contact, self.cathode_fade, self.cathode)

    def recorded(self) -> tuple[State, ...]:
        """States of the mechanisms."""
        return tuple(state for m in self.mechanisms() for state in m.states)

    def drive(self, around: Surroundings, states: States, own: Scalar) -> CathodeDrive:
        """What the cathode feels at its own current density `own`."""
        return CathodeDrive(
            current=own,
            specific_current=own / (self.loading * states["active_material"]),
            temperature=around.temperature,
            pellet_damage=around.pellet_damage,
            capacity=self.cathode.capacity(),
        )

    def start(self, around: Surroundings, lithium: Scalar) -> dict[str, Any]:  # noqa: ARG002
        """States of the fresh cathode."""
        states = self.cathode.start() | self.cathode_contact.start() | self.cathode_fade.start()
        return {name: jnp.asarray(value, dtype=float) for name, value in states.items()}

    def rates(self, around: Surroundings, states: States, own: Scalar) -> dict[str, Any]:
        """Time derivatives of all states."""
        felt = self.drive(around, states, own)
        mean = self.cathode.mean_lithiation(states)
        return {
            **self.cathode.rates(states, self.open_circuit, felt),
            **self.cathode_contact.rates(states, felt),
            **self.cathode_fade.rates(states, mean, felt),
        }

    def advance(self, around: Surroundings, states: States, own: Scalar, dt: Scalar) -> dict[str, Any]:
        """States `dt` seconds later; active material counts at the middle of the step, so lithium is exact."""
        felt = self.drive(around, states, own)
        half = self.cathode_fade.remaining(states, felt, 0.5 * dt)
        felt = self.drive(around, {**states, "active_material": half}, own)
        left = self.cathode_fade.remaining(states, felt, dt)
        half = 0.5 * (states["active_material"] + left)
        felt = self.drive(around, {**states, "active_material": half}, own)
        new = self.cathode.advance(states, self.open_circuit, felt, dt)
        mean = 0.5 * (self.cathode.mean_lithiation(states) + self.cathode.mean_lithiation(new))
        trapped = states["trapped_lithium"] + (states["active_material"] - left) * mean
        return {
            **new,
            **self.cathode_contact.advance(states, felt, dt),
            "active_material": left,
            "trapped_lithium": trapped,
        }

    def voltage_parts(self, around: Surroundings, states: States, own: Scalar) -> dict[str, jax.Array]:
        """Potential of the active material against lithium, and the drop across its contact, V."""
        felt = self.drive(around, states, own)
        return {
            "cathode": self.cathode.potential(states, self.open_circuit, felt),
            "cathode_contact": self.cathode_contact.resistance(states, around.temperature) * own,
        }

    def impedance(
        self,
        around: Surroundings,
        states: States,
        own: jax.Array,
        omega: jax.Array,
        *,
        geometric: bool,  # noqa: ARG002
    ) -> jax.Array:
        """Contact and active material in series around the own current, ohm m2, shape of `omega`."""
        felt = self.drive(around, states, own)
        inner = self.cathode.impedance(states, self.open_circuit, felt, omega)
        contact = self.cathode_contact.resistance(states, around.temperature)
        z = parallel(contact, self.cathode_contact.admittance(omega))
        return z + inner / (self.loading * states["active_material"])

    def lithium_content(self, states: States) -> jax.Array:
        """Lithium in working and in lost active material, mol/m2."""
        whole = self.loading * self.cathode.capacity() / FARADAY
        working = states["active_material"] * self.cathode.mean_lithiation(states)
        return jnp.asarray(whole * (working + states["trapped_lithium"]))

    def metal(self, states: States) -> jax.Array:  # noqa: ARG002
        """No metal to run out of."""
        return jnp.asarray(jnp.inf)

    def damage(self, states: States) -> Scalar:  # noqa: ARG002
        """None to the electrolyte."""
        return 0.0

    def shunt_conductance(self, states: States, pellet_thickness: Scalar) -> jax.Array:  # noqa: ARG002
        """No filaments start here."""
        return jnp.asarray(0.0)

    def thresholds(self, number: int, pellet_thickness: float) -> list[tuple[str, str, float, str]]:  # noqa: ARG002
        """No events of its own."""
        return []
