"""Layer ageing by diffusion through what has aged already."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import REFERENCE_TEMPERATURE


@mechanism
class SquareRootAgeing(Mechanism):
    """Extent y with y + y^2/2 = t/tau: linear at first, then the square root of time."""

    family = "ageing"
    law = "square-root"
    equation = {  # noqa: RUF012
        "layer_ageing": "arrhenius(activation_energy, temperature) / (time_constant * (1 + layer_ageing))",
        "resistance": "unit_resistance * layer_ageing / arrhenius(resistance_activation_energy, temperature)",
    }
    references = ("deal1965",)
    states = (State("layer_ageing", "1", "Layer Ageing", "extent of the layer's ageing"),)

    unit_resistance: Scalar = parameter(
        "ohm cm2", "gained per unit extent, per interface", default=1.0, bounds=(0.0, 1e6)
    )
    time_constant: Scalar = parameter("hour", "tau", default=10.0, bounds=(1e-3, 1e7))

    activation_energy: Scalar = parameter(
        "eV", "of the speed of ageing (not known); 0: as at 25 degC", default=0.0, bounds=(0.0, 2.0)
    )
    resistance_activation_energy: Scalar = parameter(
        "eV", "of the conduction through what aged (not known; that of the layer is near 0.4)",
        default=0.0, bounds=(0.0, 2.0),
    )  # fmt: skip

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """Fresh."""
        return {"layer_ageing": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rate of the extent, 1/s."""
        return {"layer_ageing": self.speed(drive) / (1.0 + states["layer_ageing"])}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact."""
        return {
            "layer_ageing": jnp.sqrt((1.0 + states["layer_ageing"]) ** 2 + 2.0 * dt * self.speed(drive)) - 1.0
        }

    def speed(self, drive: Drive) -> Scalar:
        """1/tau at the temperature of the cell, 1/s."""
        return arrhenius(self.activation_energy, drive.temperature) / self.time_constant

    def resistance(self, states: States, temperature: Scalar = REFERENCE_TEMPERATURE) -> Scalar:
        """Added resistance, ohm m2."""
        warm = arrhenius(self.resistance_activation_energy, temperature)
        return self.unit_resistance * states["layer_ageing"] / warm
