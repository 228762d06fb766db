"""The null variant of each family: what stands in for a mechanism that a side does not have."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, States, mechanism
from interlayer.physics.constants import REFERENCE_TEMPERATURE


@mechanism
class NoLayer(Mechanism):
    """Lithium lies on the electrolyte."""

    family = "layer"
    law = "none"

    def depth(self) -> float:
        """Thickness: zero."""
        return 0.0

    def ohmic_resistance(self, coverage: Scalar, temperature: Scalar) -> jax.Array:  # noqa: ARG002
        """Resistance: zero."""
        return jnp.asarray(0.0)

    def concentration_overpotential(self, states: States, temperature: Scalar) -> jax.Array:  # noqa: ARG002
        """Voltage of a salt profile: zero."""
        return jnp.asarray(0.0)

    def capacitance(self, *, geometric: bool = True) -> float:  # noqa: ARG002
        """Capacitance beside no resistance: zero."""
        return 0.0


@mechanism
class FullCoverage(Mechanism):
    """The whole face is covered (or there is no film, and nothing to cover)."""

    family = "coverage"
    law = "full"
    equation = {"coverage": "1.0"}  # noqa: RUF012

    def coverage(self, layer_thickness: Scalar) -> jax.Array:  # noqa: ARG002
        """Covered fraction of the face: one."""
        return jnp.asarray(1.0)


@mechanism
class NoBarrier(Mechanism):
    """Lithium touches the electrolyte: nothing blocks the electrons."""

    family = "leakage"
    law = "none"
    equation = {"resistance": "0.0"}  # noqa: RUF012

    def resistance(
        self,
        layer_thickness: Scalar,  # noqa: ARG002
        conversion: Scalar,  # noqa: ARG002
        temperature: Scalar = REFERENCE_TEMPERATURE,  # noqa: ARG002
    ) -> jax.Array:
        """Resistance against electrons: zero."""
        return jnp.asarray(0.0)


@mechanism
class NoAgeing(Mechanism):
    """A layer that does not age, or none."""

    family = "ageing"
    law = "none"
    equation = {"resistance": "0.0"}  # noqa: RUF012

    def resistance(self, states: States, temperature: Scalar = REFERENCE_TEMPERATURE) -> jax.Array:  # noqa: ARG002
        """Added resistance: zero."""
        return jnp.asarray(0.0)


@mechanism
class NoConversion(Mechanism):
    """A layer that does not react with lithium, or none."""

    family = "conversion"
    law = "none"
    equation = {"lithium_bound": "0.0"}  # noqa: RUF012

    def lithium_bound(self, states: States) -> jax.Array:  # noqa: ARG002
        """Lithium taken up: none."""
        return jnp.asarray(0.0)


@mechanism
class NoPolarisation(Mechanism):
    """No polarisation beyond what the impedance arc shows."""

    family = "polarisation"
    law = "none"
    equation = {"area_factor": "1.0"}  # noqa: RUF012

    def voltage(self, states: States) -> jax.Array:  # noqa: ARG002
        """Contribution to the overpotential: zero."""
        return jnp.asarray(0.0)

    def area_factor(self, states: States) -> jax.Array:  # noqa: ARG002
        """Factor on the active area: one."""
        return jnp.asarray(1.0)
