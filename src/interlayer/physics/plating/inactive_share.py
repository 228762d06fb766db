"""Plated lithium of which a share is lost on every plating: what limits thin and anode-free cells."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter
from interlayer.physics.constants import FARADAY


@mechanism
class InactiveShare(Mechanism):
    """A constant share of what is plated becomes inactive (isolated, or bound in reaction products).

    The coulombic efficiency of plating and stripping is 1 - share. Invisible while lithium is in excess; it empties a
    lean or anode-free cell.
    """

    family = "plating"
    law = "inactive-share"
    equation = {  # noqa: RUF012
        "inactive_lithium": "share * positive(-current) / F",
        "lithium_bound": "inactive_lithium",
        "filament_reach": "1.0",
    }
    references = ("ding2024",)
    states = (State("inactive_lithium", "mol/m2", "Inactive Lithium", "plated lithium out of reach"),)

    share: Scalar = parameter(
        "1", "of plated lithium that is lost (0.001 to 0.05 in lean cells)", default=0.005, bounds=(0.0, 1.0)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """None yet."""
        return {"inactive_lithium": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:  # noqa: ARG002
        """Rate of loss, mol/(m2 s)."""
        return {"inactive_lithium": self.share * jnp.maximum(-drive.current, 0.0) / FARADAY}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact at constant current."""
        return {
            "inactive_lithium": states["inactive_lithium"]
            + dt * self.rates(states, drive)["inactive_lithium"]
        }

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium out of reach, mol/m2."""
        return states["inactive_lithium"]

    def filament_reach(self, drive: Drive) -> Scalar:  # noqa: ARG002
        """Share of the plating current that can drive a filament: all of it."""
        return 1.0
