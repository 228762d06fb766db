"""Resistance between cathode and electrolyte, with growth by the calendar and by a breaking pellet."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.cathode.base import CathodeDrive


@mechanism
class DamageDrivenContact(Mechanism):
    """R = R_0 + R_c(t), dR_c/dt = calendar rate + damage rate times the pellet's crack damage.

    The calendar rate stands for side reactions at the cathode. The damage rate is a hypothesis: fragments of a pellet
    that breaks at the lithium side lose the cathode too, since nothing presses them on. Both are zero unless stated.
    """

    family = "cathode_contact"
    law = "damage-driven"
    equation = {  # noqa: RUF012
        "contact_growth": "calendar_rate + damage_rate * pellet_damage",
        "resistance": "initial_resistance / arrhenius(activation_energy, temperature) + contact_growth",
    }
    references = ("ding2024",)
    states = (
        State(
            "contact_growth", "ohm m2", "Cathode Contact Growth", "resistance gained by the cathode's contact"
        ),
    )

    initial_resistance: Scalar = parameter(
        "ohm cm2", "of the fresh contact, per electrode area", default=30.0, bounds=(0.0, 1e6)
    )
    activation_energy: Scalar = parameter(
        "eV", "of the fresh contact's conductance", default=0.4, bounds=(0.0, 1.5)
    )
    calendar_rate: Scalar = parameter("ohm cm2/h", "growth with time", default=0.0, bounds=(0.0, 1e5))
    damage_rate: Scalar = parameter(
        "ohm cm2/h", "growth with time at full crack damage of the pellet", default=0.0, bounds=(0.0, 1e6)
    )
    pseudo_capacitance: Scalar = parameter(
        "F/cm2", "Q of the contact's constant phase element", default=5e-6, bounds=(1e-9, 1e-1)
    )
    exponent: Scalar = parameter(
        "1", "n of the contact's constant phase element", default=0.9, bounds=(0.5, 1.0)
    )

    def start(self) -> dict[str, Any]:
        """Fresh."""
        return {"contact_growth": jnp.asarray(0.0)}

    def rates(self, states: States, drive: CathodeDrive) -> dict[str, jax.Array]:  # noqa: ARG002
        """Growth, ohm m2/s."""
        return {"contact_growth": jnp.asarray(self.calendar_rate + self.damage_rate * drive.pellet_damage)}

    def advance(self, states: States, drive: CathodeDrive, dt: Scalar) -> dict[str, jax.Array]:
        """Step with the damage at its middle."""
        return {"contact_growth": states["contact_growth"] + dt * self.rates(states, drive)["contact_growth"]}

    def resistance(self, states: States, temperature: Scalar) -> jax.Array:
        """Resistance per electrode area, ohm m2."""
        warm = arrhenius(self.activation_energy, temperature)
        return self.initial_resistance / warm + states["contact_growth"]

    def admittance(self, omega: Scalar) -> jax.Array:
        """Complex admittance beside it, S/m2."""
        return jnp.asarray(self.pseudo_capacitance * (1j * omega) ** self.exponent)
