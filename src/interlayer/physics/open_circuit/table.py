"""An open-circuit potential as points, such as a BPX file gives it."""

from __future__ import annotations

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from interlayer.physics.base import Scalar, mechanism
from interlayer.physics.open_circuit.extended import OpenCircuit, no_sites


@mechanism
class TableOpenCircuit(OpenCircuit):
    """Straight lines between points; beyond them the first and last line go on.

    lithiation : array (n,), rising. volts : array (n,), V at 25 degC.
    """

    family = "open_circuit"
    law = "table"

    lithiation: Any = dataclasses.field(metadata={})
    volts: Any = dataclasses.field(metadata={})

    @classmethod
    def of(cls, lithiation: ArrayLike, volts: ArrayLike) -> TableOpenCircuit:
        """Make one from points, each of shape (n,)."""
        return cls(
            lithiation=np.asarray(lithiation, dtype=np.float64), volts=np.asarray(volts, dtype=np.float64)
        )

    def with_slope(self, lithiation: jax.Array, temperature: Scalar) -> tuple[jax.Array, jax.Array]:
        """Potential (V) and its slope by lithiation (V), both in the shape of `lithiation`."""
        x, y = jnp.asarray(self.lithiation), jnp.asarray(self.volts)
        place = jnp.clip(jnp.searchsorted(x, lithiation), 1, x.size - 1)
        slope = (y[place] - y[place - 1]) / (x[place] - x[place - 1])
        value = y[place - 1] + slope * (lithiation - x[place - 1])
        wall, steep = no_sites(lithiation)
        return value + wall + self.warming(temperature), slope + steep

    def potential(self, lithiation: jax.Array, temperature: Scalar) -> jax.Array:
        """Potential against lithium, V, in the shape of `lithiation`."""
        return self.with_slope(lithiation, temperature)[0]
