"""Interphase whose growth waits for the reaction alone: a front that runs at constant speed."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, States, mechanism, parameter
from interlayer.physics.interphase.growth import THICKNESS, Growth


@mechanism
class LinearGrowth(Growth):
    """Reaction-limited growth: the products let electrons and ions through so well that they do not slow it.

    The early limit of Deal-Grove growth, and the late one where the product cracks or stays porous. Only what lies
    in front of the interphase (the layer's leak resistance) slows it.
    """

    family = "interphase"
    law = "linear"
    equation = {  # noqa: RUF012
        "interphase_thickness": "molar_volume / (charge_number * F) * (driving_potential / (1 / (reaction_conductance"
        " * arrhenius(growth_activation_energy, temperature)) + leak_resistance)"
        " + cycling_coefficient * abs(current))",
        "resistance": "interphase_thickness / ionic_conductivity / arrhenius(ionic_activation_energy, temperature)",
    }
    references = ("deal1965",)
    states = (THICKNESS,)

    reaction_conductance: Scalar = parameter(
        "S/cm2", "of the reaction at the growing front", default=5e-6, bounds=(1e-12, 1e6)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """No interphase yet."""
        return {"interphase_thickness": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:  # noqa: ARG002
        """Growth rate, m/s: it does not depend on what has grown."""
        blocking = 1.0 / (self.reaction_conductance * self.warmth(drive)) + drive.leak_resistance
        leak = self.per_charge() * self.driving_potential / blocking
        return {"interphase_thickness": leak + self.cycled(drive)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact."""
        grown = self.rates(states, drive)["interphase_thickness"] * dt
        return {"interphase_thickness": states["interphase_thickness"] + grown}
