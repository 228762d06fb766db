"""A concentrated binary salt in a polymer electrolyte: conductivity, diffusivity, t+ and activity each by itself."""

from __future__ import annotations

import jax

from interlayer.physics.base import Scalar, mechanism, parameter
from interlayer.physics.conduction.salt_electrolyte import LIMITING, MOBILITY, RESISTANCE, SaltElectrolyte
from interlayer.physics.constants import REFERENCE_TEMPERATURE


@mechanism
class ConcentratedSalt(SaltElectrolyte):
    """Concentrated-solution theory (Newman): the current fraction is 1/(1 + Ne), whatever t+ is.

    The diffusivity rises as mobility times temperature (Stokes and Einstein), so that Ne does not change with it.
    Transport properties are those at the mean concentration. Source: Balsara and Newman 2015.
    """

    law = "concentrated-salt"
    equation = {  # noqa: RUF012
        "mobility": MOBILITY,
        "total_resistance": RESISTANCE,
        "diffusion_coefficient": "diffusivity * mobility * temperature / 298.15",
        "limiting_current": LIMITING,
        "newman_number": "2 * conductivity * mobility * R * temperature * (1 - transference_number) ** 2"
        " * thermodynamic_factor / (F ** 2 * diffusion_coefficient * concentration)",
    }

    transference_number: Scalar = parameter(
        "1", "of Li+ against the solvent; may be negative", default=0.2, bounds=(-10.0, 0.999)
    )
    diffusivity: Scalar = parameter(
        "m2/s", "salt diffusivity at 25 degC", default=1e-12, bounds=(1e-18, 1e-8)
    )
    thermodynamic_factor: Scalar = parameter(
        "1", "1 + dln f/dln c of the salt's activity coefficient", default=1.0, bounds=(0.01, 50.0)
    )

    def cation_share(self) -> Scalar:
        """Transference number."""
        return self.transference_number

    def activity_factor(self) -> Scalar:
        """Thermodynamic factor."""
        return self.thermodynamic_factor

    def diffusion_coefficient(self, temperature: Scalar) -> jax.Array:
        """Salt diffusivity, m2/s."""
        return self.diffusivity * self.mobility(temperature) * temperature / REFERENCE_TEMPERATURE
