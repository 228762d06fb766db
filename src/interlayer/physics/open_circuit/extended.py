"""What all open-circuit potentials share: beyond the range of their data they go on as their tangents."""

from __future__ import annotations

from typing import ClassVar

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, parameter, shared_fields
from interlayer.physics.constants import REFERENCE_TEMPERATURE


@shared_fields
class OpenCircuit(Mechanism):
    """Potential of a cathode material against lithium, V, as a falling function of its lithiation.

    A law gives `curve`. Beyond `lowest` and `highest` lithiation the curve goes on as its tangent, so that a solver's
    trial value never meets an exponential's far side.
    """

    lowest: ClassVar[float] = 0.0
    highest: ClassVar[float] = 1.0

    entropic_coefficient: Scalar = parameter(
        "mV/K", "change of the potential with temperature from 25 degC", default=0.0, bounds=(-5.0, 5.0)
    )

    def curve(self, lithiation: jax.Array) -> jax.Array:
        """Potential at 25 degC within the range, V, any shape."""
        raise NotImplementedError

    def potential(self, lithiation: jax.Array, temperature: Scalar) -> jax.Array:
        """Potential against lithium, V, in the shape of `lithiation` (0 empty, 1 full)."""
        inside = jnp.clip(lithiation, self.lowest, self.highest)
        value, slope = jax.jvp(self.curve, (inside,), (jnp.ones_like(inside),))
        warm = self.entropic_coefficient * (temperature - REFERENCE_TEMPERATURE)
        return value + slope * (lithiation - inside) + warm

    def with_slope(self, lithiation: jax.Array, temperature: Scalar) -> tuple[jax.Array, jax.Array]:
        """Potential (V) and its derivative by lithiation (V), both in the shape of `lithiation`."""
        inside = jnp.clip(lithiation, self.lowest, self.highest)
        value, slope = jax.jvp(self.curve, (inside,), (jnp.ones_like(inside),))
        warm = self.entropic_coefficient * (temperature - REFERENCE_TEMPERATURE)
        return value + slope * (lithiation - inside) + warm, slope
