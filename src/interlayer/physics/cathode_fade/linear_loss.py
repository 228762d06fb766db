"""Active material lost with cycles and with time."""

from __future__ import annotations

from typing import Any, Final

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, State, States, mechanism, parameter
from interlayer.physics.cathode.base import CathodeDrive

_LEAST: Final = 1e-3
"""Fraction of active material below which loss is not tracked: the cell has long failed."""


@mechanism
class LinearLoss(Mechanism):
    """Constant loss an equivalent full cycle and an hour, whatever its cause.

    Two retentions at two rates fix its two parameters and leave nothing to test. Lithium in lost material is lost too.
    """

    family = "cathode_fade"
    law = "linear-loss"
    equation = {  # noqa: RUF012
        "active_material": "-(cycle_loss * sqrt(specific_current ** 2) / (2 * capacity) + hourly_loss)",
    }
    references = ("ding2024",)
    states = (
        State("active_material", "1", "Active Material", "fraction of the active material that still works"),
        State(
            "trapped_lithium", "1", "Trapped Lithium", "lithium in lost active material, over its capacity"
        ),
    )

    cycle_loss: Scalar = parameter(
        "1", "of the active material an equivalent full cycle", default=0.0, bounds=(0.0, 0.5)
    )
    hourly_loss: Scalar = parameter("1/hour", "of the active material", default=0.0, bounds=(0.0, 0.5))

    def start(self) -> dict[str, Any]:
        """All of it works."""
        return {"active_material": jnp.asarray(1.0), "trapped_lithium": jnp.asarray(0.0)}

    def loss(self, drive: CathodeDrive) -> jax.Array:
        """Rate of loss, 1/s."""
        return self.cycle_loss * jnp.abs(drive.specific_current) / (2.0 * drive.capacity) + self.hourly_loss

    def rates(self, states: States, mean_lithiation: Scalar, drive: CathodeDrive) -> dict[str, jax.Array]:
        """Rates, 1/s."""
        lost = jnp.where(states["active_material"] > _LEAST, self.loss(drive), 0.0)
        return {"active_material": -lost, "trapped_lithium": lost * mean_lithiation}

    def remaining(self, states: States, drive: CathodeDrive, dt: Scalar) -> jax.Array:
        """Fraction that works `dt` seconds later."""
        return jnp.maximum(states["active_material"] - dt * self.loss(drive), _LEAST)
