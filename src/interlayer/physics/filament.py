"""Lithium filaments: they start where the local plating current is too high, grow, and short the cell."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter
from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME, LITHIUM_RESISTIVITY


@mechanism
class ContactThreshold(Mechanism):
    """Initiation when current over true contact exceeds a threshold; propagation while plating beyond it.

    The worst spot of the face carries `focusing` times the mean local current. A filament that has crossed the
    pellet is a metallic shunt of its own length and cross-section. Stripping eats it back with `strip_back`.
    """

    family = "filament"
    law = "contact-threshold"
    equation = {  # noqa: RUF012
        "overload": "focusing * positive(-current) / contact_fraction / threshold_current",
        "filament_length": "tip_focusing * V_Li * threshold_current / F * overload ** growth_exponent"
        " * positive(overload - 1)"
        " - strip_back * tip_focusing * V_Li / F * focusing * positive(current) / contact_fraction"
        " * (filament_length > 0)",
        "shunt_conductance": "filament_cross_section / (lithium_resistivity * pellet_thickness)",
    }
    references = ("porz2017", "ning2023", "lowack2026")
    states = (State("filament_length", "m", "Filament Length", "length of the longest lithium filament"),)

    threshold_current: Scalar = parameter(
        "mA/cm2",
        "local current, per true contact area, at which a filament starts",
        default=1.2,
        bounds=(1e-4, 1e4),
    )
    focusing: Scalar = parameter(
        "1", "of current on the worst spot, beyond the contact fraction", default=1.0, bounds=(1.0, 1e5)
    )
    tip_focusing: Scalar = parameter("1", "of current on a growing tip", default=300.0, bounds=(1.0, 1e6))
    growth_exponent: Scalar = parameter("1", "of the overload in the speed", default=1.0, bounds=(0.0, 10.0))
    strip_back: Scalar = parameter(
        "1", "fraction of the tip speed at which stripping shortens it", default=0.0, bounds=(0.0, 1.0)
    )
    filament_cross_section: Scalar = parameter(
        "um2", "of all filaments that cross together", default=3.0, bounds=(1e-4, 1e8)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """None yet."""
        return {"filament_length": jnp.asarray(0.0)}

    def overload(self, drive: Drive) -> jax.Array:
        """Local plating current over the threshold."""
        return (
            self.focusing * jnp.maximum(-drive.current, 0.0) / drive.contact_fraction / self.threshold_current
        )

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Speed of the tip, m/s."""
        overload = self.overload(drive)
        unit = self.tip_focusing * LITHIUM_MOLAR_VOLUME / FARADAY
        # overload**n * (overload - 1)+ without the gradient of 0**n at rest
        driven = jnp.where(overload > 1.0, overload, 1.0)
        grow = unit * self.threshold_current * driven**self.growth_exponent * (driven - 1.0)
        eaten = (
            self.strip_back * unit * self.focusing * jnp.maximum(drive.current, 0.0) / drive.contact_fraction
        )
        return {"filament_length": grow - eaten * (states["filament_length"] > 0.0)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Step with the contact at its middle; never beyond the pellet, never negative."""
        grown = states["filament_length"] + dt * self.rates(states, drive)["filament_length"]
        return {"filament_length": jnp.clip(grown, 0.0, drive.pellet_thickness)}

    def shunt_conductance(self, pellet_thickness: Scalar) -> Scalar:
        """Conductance of a crossing filament in S (not per area): its own metal."""
        return self.filament_cross_section / (LITHIUM_RESISTIVITY * pellet_thickness)
