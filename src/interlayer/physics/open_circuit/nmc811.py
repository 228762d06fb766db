"""LiNi0.8Mn0.1Co0.1O2 against lithium."""

from __future__ import annotations

from typing import ClassVar

import jax
import jax.numpy as jnp

from interlayer.physics.base import mechanism
from interlayer.physics.open_circuit.extended import OpenCircuit


@mechanism
class Nmc811OpenCircuit(OpenCircuit):
    """Solid solution, measured between 2.5 and 4.2 V on a commercial electrode; lithiation 0.27 to 0.91 there."""

    family = "open_circuit"
    law = "nmc811"
    equation = {  # noqa: RUF012
        "curve": "-0.8090 * lithiation + 4.4875 - 0.0428 * tanh(18.5138 * (lithiation - 0.5542))"
        " - 17.7326 * tanh(15.7890 * (lithiation - 0.3117)) + 17.5842 * tanh(15.9308 * (lithiation - 0.3120))"
    }
    references = ("chen2020",)
    lowest: ClassVar[float] = 0.05
    highest: ClassVar[float] = 1.0

    def curve(self, lithiation: jax.Array) -> jax.Array:
        """Potential at 25 degC, V."""
        s = lithiation
        low = -17.7326 * jnp.tanh(15.7890 * (s - 0.3117)) + 17.5842 * jnp.tanh(15.9308 * (s - 0.3120))
        return -0.8090 * s + 4.4875 - 0.0428 * jnp.tanh(18.5138 * (s - 0.5542)) + low
