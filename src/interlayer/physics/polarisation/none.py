"""No polarisation beyond what the impedance arc shows."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, States, mechanism


@mechanism
class NoPolarisation(Mechanism):
    """Nothing added."""

    family = "polarisation"
    law = "none"
    equation = {"area_factor": "1.0"}  # noqa: RUF012

    def voltage(self, states: States) -> jax.Array:  # noqa: ARG002
        """Contribution to the overpotential: zero."""
        return jnp.asarray(0.0)

    def area_factor(self, states: States) -> jax.Array:  # noqa: ARG002
        """Factor on the active area: one."""
        return jnp.asarray(1.0)
