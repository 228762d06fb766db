"""Interphase whose growth waits for transport through itself alone: x^2 grows linearly in time."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, States, mechanism, parameter
from interlayer.physics.interphase.growth import THICKNESS, Growth


@mechanism
class ParabolicGrowth(Growth):
    """Wagner's parabolic growth without a reaction step: x^2 = x0^2 + 2 k_p t on a bare face.

    k_p = V_m sigma_mix dPhi / (z F). Its rate is infinite at no thickness, so growth starts from a native film
    that contact itself makes. Exact without growth by current, second order with it.
    """

    family = "interphase"
    law = "parabolic"
    equation = {  # noqa: RUF012
        "interphase_thickness": "molar_volume / (charge_number * F) * (driving_potential / (interphase_thickness"
        " / (mixed_conductivity * arrhenius(growth_activation_energy, temperature)) + leak_resistance)"
        " + cycling_coefficient * abs(current))",
        "resistance": "interphase_thickness / ionic_conductivity / arrhenius(ionic_activation_energy, temperature)",
    }
    references = ("wagner1933", "hartmann2013")
    states = (THICKNESS,)

    mixed_conductivity: Scalar = parameter(
        "S/cm", "ambipolar conductivity of the interphase", default=1.1e-8, bounds=(1e-16, 1e-2)
    )
    native_thickness: Scalar = parameter(
        "nm", "of the film that contact makes at once", default=1.0, bounds=(0.1, 1e4)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """The native film."""
        return {"interphase_thickness": jnp.asarray(self.native_thickness)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Growth rate, m/s."""
        through = states["interphase_thickness"] / (self.mixed_conductivity * self.warmth(drive))
        leak = self.driving_potential / (through + drive.leak_resistance)
        return {"interphase_thickness": self.per_charge() * leak + self.cycled(drive)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact step of the leak between two halves of growth by current."""
        conductivity = self.mixed_conductivity * self.warmth(drive)
        half = 0.5 * self.cycled(drive) * dt
        x = states["interphase_thickness"] + half
        blocking = drive.leak_resistance
        reached = blocking * x + x**2 / (2.0 * conductivity)
        reached = reached + self.per_charge() * self.driving_potential * dt
        grown = 2.0 * reached / (blocking + jnp.sqrt(blocking**2 + 2.0 * reached / conductivity))
        return {"interphase_thickness": grown + half}
