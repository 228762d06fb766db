"""Interphase of two layers: a compact one that slows growth and breaks down into a porous one that does not."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import REFERENCE_TEMPERATURE
from interlayer.physics.interphase.growth import THICKNESS, Growth


@mechanism
class TwoLayerGrowth(Growth):
    """Compact inner layer c under a porous mixed-conducting outer layer p; x = c + p.

    Electrons and ions must pass the compact layer (Wagner with a reaction step); it turns into the porous one,
    which conducts electrons, at a rate of its own. Parabolic at first, then linear: 'paralinear' growth. One step
    is half the breakdown, the growth, and the other half, each exact: second order.
    """

    family = "interphase"
    law = "two-layer"
    equation = {  # noqa: RUF012
        "interphase_thickness": "molar_volume / (charge_number * F) * (driving_potential / ((1 / reaction_conductance"
        " + (interphase_thickness - porous_thickness) / mixed_conductivity)"
        " / arrhenius(growth_activation_energy, temperature)"
        " + leak_resistance) + cycling_coefficient * abs(current))",
        "porous_thickness": "(interphase_thickness - porous_thickness) / breakdown_time"
        " * arrhenius(growth_activation_energy, temperature)",
        "resistance": "((interphase_thickness - porous_thickness) / ionic_conductivity"
        " + porous_thickness / porous_ionic_conductivity) / arrhenius(ionic_activation_energy, temperature)",
    }
    references = ("wagner1933", "deal1965", "hartmann2013")
    states = (
        THICKNESS,
        State("porous_thickness", "m", "Porous Interphase", "part of the interphase that is porous"),
    )

    mixed_conductivity: Scalar = parameter(
        "S/cm", "ambipolar conductivity of the compact layer", default=1e-10, bounds=(1e-16, 1e-2)
    )
    reaction_conductance: Scalar = parameter(
        "S/cm2", "of the reaction at the growing front", default=1e-2, bounds=(1e-12, 1e6)
    )
    breakdown_time: Scalar = parameter(
        "hour", "in which the compact layer turns porous", default=100.0, bounds=(1e-2, 1e7)
    )
    porous_ionic_conductivity: Scalar = parameter(
        "S/cm", "of the porous layer for lithium ions", default=1e-5, bounds=(1e-12, 1e-1)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """No interphase yet."""
        return {"interphase_thickness": jnp.asarray(0.0), "porous_thickness": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Growth rates of the whole and of its porous part, m/s."""
        compact = states["interphase_thickness"] - states["porous_thickness"]
        warm = self.warmth(drive)
        blocking = 1.0 / (self.reaction_conductance * warm) + drive.leak_resistance
        leak = self.driving_potential / (blocking + compact / (self.mixed_conductivity * warm))
        return {
            "interphase_thickness": self.per_charge() * leak + self.cycled(drive),
            "porous_thickness": compact * warm / self.breakdown_time,
        }

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Half the breakdown, half the growth by current, the leak, and back."""
        warm = self.warmth(drive)
        conductivity = self.mixed_conductivity * warm
        blocking = 1.0 / (self.reaction_conductance * warm) + drive.leak_resistance
        broken = -jnp.expm1(-0.5 * dt * warm / self.breakdown_time)
        half = 0.5 * self.cycled(drive) * dt
        whole, porous = states["interphase_thickness"], states["porous_thickness"]
        porous = porous + (whole - porous) * broken
        compact = whole - porous + half
        reached = blocking * compact + compact**2 / (2.0 * conductivity)
        reached = reached + self.per_charge() * self.driving_potential * dt
        grown = 2.0 * reached / (blocking + jnp.sqrt(blocking**2 + 2.0 * reached / conductivity)) + half
        return {"interphase_thickness": porous + grown, "porous_thickness": porous + grown * broken}

    def resistance(self, states: States, temperature: Scalar = REFERENCE_TEMPERATURE) -> Scalar:
        """Resistance of both layers against lithium ions, ohm m2, before cracks."""
        porous = states["porous_thickness"]
        compact = states["interphase_thickness"] - porous
        cold = compact / self.ionic_conductivity + porous / self.porous_ionic_conductivity
        return cold / arrhenius(self.ionic_activation_energy, temperature)
