"""How much the interlayer blocks the electrons that would reduce the electrolyte."""

from __future__ import annotations

import jax

from interlayer.physics.base import Scalar, mechanism
from interlayer.physics.constants import REFERENCE_TEMPERATURE
from interlayer.physics.leakage.film import Film


@mechanism
class OhmicLeak(Film):
    """Electrons leak through the layer as through a resistor whose conductivity follows the conversion."""

    family = "leakage"
    law = "ohmic"
    equation = {  # noqa: RUF012
        "resistance": "layer_thickness / (conductivity_before ** (1 - conversion) * conductivity_after ** conversion)"
        " / arrhenius(electronic_activation_energy, temperature) / blocking_factor"
    }
    references = ("ding2024",)

    def resistance(
        self, layer_thickness: Scalar, conversion: Scalar, temperature: Scalar = REFERENCE_TEMPERATURE
    ) -> jax.Array:
        """Resistance against electrons, ohm m2."""
        return self.film_resistance(layer_thickness, conversion, temperature)
