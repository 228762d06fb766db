"""Cracks: the interphase expands until its stored energy exceeds the ceramic's fracture energy."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter


@mechanism
class EnergyReleaseCracking(Mechanism):
    """Damage D grows once the interphase passes the thickness at which the energy release rate reaches G_c.

    Critical thickness x_c = G_c E / (Z sigma^2). D divides the conduction through the damaged zone by 1 - D.
    Fracture rather than the interphase's own resistance drives the impedance rise in the sister material LAGP
    (Tippens 2019).
    """

    family = "cracking"
    law = "energy-release"
    equation = {  # noqa: RUF012
        "crack_damage": "rate * positive(interphase_thickness / critical_thickness - 1)"
        " * (largest_damage - crack_damage) * arrhenius(activation_energy, temperature)"
    }
    references = ("tippens2019", "jackman2012")
    states = (
        State("crack_damage", "1", "Crack Damage", "fraction of the damaged zone that no longer conducts"),
    )

    critical_thickness: Scalar = parameter(
        "um", "interphase thickness at which cracks start", default=44.0, bounds=(1e-3, 1e4)
    )
    rate: Scalar = parameter(
        "1/hour", "speed of damage per relative excess of thickness", default=0.3, bounds=(0.0, 1e4)
    )
    activation_energy: Scalar = parameter(
        "eV", "of the speed of damage (not known; fracture itself needs none); 0: as at 25 degC",
        default=0.0, bounds=(0.0, 2.0),
    )  # fmt: skip
    largest_damage: Scalar = parameter(
        "1", "damage at which the cracks saturate", default=0.65, bounds=(0.0, 0.999)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """Whole."""
        return {"crack_damage": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Damage rate, 1/s."""
        return {"crack_damage": self._speed(drive) * (self.largest_damage - states["crack_damage"])}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact for the interphase's thickness at the middle of the step."""
        left = (self.largest_damage - states["crack_damage"]) * jnp.exp(-self._speed(drive) * dt)
        return {"crack_damage": self.largest_damage - left}

    def _speed(self, drive: Drive) -> jax.Array:
        warm = arrhenius(self.activation_energy, drive.temperature)
        return self.rate * warm * jnp.maximum(drive.interphase_thickness / self.critical_thickness - 1.0, 0.0)
