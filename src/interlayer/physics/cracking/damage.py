"""What all laws of cracking share: damage that grows beyond a critical thickness of the interphase."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import (
    Drive,
    Mechanism,
    Scalar,
    State,
    States,
    arrhenius,
    parameter,
    shared_fields,
)

EQUATION = (
    "rate * positive(interphase_thickness / critical_thickness - 1)"
    " * (largest_damage - crack_damage) * arrhenius(activation_energy, temperature)"
)
"""Rate of the damage, in terms of the critical thickness that a law gives."""


@shared_fields
class Damage(Mechanism):
    """Damage D, the fraction of the damaged zone that no longer conducts; a law says from which thickness on."""

    states = (
        State("crack_damage", "1", "Crack Damage", "fraction of the damaged zone that no longer conducts"),
    )
    affine = True

    rate: Scalar = parameter(
        "1/hour", "speed of damage per relative excess of thickness", default=0.3, bounds=(0.0, 1e4)
    )
    activation_energy: Scalar = parameter(
        "eV",
        "of the speed of damage (not known; fracture itself needs none); 0: as at 25 degC",
        default=0.0,
        bounds=(0.0, 2.0),
    )
    largest_damage: Scalar = parameter(
        "1", "damage at which the cracks saturate", default=0.65, bounds=(0.0, 0.999)
    )

    def limit(self) -> Scalar:
        """Interphase thickness at which cracks start, m."""
        raise NotImplementedError

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
        return self.rate * warm * jnp.maximum(drive.interphase_thickness / self.limit() - 1.0, 0.0)
