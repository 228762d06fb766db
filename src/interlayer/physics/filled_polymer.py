"""Salt transport as in a salt-in-polymer layer, of a composite whose filler blocks ions."""

from __future__ import annotations

import jax

from interlayer.physics.base import Scalar, mechanism, parameter
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.mixtures.bruggeman import bruggeman


@mechanism
class FilledPolymer(SaltInPolymer):
    """Inclusions of reactant or product (CuF2, LiF, Cu) block ions: Bruggeman's (1 - phi)^m, another loading.

    `conductivity` and `concentration` are those of the composite at the loading where they were measured or
    fitted, `reference_filler`; conduction and diffusion at another `filler_fraction` are k^m times these, the salt
    held k times, with k = (1 - phi)/(1 - phi_ref) the polymer relative to there. At the reference it is
    `salt-in-polymer`. The salt profile is that of `salt-in-polymer`.
    """

    law = "filled-polymer"
    equation = {  # noqa: RUF012
        "blocking": "((1 - filler_fraction) / (1 - reference_filler)) ** filler_exponent",
        "ohmic_resistance": "thickness / (conductivity * arrhenius(activation_energy, temperature)"
        " * (1 - porosity) ** porosity_exponent * coverage * blocking)",
        "diffusion_coefficient": "2 * transference_number * (1 - transference_number) * conductivity * blocking"
        " * arrhenius(activation_energy, temperature) * R * temperature / (F ** 2 * concentration)",
    }
    references = ("newman2004", "ding2024")

    filler_fraction: Scalar = parameter(
        "1",
        "volume fraction of what blocks ions in the pore-free layer",
        default=0.19,
        bounds=(0.0, 0.9),
        source="ding2024",
        status="derived",
    )
    reference_filler: Scalar = parameter(
        "1",
        "filler of the composite that `conductivity` and `concentration` speak of",
        default=0.19,
        bounds=(0.0, 0.9),
        source="ding2024",
        status="derived",
    )
    filler_exponent: Scalar = parameter(
        "1", "m: 1.5 for spheres in a continuous polymer", default=1.5, bounds=(1.0, 10.0),
        source="newman2004", status="memory",
    )  # fmt: skip

    def blocking(self) -> jax.Array:
        """Conduction over that at the reference filler."""
        here = bruggeman(1.0, self.filler_fraction, self.filler_exponent)
        return here / bruggeman(1.0, self.reference_filler, self.filler_exponent)

    def effective_conductivity(self, coverage: Scalar, temperature: Scalar) -> jax.Array:
        """Conductivity per electrode area with pores, coverage and filler, S/m."""
        return super().effective_conductivity(coverage, temperature) * self.blocking()

    def diffusion_coefficient(self, temperature: Scalar) -> jax.Array:
        """Flux over gradient of the reference composite's salt concentration, m2/s."""
        return super().diffusion_coefficient(temperature) * self.blocking()

    def decay(self, temperature: Scalar) -> jax.Array:
        """Rate at which each group of modes forgets, 1/s, shape (MODES,): the filler holds no salt."""
        room = (1.0 - self.filler_fraction) / (1.0 - self.reference_filler)
        return super().decay(temperature) / room
