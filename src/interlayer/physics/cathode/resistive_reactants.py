"""Two-phase particles that differ in resistance: the mosaic picture of LiFePO4 at a rate."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from interlayer.physics.base import Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.cathode.base import ActiveMaterial, CathodeDrive
from interlayer.physics.integrators import sdirk2
from interlayer.physics.open_circuit.extended import OpenCircuit

CLASSES: Final = 24
"""Classes of equal capacity; their resistances lie at the middles of equal shares of the distribution."""
_NORMAL: Final = np.array([NormalDist().inv_cdf((k + 0.5) / CLASSES) for k in range(CLASSES)])
_ITERATIONS: Final = 7
"""Newton steps of one implicit stage; tests/physics/test_cathode.py compares with many more."""


@mechanism
class ResistiveReactants(ActiveMaterial):
    """Classes of particles in parallel, each with its own ohmic resistance against (de)lithiation.

    (V - U(s_j)) = r_j j_j, with r_j log-normal; the classes share one potential. A flat potential and one resistance
    would give all capacity or none; the distribution makes capacity fall gradually with rate. The resistance is
    stated as the median class's overpotential at 1C of the accessible capacity.
    Source: resistive-reactant model of Thomas-Alyea 2008; mosaic of Dreyer 2010.
    """

    family = "cathode"
    law = "resistive-reactants"
    equation = {  # noqa: RUF012
        "class_resistance": "median_resistance * exp(spread * normal) * 3600"
        " / (theoretical_capacity * accessible * arrhenius(activation_energy, temperature))",
        "lithiation": "(open_circuit_potential - electrode_potential) / (class_resistance * theoretical_capacity"
        " * accessible)",
    }
    references = ("thomasalyea2008", "dreyer2010", "afshar2017", "ding2024")
    states = (
        State("lithiation", "1", "Cathode Lithiation", "mean lithiation of the active material", "mean"),
    )

    median_resistance: Scalar = parameter(
        "V", "overpotential of the median class at 1C", default=0.1, bounds=(1e-5, 50.0)
    )
    spread: Scalar = parameter(
        "1", "standard deviation of the logarithm of the resistance", default=1.8, bounds=(0.0, 5.0)
    )
    activation_energy: Scalar = parameter(
        "eV", "of the reactants' conductance (0.3 to 0.6)", default=0.4, bounds=(0.0, 1.5)
    )
    reaction_capacitance: Scalar = parameter(
        "F/g",
        "beside each class's resistance; large: it relaxes below the window of impedance (nucleation, phase"
        " boundaries), small: it is part of the arcs",
        default=100.0,
        bounds=(0.0, 1e5),
    )

    def start(self) -> dict[str, Any]:
        """All classes at the same lithiation."""
        return {"lithiation": jnp.full(CLASSES, 1.0) * self.initial_lithiation}

    def resistances(self, temperature: Scalar) -> jax.Array:
        """Resistance of each class times its mass, V kg/A, shape (CLASSES,)."""
        at_1c = self.median_resistance * jnp.exp(self.spread * jnp.asarray(_NORMAL))
        return at_1c * 3600.0 / (self.capacity() * arrhenius(self.activation_energy, temperature))

    def _shared(self, lithiation: jax.Array, open_circuit: OpenCircuit, drive: CathodeDrive) -> jax.Array:
        """Potential that all classes share at the drive's current, V."""
        conductance = 1.0 / self.resistances(drive.temperature)
        own = open_circuit.potential(lithiation, drive.temperature)
        return (drive.specific_current + jnp.mean(conductance * own)) / jnp.mean(conductance)

    def potential(self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive) -> jax.Array:
        """Potential against lithium, V: the classes' own, weighted by conductance, and the mean resistance."""
        return self._shared(states["lithiation"], open_circuit, drive)

    def rates(self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive) -> dict[str, jax.Array]:
        """Rate of each class, 1/s, shape (CLASSES,)."""
        s = states["lithiation"]
        over = self._shared(s, open_circuit, drive) - open_circuit.potential(s, drive.temperature)
        return {"lithiation": -over / (self.resistances(drive.temperature) * self.capacity())}

    def advance(
        self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive, dt: Scalar
    ) -> dict[str, jax.Array]:
        """Two implicit stages; each finds the classes and their shared potential together by Newton's method.

        After each Newton step the classes carry the imposed charge exactly, converged or not.
        """
        slowness = self.resistances(drive.temperature) * self.capacity()
        low, high = open_circuit.lowest, open_circuit.highest

        def solve(base: jax.Array, h: Scalar) -> jax.Array:
            weight = jnp.maximum(h, 1e-9) / slowness
            total = jnp.mean(base) - h * drive.specific_current / self.capacity()

            def newton(s: jax.Array) -> jax.Array:
                potential, slope = open_circuit.with_slope(s, drive.temperature)
                damp = 1.0 / (1.0 - weight * slope)
                rest = s - damp * (s - base - weight * potential)
                shared = (jnp.mean(rest) - total) / jnp.mean(weight * damp)
                return rest - damp * weight * shared

            s = base
            for _ in range(_ITERATIONS - 1):
                s = jnp.clip(newton(s), low, high)
            return newton(s)

        return {"lithiation": sdirk2(solve, jnp.asarray(states["lithiation"]), dt)}

    def impedance(
        self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive, omega: jax.Array
    ) -> jax.Array:
        """Classes in parallel: each its resistance beside its capacitance, in series with the charge it stores."""
        slope = open_circuit.with_slope(states["lithiation"], drive.temperature)[1]
        s = 1j * omega[:, None]
        resistance = self.resistances(drive.temperature)
        reaction = resistance / (1.0 + s * resistance * self.reaction_capacitance)
        stored = -slope / (s * self.capacity())
        return 1.0 / jnp.mean(1.0 / (reaction + stored), axis=1)
