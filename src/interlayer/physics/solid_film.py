"""Ion transport through a thin solid film: a single-ion conductor that holds no salt."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import VACUUM_PERMITTIVITY

_THINNEST = 1e-12
"""m; below this the capacitance is beside no resistance in any case (no infinity, no NaN at no thickness)."""


@mechanism
class SolidFilm(Mechanism):
    """Ohmic film (oxide, fluoride, nitride, alloy): lithium ions alone carry the current, nothing polarises.

    R = h / (sigma theta), beside the film's dielectric capacitance. No anion, hence no salt profile and no limiting
    current; alternating and direct current see the same resistance. In a film that lithium alloys with, sigma stands
    for the diffusion of lithium through the alloy at small currents.
    """

    family = "layer"
    law = "solid-film"
    equation = {  # noqa: RUF012
        "ohmic_resistance": "thickness / (conductivity * arrhenius(activation_energy, temperature) * coverage)",
    }
    references = ("newman2004",)

    thickness: Scalar = parameter("nm", "thickness of the film", bounds=(0.1, 1e6))
    conductivity: Scalar = parameter(
        "S/cm", "of lithium ions across the film at 25 degC", default=1e-8, bounds=(1e-18, 10.0)
    )
    activation_energy: Scalar = parameter("eV", "of the conductivity", default=0.5, bounds=(0.0, 1.5))
    relative_permittivity: Scalar = parameter("1", "of the film", default=10.0, bounds=(1.0, 1e5))
    interfacial_capacitance: Scalar = parameter(
        "F/cm2", "added to the geometric capacitance", default=0.0, bounds=(0.0, 1e-2)
    )

    def depth(self) -> Scalar:
        """Thickness, m."""
        return self.thickness

    def ohmic_resistance(self, coverage: Scalar, temperature: Scalar) -> jax.Array:
        """Resistance against alternating and direct current, ohm m2."""
        dense = self.conductivity * arrhenius(self.activation_energy, temperature)
        return self.thickness / (dense * coverage)

    def concentration_overpotential(self, states: States, temperature: Scalar) -> jax.Array:  # noqa: ARG002
        """Voltage of a salt profile: there is no salt."""
        return jnp.asarray(0.0)

    def capacitance(self, *, geometric: bool = True) -> Scalar:
        """Capacitance in F/m2: dielectric and interfacial, or the latter alone."""
        dielectric = VACUUM_PERMITTIVITY * self.relative_permittivity / jnp.maximum(self.thickness, _THINNEST)
        return self.interfacial_capacitance + (dielectric if geometric else 0.0)
