"""Conduction through the ceramic: grains and grain boundaries in series (brick layer), Arrhenius in both."""

from __future__ import annotations

from typing import Any

import jax

from interlayer.physics.base import Mechanism, Scalar, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import VACUUM_PERMITTIVITY
from interlayer.physics.small_signal import parallel


@mechanism
class BrickLayer(Mechanism):
    """A single-ion conductor (transference number 1): no concentration polarisation inside it.

    R_total = L / sigma, of which the grains carry L / sigma_grain and the boundaries the rest.
    Valid for an isotropic pellet without microcracks. Source: Irvine, Sinclair, West 1990; values ding2024.
    """

    family = "conduction"
    law = "brick-layer"
    equation = {  # noqa: RUF012
        "bulk_resistance": "thickness / (grain_conductivity * arrhenius(grain_activation_energy, temperature))",
        "total_resistance": "thickness / (conductivity * arrhenius(activation_energy, temperature))",
    }
    references = ("irvine1990", "ding2024", "breuer2015")

    thickness: Scalar = parameter("mm", "pellet thickness", bounds=(1e-4, 20.0))
    conductivity: Scalar = parameter(
        "S/cm",
        "total ionic conductivity at 25 degC",
        default=4.9e-4,
        bounds=(1e-9, 1.0),
        source="ding2024",
        status="measured",
    )
    activation_energy: Scalar = parameter(
        "eV",
        "of the total conductivity",
        default=0.32,
        bounds=(0.0, 1.5),
        source="ding2024",
        status="measured",
    )
    grain_conductivity: Scalar = parameter(
        "S/cm",
        "of the grains alone at 25 degC",
        default=3.4e-3,
        bounds=(1e-9, 10.0),
        source="breuer2015",
        status="measured",
    )
    grain_activation_energy: Scalar = parameter(
        "eV", "of the grains alone", default=0.275, bounds=(0.0, 1.5), source="breuer2015", status="measured"
    )
    permittivity: Scalar = parameter(
        "1", "relative permittivity of the grains", default=20.0, bounds=(1.0, 1e4)
    )
    boundary_capacitance: Scalar = parameter(
        "F/cm2", "areal pseudo-capacitance Q of the grain boundaries", default=4e-9, bounds=(1e-12, 1e-5)
    )
    boundary_exponent: Scalar = parameter(
        "1", "exponent n of the grain boundaries' constant phase element", default=0.92, bounds=(0.5, 1.0)
    )

    def bulk_resistance(self, temperature: Scalar) -> jax.Array:
        """Resistance of the grains, ohm m2."""
        return self.thickness / (
            self.grain_conductivity * arrhenius(self.grain_activation_energy, temperature)
        )

    def total_resistance(self, temperature: Scalar) -> jax.Array:
        """Resistance of grains and boundaries, ohm m2; never less than the grains alone."""
        total = self.thickness / (self.conductivity * arrhenius(self.activation_energy, temperature))
        return jax.numpy.maximum(total, self.bulk_resistance(temperature))

    def start(self) -> dict[str, Any]:
        """No states: nothing accumulates in a single-ion conductor."""
        return {}

    def rates(self, states: States, current: Scalar, temperature: Scalar) -> dict[str, Any]:  # noqa: ARG002
        """No states."""
        return {}

    def advance(
        self,
        states: States,  # noqa: ARG002
        current: Scalar,  # noqa: ARG002
        temperature: Scalar,  # noqa: ARG002
        dt: Scalar,  # noqa: ARG002
    ) -> dict[str, Any]:
        """No states."""
        return {}

    def voltage_parts(self, states: States, current: Scalar, temperature: Scalar) -> dict[str, jax.Array]:  # noqa: ARG002
        """Voltage across grains and across grain boundaries, V."""
        bulk = self.bulk_resistance(temperature)
        boundary = self.total_resistance(temperature) - bulk
        return {"bulk": bulk * current, "grain_boundary": boundary * current}

    def impedance(
        self,
        states: States,  # noqa: ARG002
        current: jax.Array,  # noqa: ARG002
        omega: jax.Array,
        temperature: Scalar,
        *,
        geometric: bool,
    ) -> jax.Array:
        """Grains and boundaries, each beside its capacitance, ohm m2; `geometric` False leaves both out."""
        s = 1j * omega
        bulk = self.bulk_resistance(temperature)
        boundary = self.total_resistance(temperature) - bulk
        dielectric = 1.0 if geometric else 0.0
        z = parallel(bulk, dielectric * s * self.geometric_capacitance())
        return z + parallel(boundary, dielectric * self.boundary_capacitance * s**self.boundary_exponent)

    def spreading_conductivity(self, temperature: Scalar) -> jax.Array:
        """Of the grains, S/m."""
        return self.thickness / self.bulk_resistance(temperature)

    def thresholds(self) -> list[tuple[str, str, float, str]]:
        """No events of its own."""
        return []

    def geometric_capacitance(self) -> Scalar:
        """Capacitance of the pellet as a dielectric, F/m2."""
        return VACUUM_PERMITTIVITY * self.permittivity / self.thickness
