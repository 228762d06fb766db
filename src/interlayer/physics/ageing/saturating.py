"""Layer ageing that comes to an end."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import REFERENCE_TEMPERATURE


@mechanism
class SaturatingAgeing(Mechanism):
    """Extent y goes from 0 to 1 exponentially; the layer gains `final_resistance` at y = 1."""

    family = "ageing"
    law = "saturating"
    equation = {  # noqa: RUF012
        "layer_ageing": "(1 - layer_ageing) / time_constant * arrhenius(activation_energy, temperature)",
        "resistance": "final_resistance * layer_ageing / arrhenius(resistance_activation_energy, temperature)",
    }
    references = ("ding2024",)
    states = (State("layer_ageing", "1", "Layer Ageing", "extent of the layer's ageing"),)
    affine = True

    final_resistance: Scalar = parameter(
        "ohm cm2", "gained in the end, per interface", default=10.0, bounds=(0.0, 1e6)
    )
    time_constant: Scalar = parameter("hour", "of the approach", default=214.0, bounds=(1e-3, 1e7))

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
        return {"layer_ageing": (1.0 - states["layer_ageing"]) * self.speed(drive)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact."""
        return {"layer_ageing": 1.0 - (1.0 - states["layer_ageing"]) * jnp.exp(-dt * self.speed(drive))}

    def speed(self, drive: Drive) -> Scalar:
        """1/tau at the temperature of the cell, 1/s."""
        return arrhenius(self.activation_energy, drive.temperature) / self.time_constant

    def resistance(self, states: States, temperature: Scalar = REFERENCE_TEMPERATURE) -> Scalar:
        """Added resistance, ohm m2."""
        warm = arrhenius(self.resistance_activation_energy, temperature)
        return self.final_resistance * states["layer_ageing"] / warm
