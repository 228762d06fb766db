"""What all filament laws share: growth beyond a threshold, its scatter, and the short."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import (
    Drive,
    Mechanism,
    Scalar,
    State,
    States,
    arrhenius,
    parameter,
    shared_fields,
)
from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME, LITHIUM_RESISTIVITY
from interlayer.physics.filament.weibull import quantile_factor, size_factor


@shared_fields
class Filament(Mechanism):
    """A filament that starts and grows where plating exceeds a threshold that scatters after Weibull.

    The worst spot of the face carries `focusing` times the mean local current. A filament that has crossed the
    pellet is a metallic shunt of its own length and cross-section. Stripping eats it back with `strip_back`.
    A law says what the median threshold is (`median_threshold`) and on which share of the face current is counted
    (`share`). Electrons that leak through the electrolyte may feed a filament below the threshold too.
    """

    references = ("porz2017", "ning2023", "lowack2026", "han2019")
    states = (State("filament_length", "m", "Filament Length", "length of the longest lithium filament"),)

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
    threshold_activation_energy: Scalar = parameter(
        "eV",
        "of the threshold itself, beyond what the interface's resistance brings (not known); 0: as at 25 degC",
        default=0.0,
        bounds=(0.0, 2.0),
    )
    inverse_modulus: Scalar = parameter(
        "1",
        "1/m of the threshold's Weibull distribution (m of 2 to 6: 0.5 to 0.17); 0: neither scatter nor size effect",
        default=0.0,
        bounds=(0.0, 2.0),
    )
    reference_area: Scalar = parameter(
        "cm2", "electrode area for which the median threshold is stated", default=1.0, bounds=(1e-6, 1e4)
    )
    quantile: Scalar = parameter(
        "1",
        "which member of the distribution this cell is; 0.5: the median",
        default=0.5,
        bounds=(1e-9, 0.999999999),
    )
    electronic_conductivity: Scalar = parameter(
        "S/cm",
        "of the electrolyte, as far as it feeds filaments inside it; 0: it does not",
        default=0.0,
        bounds=(0.0, 1e-2),
    )

    def median_threshold(self, drive: Drive) -> Scalar:
        """Median current density at which a filament starts, A/m2."""
        raise NotImplementedError

    def share(self, drive: Drive) -> Scalar:
        """Share of the face to which the threshold's current density refers."""
        raise NotImplementedError

    def threshold(self, drive: Drive) -> Scalar:
        """Threshold of this cell: the median, its size effect, its luck and its warmth, A/m2."""
        luck = quantile_factor(self.quantile, self.inverse_modulus)
        size = size_factor(drive.area, self.reference_area, self.inverse_modulus)
        warm = arrhenius(self.threshold_activation_energy, drive.temperature)
        return self.median_threshold(drive) * size * luck * warm

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """None yet."""
        return {"filament_length": jnp.asarray(0.0)}

    def overload(self, drive: Drive) -> jax.Array:
        """Local plating current over the threshold."""
        plating = jnp.maximum(-drive.current, 0.0)
        reaching = plating * drive.filament_reach
        return self.focusing * reaching / self.share(drive) / self.threshold(drive)

    def leak_speed(self, drive: Drive) -> jax.Array:
        """Speed by electrons that leak to the tip, m/s: the interface's overpotential over the pellet's thickness."""
        overpotential = drive.interface_resistance * jnp.maximum(-drive.current, 0.0)
        leak = self.electronic_conductivity * overpotential / drive.pellet_thickness
        return self.tip_focusing * LITHIUM_MOLAR_VOLUME / FARADAY * leak

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Speed of the tip, m/s."""
        overload = self.overload(drive)
        unit = self.tip_focusing * LITHIUM_MOLAR_VOLUME / FARADAY
        # overload**n * (overload - 1)+ without the gradient of 0**n at rest
        driven = jnp.where(overload > 1.0, overload, 1.0)
        grow = unit * self.threshold(drive) * driven**self.growth_exponent * (driven - 1.0)
        eaten = self.strip_back * unit * self.focusing * jnp.maximum(drive.current, 0.0) / self.share(drive)
        grow = grow + self.leak_speed(drive)
        return {"filament_length": grow - eaten * (states["filament_length"] > 0.0)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Step with the contact at its middle; never beyond the pellet, never negative."""
        grown = states["filament_length"] + dt * self.rates(states, drive)["filament_length"]
        return {"filament_length": jnp.clip(grown, 0.0, drive.pellet_thickness)}

    def bounds(self, drive: Drive) -> tuple[Scalar, Scalar]:
        """None, and across the pellet."""
        return 0.0, drive.pellet_thickness

    def shunt_conductance(self, pellet_thickness: Scalar) -> Scalar:
        """Conductance of a crossing filament in S (not per area): its own metal."""
        return self.filament_cross_section / (LITHIUM_RESISTIVITY * pellet_thickness)


def equations(median: str, share: str) -> dict[str, str]:
    """Equations of a law from the text of its median threshold and of its share of the face."""
    return {
        "threshold": f"{median} * (reference_area / area) ** inverse_modulus"
        " * (-log(1 - quantile) / log(2)) ** inverse_modulus"
        " * arrhenius(threshold_activation_energy, temperature)",
        "overload": f"focusing * positive(-current) * filament_reach / {share} / threshold",
        "leak_speed": "tip_focusing * V_Li / F * electronic_conductivity * interface_resistance * positive(-current)"
        " / pellet_thickness",
        "filament_length": "tip_focusing * V_Li * threshold / F * overload ** growth_exponent"
        " * positive(overload - 1) + leak_speed"
        f" - strip_back * tip_focusing * V_Li / F * focusing * positive(current) / {share}"
        " * (filament_length > 0)",
        "shunt_conductance": "filament_cross_section / (lithium_resistivity * pellet_thickness)",
    }
