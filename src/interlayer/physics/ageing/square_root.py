"""Layer ageing by diffusion through what has aged already."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter


@mechanism
class SquareRootAgeing(Mechanism):
    """Extent y with y + y^2/2 = t/tau: linear at first, then the square root of time."""

    family = "ageing"
    law = "square-root"
    equation = {  # noqa: RUF012
        "layer_ageing": "1 / (time_constant * (1 + layer_ageing))",
        "resistance": "unit_resistance * layer_ageing",
    }
    references = ("deal1965",)
    states = (State("layer_ageing", "1", "Layer Ageing", "extent of the layer's ageing"),)

    unit_resistance: Scalar = parameter(
        "ohm cm2", "gained per unit extent, per interface", default=1.0, bounds=(0.0, 1e6)
    )
    time_constant: Scalar = parameter("hour", "tau", default=10.0, bounds=(1e-3, 1e7))

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """Fresh."""
        return {"layer_ageing": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:  # noqa: ARG002
        """Rate of the extent, 1/s."""
        return {"layer_ageing": 1.0 / (self.time_constant * (1.0 + states["layer_ageing"]))}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:  # noqa: ARG002
        """Exact."""
        return {
            "layer_ageing": jnp.sqrt((1.0 + states["layer_ageing"]) ** 2 + 2.0 * dt / self.time_constant)
            - 1.0
        }

    def resistance(self, states: States) -> Scalar:
        """Added resistance, ohm m2."""
        return self.unit_resistance * states["layer_ageing"]
