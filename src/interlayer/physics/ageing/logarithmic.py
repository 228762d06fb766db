"""Layer ageing that slows down for ever: a barrier that grows with what has been built."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter


@mechanism
class LogarithmicAgeing(Mechanism):
    """Extent y = ln(1 + t/tau): direct logarithmic law of tunnelling- or barrier-limited films."""

    family = "ageing"
    law = "logarithmic"
    equation = {  # noqa: RUF012
        "layer_ageing": "exp(-layer_ageing) / time_constant",
        "resistance": "unit_resistance * layer_ageing",
    }
    references = ("ding2024",)
    states = (State("layer_ageing", "1", "Layer Ageing", "extent of the layer's ageing"),)

    unit_resistance: Scalar = parameter(
        "ohm cm2", "gained per e-fold of 1 + t/tau, per interface", default=4.0, bounds=(0.0, 1e6)
    )
    time_constant: Scalar = parameter("hour", "tau", default=97.0, bounds=(1e-3, 1e7))

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """Fresh."""
        return {"layer_ageing": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:  # noqa: ARG002
        """Rate of the extent, 1/s."""
        return {"layer_ageing": jnp.exp(-states["layer_ageing"]) / self.time_constant}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:  # noqa: ARG002
        """Exact: exp(y) grows linearly."""
        y = states["layer_ageing"]
        return {"layer_ageing": y + jnp.log1p(dt / self.time_constant * jnp.exp(-y))}

    def resistance(self, states: States) -> Scalar:
        """Added resistance, ohm m2."""
        return self.unit_resistance * states["layer_ageing"]
