"""The deposit itself makes area: charge transfer eases while plated lithium lies on the electrode."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter


@mechanism
class GrowingArea(Mechanism):
    """Active area 1 + Q / Q_f, Q the areal capacity of fresh deposit: plating builds it, stripping consumes it."""

    family = "polarisation"
    law = "growing-area"
    equation = {  # noqa: RUF012
        "deposit_charge": "-current if (deposit_charge > 0 or current < 0) else 0",
        "area_factor": "1 + deposit_charge / area_capacity",
    }
    references = ("ding2024",)
    states = (State("deposit_charge", "C/m2", "Deposit Charge", "areal capacity of fresh lithium"),)

    area_capacity: Scalar = parameter(
        "mAh/cm2", "areal capacity Q_f that doubles the active area", default=0.144, bounds=(1e-4, 1e6)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """No deposit."""
        return {"deposit_charge": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rate of the deposit, A/m2."""
        gone = (states["deposit_charge"] <= 0.0) & (drive.current >= 0.0)
        return {"deposit_charge": jnp.where(gone, 0.0, -drive.current)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact."""
        return {"deposit_charge": jnp.maximum(states["deposit_charge"] - drive.current * dt, 0.0)}

    def voltage(self, states: States) -> jax.Array:  # noqa: ARG002
        """No voltage of its own."""
        return jnp.asarray(0.0)

    def area_factor(self, states: States) -> Scalar:
        """Factor on the active area."""
        return 1.0 + states["deposit_charge"] / self.area_capacity
