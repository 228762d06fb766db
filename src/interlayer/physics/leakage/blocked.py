"""No electrons at all get through the layer."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, mechanism
from interlayer.physics.constants import REFERENCE_TEMPERATURE
from interlayer.physics.leakage.film import BLOCKED


@mechanism
class BlockedLeak(Mechanism):
    """An ideal insulator: the interphase grows by passed current alone (`cycling_coefficient`).

    The upper bound of what a layer can do. A number stands for the endless resistance, so that no growth law meets
    an infinity.
    """

    family = "leakage"
    law = "blocked"
    equation = {"resistance": "blocked"}  # noqa: RUF012
    references = ("textbook",)

    def resistance(
        self,
        layer_thickness: Scalar,  # noqa: ARG002
        conversion: Scalar,  # noqa: ARG002
        temperature: Scalar = REFERENCE_TEMPERATURE,  # noqa: ARG002
    ) -> jax.Array:
        """Resistance against electrons, ohm m2."""
        return jnp.asarray(BLOCKED)
