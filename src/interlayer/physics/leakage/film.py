"""Ohmic leak of electrons through the bulk of a layer that converts."""

from __future__ import annotations

from typing import Final

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, arrhenius, parameter, shared_fields

BLOCKED: Final = 1e30
"""ohm m2 that stand for an endless resistance: at 2 V not one electron a square metre in a thousand years."""


@shared_fields
class Film(Mechanism):
    """A layer as a resistor against electrons whose conductivity follows the conversion.

    Whole-sample values are parted by the series rule; `blocking_factor` is the fraction of the
    ohmic leak that really reaches the electrolyte, since XPS finds less reduced titanium than the ohmic bound makes.
    """

    conductivity_before: Scalar = parameter(
        "S/cm",
        "electronic conductivity of the layer before conversion",
        default=3.4e-12,
        bounds=(1e-20, 1e2),
        source="ding2024",
        status="derived",
    )
    conductivity_after: Scalar = parameter(
        "S/cm",
        "electronic conductivity of the layer after conversion",
        default=1e-11,
        bounds=(1e-20, 1e2),
        source="ding2024",
        status="derived",
    )
    blocking_factor: Scalar = parameter(
        "1", "fraction of the ohmic leak that arrives", default=0.02, bounds=(1e-6, 1.0)
    )
    electronic_activation_energy: Scalar = parameter(
        "eV",
        "of the electronic conductivity (not known for this layer; 0.3 to 1 in insulators); 0: at 25 degC for ever",
        default=0.0,
        bounds=(0.0, 2.0),
    )

    def film_resistance(self, layer_thickness: Scalar, conversion: Scalar, temperature: Scalar) -> jax.Array:
        """Resistance against electrons, ohm m2 (geometric mean of before and after, weighted by conversion)."""
        log_conductivity = (1.0 - conversion) * jnp.log(self.conductivity_before) + conversion * jnp.log(
            self.conductivity_after
        )
        warm = arrhenius(self.electronic_activation_energy, temperature)
        return layer_thickness / jnp.exp(log_conductivity) / warm / self.blocking_factor
