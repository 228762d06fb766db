"""Cracks from the electrolyte's own toughness and the stress that the expanding interphase can hold."""

from __future__ import annotations

from typing import Final

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar, mechanism, parameter
from interlayer.physics.cracking.damage import EQUATION, Damage

_LEAST: Final = 1e4
"""Pa; less stress than this cracks nothing thinner than metres, and keeps numbers finite."""


@mechanism
class StressRelaxedCracking(Damage):
    """As `energy-release`, with the critical thickness from material data: x_c = K_IC^2 / (Z sigma^2).

    A film of thickness x under the biaxial stress sigma releases G = Z sigma^2 x (1 - nu^2)/E, the ceramic resists
    with G_c = K_IC^2 (1 - nu^2)/E. Constrained expansion by eps_V would give E eps_V / (3 (1 - nu)), gigapascals; yield
    and creep of the amorphous product leave no more than a relaxed stress. The stack pressure P presses cracks shut
    by nu P/(1 - nu).
    """

    family = "cracking"
    law = "stress-relaxed"
    equation = {  # noqa: RUF012
        "fracture_energy": "fracture_toughness ** 2 * (1 - poisson_ratio ** 2) / young_modulus",
        "stress": "max(min(young_modulus * volume_expansion / (3 * (1 - poisson_ratio)), relaxed_stress)"
        " - poisson_ratio / (1 - poisson_ratio) * stack_pressure, least_stress)",
        "critical_thickness": "fracture_energy * young_modulus"
        " / (geometry_factor * stress ** 2 * (1 - poisson_ratio ** 2))",
        "crack_damage": EQUATION,
    }
    references = ("jackman2012", "tippens2019", "lewis2019")

    fracture_toughness: Scalar = parameter(
        "MPa m^0.5",
        "K_IC of the electrolyte",
        default=1.1,
        bounds=(0.01, 20.0),
        source="jackman2012",
        status="measured",
    )
    young_modulus: Scalar = parameter(
        "GPa",
        "E of the electrolyte",
        default=98.0,
        bounds=(0.01, 1000.0),
        source="jackman2012",
        status="measured",
    )
    poisson_ratio: Scalar = parameter(
        "1", "nu of the electrolyte", default=0.25, bounds=(0.0, 0.45), source="textbook", status="memory"
    )
    volume_expansion: Scalar = parameter(
        "1", "of the electrolyte on reduction (not known; the relaxed stress decides above 0.2 %)",
        default=0.05, bounds=(0.0, 2.0),
    )  # fmt: skip
    relaxed_stress: Scalar = parameter(
        "MPa",
        "what the interphase holds before it yields or creeps (100 to 200)",
        default=100.0,
        bounds=(0.1, 1e4),
    )
    geometry_factor: Scalar = parameter(
        "1", "Z, of the crack's geometry: 2 for channel cracks, up to 4 for surface cracks", default=3.0,
        bounds=(0.1, 10.0), source="textbook", status="memory",
    )  # fmt: skip
    stack_pressure: Scalar = parameter("MPa", "on the electrode's area", default=0.0, bounds=(0.0, 1e3))

    def fracture_energy(self) -> Scalar:
        """G_c of the electrolyte, J/m2."""
        return self.fracture_toughness**2 * (1.0 - self.poisson_ratio**2) / self.young_modulus

    def stress(self) -> jax.Array:
        """Stress that opens cracks, Pa."""
        nu = self.poisson_ratio
        elastic = self.young_modulus * self.volume_expansion / (3.0 * (1.0 - nu))
        held = jnp.minimum(elastic, self.relaxed_stress) - nu / (1.0 - nu) * self.stack_pressure
        return jnp.maximum(held, _LEAST)

    @property
    def critical_thickness(self) -> jax.Array:
        """Interphase thickness at which cracks start, m."""
        plane = 1.0 - self.poisson_ratio**2
        released = self.geometry_factor * self.stress() ** 2 * plane / self.young_modulus
        return jnp.asarray(self.fracture_energy() / released)

    def limit(self) -> Scalar:
        """Interphase thickness at which cracks start, m."""
        return self.critical_thickness
