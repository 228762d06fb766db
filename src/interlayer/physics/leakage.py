"""How much the interlayer blocks the electrons that would reduce the electrolyte."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, mechanism, parameter


@mechanism
class OhmicLeak(Mechanism):
    """Electrons leak through the layer as through a resistor whose conductivity follows the conversion.

    Whole-sample values are parted by the series rule; `blocking_factor` is the fraction of the
    ohmic leak that really reaches the electrolyte, since XPS finds less reduced titanium than the ohmic bound makes.
    """

    family = "leakage"
    law = "ohmic"
    equation = {  # noqa: RUF012
        "resistance": "layer_thickness / (conductivity_before ** (1 - conversion) * conductivity_after ** conversion)"
        " / blocking_factor"
    }
    references = ("ding2024",)

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

    def resistance(self, layer_thickness: Scalar, conversion: Scalar) -> jax.Array:
        """Resistance against electrons, ohm m2 (geometric mean of before and after, weighted by conversion)."""
        log_conductivity = (1.0 - conversion) * jnp.log(self.conductivity_before) + conversion * jnp.log(
            self.conductivity_after
        )
        return layer_thickness / jnp.exp(log_conductivity) / self.blocking_factor
