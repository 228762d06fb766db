"""What the laws of contact share: the balance of voids, and the constriction of current at the spots."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, parameter, shared_fields
from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME
from interlayer.physics.integrators import rosenbrock2

_SMALLEST_CONTACT = 1e-4
"""Fraction below which contact is not tracked: the voltage is then far beyond any limit."""


@shared_fields
class VoidBalance(Mechanism):
    """True contact fraction f: stripping faster than lithium is replenished opens voids, plating closes them.

    Lumped balance of Krauskopf 2019 and Kasemchainan 2019 type. A law says what current is replenished and how fast
    rest heals.
    """

    states = (State("contact_fraction", "1", "Contact Fraction", "true contact over electrode area"),)

    void_height: Scalar = parameter("um", "height of a void that opens", default=200.0, bounds=(0.01, 1e5))
    spot_radius: Scalar = parameter("um", "radius of one contact spot", default=10.0, bounds=(1e-3, 1e4))

    def replenished(self, drive: Drive) -> Scalar:
        """Current that diffusion and creep replenish, A/m2 of true contact."""
        raise NotImplementedError

    def healing(self, gap: jax.Array, drive: Drive) -> jax.Array:
        """Rate at which rest heals a missing contact fraction `gap`, 1/s."""
        raise NotImplementedError

    def start(self, drive: Drive) -> dict[str, Any]:
        """Healed contact."""
        return {"contact_fraction": jnp.asarray(drive.full_contact)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Time derivative of the contact fraction, 1/s."""
        return {"contact_fraction": self._rate(states["contact_fraction"], drive)}

    def _rate(self, f: jax.Array, drive: Drive) -> jax.Array:
        opening = LITHIUM_MOLAR_VOLUME / (FARADAY * self.void_height)
        local = drive.current / f
        stripping = -opening * jnp.maximum(local - self.replenished(drive), 0.0)
        plating = opening * jnp.maximum(-local, 0.0) * (drive.full_contact - f) / drive.full_contact
        return stripping + plating + self.healing(drive.full_contact - f, drive)

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """One linearly implicit step of order 2, kept between nothing and full contact."""
        f = rosenbrock2(lambda value: self._rate(value, drive), states["contact_fraction"], dt)
        return {"contact_fraction": jnp.clip(f, _SMALLEST_CONTACT, drive.full_contact)}

    def bounds(self, drive: Drive) -> tuple[Scalar, Scalar]:
        """Nothing tracked, and full contact."""
        return _SMALLEST_CONTACT, drive.full_contact

    def constriction_resistance(self, contact_fraction: Scalar, conductivity: Scalar) -> jax.Array:
        """Resistance of current lines gathering at the spots, ohm m2 (Cooper, Mikic, Yovanovich 1969, one side)."""
        gap = jnp.maximum(1.0 - jnp.sqrt(contact_fraction), 0.0)
        return (
            jnp.pi * self.spot_radius * gap * jnp.sqrt(gap + 1e-30) / (4.0 * conductivity * contact_fraction)
        )
