"""LiFePO4 against lithium."""

from __future__ import annotations

from typing import ClassVar

import jax
import jax.numpy as jnp

from interlayer.physics.base import mechanism
from interlayer.physics.open_circuit.extended import OpenCircuit


@mechanism
class LfpOpenCircuit(OpenCircuit):
    """Two-phase plateau between steep ends. The hysteresis of some 10 mV is left out."""

    family = "open_circuit"
    law = "lfp"
    equation = {  # noqa: RUF012
        "curve": "3.4077 - 0.020269 * lithiation + 0.5 * exp(-150 * lithiation) - 0.9 * exp(-30 * (1 - lithiation))"
    }
    references = ("afshar2017",)
    lowest: ClassVar[float] = -0.015
    highest: ClassVar[float] = 1.05

    def curve(self, lithiation: jax.Array) -> jax.Array:
        """Potential at 25 degC, V."""
        rise = 0.5 * jnp.exp(-150.0 * lithiation)
        fall = 0.9 * jnp.exp(-30.0 * (1.0 - lithiation))
        return 3.4077 - 0.020269 * lithiation + rise - fall
