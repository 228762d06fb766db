"""What the laws of active materials share. Currents here are per mass of active material, > 0 while it is charged."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, States, parameter, shared_fields
from interlayer.physics.open_circuit.extended import OpenCircuit


class CathodeDrive(NamedTuple):
    """What the cathode feels during a step; upstream states at the middle of the step.

    current : A/m2 of the electrode, > 0 charges. specific_current : A/kg of active material that still works.
    pellet_damage : crack damage of the electrolyte behind the lithium electrode. capacity : C/kg of the material.
    """

    current: Scalar
    specific_current: Scalar
    temperature: Scalar
    pellet_damage: Scalar
    capacity: Scalar


@shared_fields
class ActiveMaterial(Mechanism):
    """Active material between lithiation 0 and 1 of its accessible capacity, with its own open-circuit potential.

    A law has the state `lithiation` (shape () or (classes,)) and says how current spreads in it.
    """

    theoretical_capacity: Scalar = parameter(
        "mAh/g", "for lithiation from 0 to 1", default=170.0, bounds=(1.0, 2000.0)
    )
    accessible: Scalar = parameter(
        "1", "fraction of the material that takes part at all", default=1.0, bounds=(0.01, 1.0)
    )
    initial_lithiation: Scalar = parameter("1", "after assembly", default=0.98, bounds=(0.0, 1.0))

    def capacity(self) -> Scalar:
        """Accessible capacity, C/kg."""
        return self.theoretical_capacity * self.accessible

    def start(self) -> dict[str, Any]:
        """States of the fresh cathode."""
        raise NotImplementedError

    def mean_lithiation(self, states: States) -> jax.Array:
        """Mean lithiation of the accessible material."""
        return jnp.mean(states["lithiation"])

    def potential(self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive) -> jax.Array:
        """Potential against lithium at the drive's specific current, V."""
        raise NotImplementedError

    def rates(self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive) -> dict[str, jax.Array]:
        """Time derivatives of the states, 1/s."""
        raise NotImplementedError

    def advance(
        self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive, dt: Scalar
    ) -> dict[str, jax.Array]:
        """States `dt` seconds later at constant specific current; order 2, charge exact."""
        raise NotImplementedError

    def impedance(
        self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive, omega: jax.Array
    ) -> jax.Array:
        """Impedance per mass, V kg/A, shape (n,), at angular frequencies `omega` around the drive."""
        raise NotImplementedError
