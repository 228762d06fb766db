"""A layer that does not age, or none."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, States, mechanism


@mechanism
class NoAgeing(Mechanism):
    """Nothing is gained."""

    family = "ageing"
    law = "none"
    equation = {"resistance": "0.0"}  # noqa: RUF012

    def resistance(self, states: States) -> jax.Array:  # noqa: ARG002
        """Added resistance: zero."""
        return jnp.asarray(0.0)
