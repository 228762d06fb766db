"""A dilute binary salt in a polymer or gel electrolyte: Nernst-Einstein ties diffusion to conduction."""

from __future__ import annotations

import jax

from interlayer.physics.base import Scalar, mechanism, parameter
from interlayer.physics.conduction.salt_electrolyte import LIMITING, MOBILITY, RESISTANCE, SaltElectrolyte
from interlayer.physics.constants import FARADAY, GAS_CONSTANT


@mechanism
class SaltInPolymer(SaltElectrolyte):
    """Dilute binary salt (Nernst-Einstein): D = 2 t+ (1 - t+) kappa RT / (F^2 c0), no activity coefficients.

    Direct current sees 1/t+ times the resistance that alternating current sees: the current fraction is t+. For an
    electrolyte whose diffusivity was measured take `concentrated-salt`.
    """

    law = "salt-in-polymer"
    equation = {  # noqa: RUF012
        "mobility": MOBILITY,
        "total_resistance": RESISTANCE,
        "diffusion_coefficient": "2 * transference_number * (1 - transference_number) * conductivity * mobility"
        " * R * temperature / (F ** 2 * concentration)",
        "limiting_current": LIMITING,
        "newman_number": "1 / transference_number - 1",
    }

    transference_number: Scalar = parameter(
        "1", "of Li+", default=0.3, bounds=(0.01, 0.999), source="huang2023", status="memory"
    )

    def cation_share(self) -> Scalar:
        """Transference number."""
        return self.transference_number

    def activity_factor(self) -> Scalar:
        """Of an ideal salt."""
        return 1.0

    def diffusion_coefficient(self, temperature: Scalar) -> jax.Array:
        """Salt diffusivity, m2/s (Nernst-Einstein)."""
        t = self.transference_number
        kappa = self.conductivity * self.mobility(temperature)
        return 2.0 * t * (1.0 - t) * kappa * GAS_CONSTANT * temperature / (FARADAY**2 * self.concentration)
