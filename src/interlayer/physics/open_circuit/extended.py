"""What all open-circuit potentials share: beyond the range of their data they go on as their tangents."""

from __future__ import annotations

from typing import ClassVar, Final

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, parameter, shared_fields
from interlayer.physics.constants import REFERENCE_TEMPERATURE

_WALL: Final = 200.0
"""V a unit of lithiation, beyond empty and full: there are no sites to take or give lithium."""


def no_sites(lithiation: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Potential (V) and slope (V) to add beyond lithiation 0 and 1, where no curve has data."""
    over, under = jnp.maximum(lithiation - 1.0, 0.0), jnp.maximum(-lithiation, 0.0)
    return _WALL * (under - over), jnp.where((lithiation > 1.0) | (lithiation < 0.0), -_WALL, 0.0)


@shared_fields
class OpenCircuit(Mechanism):
    """Potential of a cathode material against lithium, V, as a falling function of its lithiation.

    A law gives `curve`. Beyond `lowest` and `highest` lithiation the curve goes on as its tangent, so that a solver's
    trial value never meets an exponential's far side; beyond 0 and 1 it rises and falls steeply.
    """

    lowest: ClassVar[float] = 0.0
    highest: ClassVar[float] = 1.0

    entropic_coefficient: Scalar = parameter(
        "mV/K", "change of the potential with temperature from 25 degC", default=0.0, bounds=(-5.0, 5.0)
    )

    def curve(self, lithiation: jax.Array) -> jax.Array:
        """Potential at 25 degC within the range, V, any shape."""
        raise NotImplementedError

    def warming(self, temperature: Scalar) -> jax.Array:
        """Shift of the whole curve from 25 degC, V."""
        return jnp.asarray(self.entropic_coefficient * (temperature - REFERENCE_TEMPERATURE))

    def potential(self, lithiation: jax.Array, temperature: Scalar) -> jax.Array:
        """Potential against lithium, V, in the shape of `lithiation` (0 empty, 1 full)."""
        return self.with_slope(lithiation, temperature)[0]

    def with_slope(self, lithiation: jax.Array, temperature: Scalar) -> tuple[jax.Array, jax.Array]:
        """Potential (V) and its derivative by lithiation (V), both in the shape of `lithiation`."""
        inside = jnp.clip(lithiation, self.lowest, self.highest)
        value, slope = jax.jvp(self.curve, (inside,), (jnp.ones_like(inside),))
        wall, steep = no_sites(lithiation)
        return value + slope * (lithiation - inside) + wall + self.warming(temperature), slope + steep
