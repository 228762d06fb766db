"""Electrons that tunnel from one metal particle to the next, beside the layer's matrix."""

from __future__ import annotations

from typing import Final

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar, arrhenius, mechanism, parameter
from interlayer.physics.constants import REFERENCE_TEMPERATURE
from interlayer.physics.leakage.film import Film
from interlayer.physics.mixtures.tunnelling import critical_gap

_NONE: Final = 1e-6
"""Volume fraction below which there is no metal: the gap is then a thousand particles wide."""
_LEAST: Final = 1e-30
"""S/m that stand for no conductivity."""


@mechanism
class PercolatingMetal(Film):
    """Conversion makes metal particles; electrons tunnel across the gaps between them, in parallel with the matrix.

    The metal fraction is phi = phi_0 m xi, m the metal's volume per reactant volume (Cu from CuF2: 7.09/24.0). Its
    network conducts as exp(-2 delta_c(phi)/l) (tunnelling percolation), anchored on the conductivity measured after
    conversion at `anchor_fraction`: there it makes the difference between `conductivity_after` and
    `conductivity_before`. Shape only: away from the anchor the absolute value is uncertain by five decades or more.
    """

    family = "leakage"
    law = "percolating-metal"
    equation = {  # noqa: RUF012
        "metal_fraction": "reactant_volume_fraction * metal_ratio * conversion",
        "widening": "2 / tunnelling_length * 1.65 * particle_diameter / 12"
        " * ((1 - metal_fraction) ** 3 / (metal_fraction * (2 - metal_fraction))"
        " - (1 - anchor_fraction) ** 3 / (anchor_fraction * (2 - anchor_fraction)))",
        "metal": "min((conductivity_after - conductivity_before) * exp(-widening), metal_conductivity)",
        "resistance": "layer_thickness / (conductivity_before + metal)"
        " / arrhenius(electronic_activation_energy, temperature) / blocking_factor",
    }
    references = ("ambrosetti2010", "ding2024", "wangf2011")

    reactant_volume_fraction: Scalar = parameter(
        "1",
        "of the dry film before reaction",
        default=0.19,
        bounds=(0.0, 1.0),
        source="ding2024",
        status="derived",
    )
    metal_ratio: Scalar = parameter(
        "1", "volume of metal made per volume of reactant (Cu from CuF2)", default=0.295, bounds=(0.0, 1.0),
        source="crc", status="derived",
    )  # fmt: skip
    anchor_fraction: Scalar = parameter(
        "1",
        "volume fraction of metal in the sample whose conductivity after conversion was measured",
        default=0.056,
        bounds=(1e-3, 0.6),
        source="ding2024",
        status="derived",
    )
    particle_diameter: Scalar = parameter("nm", "of the metal (2 to 20)", default=8.0, bounds=(0.5, 1e3))
    tunnelling_length: Scalar = parameter(
        "nm", "over which the tunnelling amplitude falls e-fold (0.1 to 1)", default=1.0, bounds=(0.05, 5.0),
        source="ambrosetti2010", status="memory",
    )  # fmt: skip
    metal_conductivity: Scalar = parameter(
        "S/cm", "of particles that touch: what the network never exceeds", default=1e3, bounds=(1e-10, 1e6)
    )

    def metal_fraction(self, conversion: Scalar) -> jax.Array:
        """Volume fraction of metal in the layer."""
        return jnp.asarray(self.reactant_volume_fraction * self.metal_ratio * conversion)

    def widening(self, conversion: Scalar) -> jax.Array:
        """By how much more the gaps to be tunnelled damp than those of the anchor: an exponent."""
        phi = jnp.maximum(self.metal_fraction(conversion), _NONE)
        gaps = critical_gap(phi, self.particle_diameter) - critical_gap(
            self.anchor_fraction, self.particle_diameter
        )
        return 2.0 * gaps / self.tunnelling_length

    def metal(self, conversion: Scalar) -> jax.Array:
        """Conductivity of the network of particles, S/m at 25 degC."""
        anchor = jnp.maximum(self.conductivity_after - self.conductivity_before, _LEAST)
        # the bound inside the exponent: no particle size makes it overflow
        least = jnp.log(anchor / self.metal_conductivity)
        return anchor * jnp.exp(-jnp.maximum(self.widening(conversion), least))

    def resistance(
        self, layer_thickness: Scalar, conversion: Scalar, temperature: Scalar = REFERENCE_TEMPERATURE
    ) -> jax.Array:
        """Resistance against electrons, ohm m2."""
        whole = self.conductivity_before + self.metal(conversion)
        warm = arrhenius(self.electronic_activation_energy, temperature)
        return layer_thickness / (whole * warm) / self.blocking_factor
