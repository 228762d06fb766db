"""Charge stored across an interface: seen by impedance, eliminated in time stepping (it relaxes in milliseconds)."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, mechanism, parameter


@mechanism
class ConstantPhase(Mechanism):
    """Constant phase element per true contact area: admittance Q (j omega)^n."""

    family = "double_layer"
    law = "constant-phase"
    equation = {"admittance": "pseudo_capacitance * active_fraction * (1j * omega) ** exponent"}  # noqa: RUF012
    references = ("brug1984",)

    pseudo_capacitance: Scalar = parameter(
        "F/cm2", "Q per true contact area (1e-6 to 2e-5 typical)", default=8e-6, bounds=(1e-9, 1e-1)
    )
    exponent: Scalar = parameter("1", "n; 1 is an ideal capacitor", default=0.9, bounds=(0.5, 1.0))

    def admittance(self, omega: Scalar, active_fraction: Scalar) -> jax.Array:
        """Complex admittance per electrode area, S/m2."""
        return jnp.asarray(self.pseudo_capacitance * active_fraction * (1j * omega) ** self.exponent)
