"""Layer ageing that comes to an end."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter


@mechanism
class SaturatingAgeing(Mechanism):
    """Extent y goes from 0 to 1 exponentially; the layer gains `final_resistance` at y = 1."""

    family = "ageing"
    law = "saturating"
    equation = {  # noqa: RUF012
        "layer_ageing": "(1 - layer_ageing) / time_constant",
        "resistance": "final_resistance * layer_ageing",
    }
    references = ("ding2024",)
    states = (State("layer_ageing", "1", "Layer Ageing", "extent of the layer's ageing"),)

    final_resistance: Scalar = parameter(
        "ohm cm2", "gained in the end, per interface", default=10.0, bounds=(0.0, 1e6)
    )
    time_constant: Scalar = parameter("hour", "of the approach", default=214.0, bounds=(1e-3, 1e7))

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """Fresh."""
        return {"layer_ageing": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:  # noqa: ARG002
        """Rate of the extent, 1/s."""
        return {"layer_ageing": (1.0 - states["layer_ageing"]) / self.time_constant}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:  # noqa: ARG002
        """Exact."""
        return {"layer_ageing": 1.0 - (1.0 - states["layer_ageing"]) * jnp.exp(-dt / self.time_constant)}

    def resistance(self, states: States) -> Scalar:
        """Added resistance, ohm m2."""
        return self.final_resistance * states["layer_ageing"]
