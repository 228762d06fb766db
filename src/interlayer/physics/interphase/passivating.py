"""Interphase that stops by itself: growth ends at a thickness that nothing passes."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, States, mechanism, parameter
from interlayer.physics.interphase.growth import THICKNESS, Growth


@mechanism
class PassivatingGrowth(Growth):
    """Growth that slows in proportion to what is left to grow and ends at a final thickness.

    x = x_end - (x_end - x0) exp(-t/tau): products that insulate against electrons (as of a polymer or a sulfide
    with LiF or Li2S at the lithium), of a thickness that is measured, not computed. Exact.
    """

    family = "interphase"
    law = "passivating"
    equation = {  # noqa: RUF012
        "interphase_thickness": "(1 - interphase_thickness / final_thickness)"
        " * molar_volume / (charge_number * F) * (driving_potential / (1 / (reaction_conductance"
        " * arrhenius(growth_activation_energy, temperature)) + leak_resistance)"
        " + cycling_coefficient * abs(current))",
        "resistance": "interphase_thickness / ionic_conductivity / arrhenius(ionic_activation_energy, temperature)",
    }
    references = ("zhu2015",)
    states = (THICKNESS,)

    final_thickness: Scalar = parameter("nm", "at which growth has ended", default=20.0, bounds=(0.1, 1e6))
    reaction_conductance: Scalar = parameter(
        "S/cm2", "of the reaction at no thickness", default=1e-7, bounds=(1e-14, 1e6)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """No interphase yet."""
        return {"interphase_thickness": jnp.asarray(0.0)}

    def _speed(self, drive: Drive) -> Scalar:
        """Growth rate at no thickness, m/s."""
        blocking = 1.0 / (self.reaction_conductance * self.warmth(drive)) + drive.leak_resistance
        return self.per_charge() * self.driving_potential / blocking + self.cycled(drive)

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Growth rate, m/s."""
        left = 1.0 - states["interphase_thickness"] / self.final_thickness
        return {"interphase_thickness": jnp.asarray(self._speed(drive) * left)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact."""
        done = -jnp.expm1(-self._speed(drive) * dt / self.final_thickness)
        x = states["interphase_thickness"]
        return {"interphase_thickness": x + (self.final_thickness - x) * done}
