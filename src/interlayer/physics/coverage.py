"""How much of a rough pellet face a coating of given thickness covers."""

from __future__ import annotations

import jax
from jax.scipy.special import ndtr

from interlayer.physics.base import Mechanism, Scalar, mechanism, parameter


@mechanism
class GaussianRoughness(Mechanism):
    """Face with normally distributed heights: what stands lower than the film's thickness is covered.

    Assumption of this project: the film's free surface is flat, heights are normal.
    Two constants, fixed on the overpotentials of the 7 and 15 um films.
    """

    family = "coverage"
    law = "gaussian-roughness"
    equation = {"coverage": "normal_cdf((layer_thickness - covering_thickness) / roughness)"}  # noqa: RUF012
    references = ("ding2024",)

    covering_thickness: Scalar = parameter(
        "um", "film thickness that covers half the face", default=9.7, bounds=(0.0, 1000.0)
    )
    roughness: Scalar = parameter(
        "um", "standard deviation of the face's height", default=2.5, bounds=(1e-3, 500.0)
    )

    def coverage(self, layer_thickness: Scalar) -> jax.Array:
        """Covered fraction of the face, dimensionless."""
        return ndtr((layer_thickness - self.covering_thickness) / self.roughness)
