"""Interphase that grows as fast as electrons and ions pass its own thickness and what lies in front of it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, States, mechanism, parameter
from interlayer.physics.interphase.growth import THICKNESS, Growth


@mechanism
class WagnerGrowth(Growth):
    """Reaction-limited, then parabolic growth of reduced electrolyte, slowed by the layer's electron blocking.

    Wagner's ambipolar transport with a reaction step in series (Deal-Grove form). The mixed conductivity is the
    ambipolar sigma_e sigma_i / (sigma_e + sigma_i) of the interphase, not that of the pristine pellet. The integral
    over one step is exact without growth by current, second order with it.
    """

    family = "interphase"
    law = "wagner"
    equation = {  # noqa: RUF012
        "interphase_thickness": "molar_volume / (charge_number * F) * (driving_potential / ((1 / reaction_conductance"
        " + interphase_thickness / mixed_conductivity) / arrhenius(growth_activation_energy, temperature)"
        " + leak_resistance) + cycling_coefficient * abs(current))",
        "resistance": "interphase_thickness / ionic_conductivity / arrhenius(ionic_activation_energy, temperature)",
    }
    references = ("wagner1933", "deal1965", "hartmann2013")
    states = (THICKNESS,)

    mixed_conductivity: Scalar = parameter(
        "S/cm", "ambipolar conductivity of the interphase", default=1.1e-8, bounds=(1e-16, 1e-2)
    )
    reaction_conductance: Scalar = parameter(
        "S/cm2", "of the reaction at the growing front", default=1e-2, bounds=(1e-12, 1e6)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """No interphase yet."""
        return {"interphase_thickness": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Growth rate, m/s."""
        warm = self.warmth(drive)
        blocking = 1.0 / (self.reaction_conductance * warm) + drive.leak_resistance
        through = states["interphase_thickness"] / (self.mixed_conductivity * warm)
        leak = self.driving_potential / (blocking + through)
        return {"interphase_thickness": self.per_charge() * leak + self.cycled(drive)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact step of the leak (B x + x^2 / 2 sigma grows linearly) between two halves of growth by current."""
        warm = self.warmth(drive)
        conductivity = self.mixed_conductivity * warm
        half = 0.5 * self.cycled(drive) * dt
        x = states["interphase_thickness"] + half
        blocking = 1.0 / (self.reaction_conductance * warm) + drive.leak_resistance
        reached = blocking * x + x**2 / (2.0 * conductivity)
        reached = reached + self.per_charge() * self.driving_potential * dt
        grown = 2.0 * reached / (blocking + jnp.sqrt(blocking**2 + 2.0 * reached / conductivity))
        return {"interphase_thickness": grown + half}
