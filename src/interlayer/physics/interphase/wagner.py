"""Interphase that grows as fast as electrons and ions pass its own thickness and what lies in front of it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter
from interlayer.physics.constants import FARADAY


@mechanism
class WagnerGrowth(Mechanism):
    """Reaction-limited, then parabolic growth of reduced electrolyte, slowed by the layer's electron blocking.

    Wagner's ambipolar transport with a reaction step in series (Deal-Grove form). The mixed conductivity is the
    ambipolar sigma_e sigma_i / (sigma_e + sigma_i) of the interphase, not that of the pristine pellet. The integral
    over one step with constant current is exact.
    """

    family = "interphase"
    law = "wagner"
    equation = {  # noqa: RUF012
        "interphase_thickness": "molar_volume / (charge_number * F) * (driving_potential / (1 / reaction_conductance"
        " + interphase_thickness / mixed_conductivity + leak_resistance) + cycling_coefficient * abs(current))",
        "resistance": "interphase_thickness / ionic_conductivity",
    }
    references = ("wagner1933", "deal1965", "hartmann2013")
    states = (State("interphase_thickness", "m", "Interphase Thickness", "thickness of reduced electrolyte"),)

    driving_potential: Scalar = parameter(
        "V",
        "stability edge of the electrolyte against lithium",
        default=2.2,
        bounds=(0.0, 5.0),
        source="zhu2015",
        status="memory",
    )
    charge_number: Scalar = parameter("1", "electrons a formula unit", default=1.7, bounds=(0.1, 20.0))
    molar_volume: Scalar = parameter("cm3/mol", "of the electrolyte", default=130.0, bounds=(1.0, 5000.0))
    mixed_conductivity: Scalar = parameter(
        "S/cm", "ambipolar conductivity of the interphase", default=1.1e-8, bounds=(1e-16, 1e-2)
    )
    reaction_conductance: Scalar = parameter(
        "S/cm2", "of the reaction at the growing front", default=1e-2, bounds=(1e-12, 1e6)
    )
    cycling_coefficient: Scalar = parameter(
        "1",
        "growth current a passed current (not identifiable from one current: 0)",
        default=0.0,
        bounds=(0.0, 1.0),
    )
    ionic_conductivity: Scalar = parameter(
        "S/cm", "of the interphase for lithium ions", default=1e-5, bounds=(1e-12, 1e-1)
    )
    capacitance: Scalar = parameter(
        "F/cm2",
        "chemical capacitance of the interphase (Jamnik-Maier type); a geometric one would hide its arc"
        " in that of the grain boundaries",
        default=2e-6,
        bounds=(1e-9, 1e-1),
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """No interphase yet."""
        return {"interphase_thickness": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Growth rate, m/s."""
        blocking = 1.0 / self.reaction_conductance + drive.leak_resistance
        through = states["interphase_thickness"] / self.mixed_conductivity
        leak = self.driving_potential / (blocking + through)
        return {
            "interphase_thickness": self._per_charge()
            * (leak + self.cycling_coefficient * abs(drive.current))
        }

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact step: B x + x^2 / 2 sigma grows linearly in time."""
        x = states["interphase_thickness"]
        blocking = 1.0 / self.reaction_conductance + drive.leak_resistance
        reached = blocking * x + x**2 / (2.0 * self.mixed_conductivity)
        reached = reached + self._per_charge() * self.driving_potential * dt
        grown = 2.0 * reached / (blocking + jnp.sqrt(blocking**2 + 2.0 * reached / self.mixed_conductivity))
        cycled = self._per_charge() * self.cycling_coefficient * abs(drive.current) * dt
        return {"interphase_thickness": grown + cycled}

    def _per_charge(self) -> Scalar:
        return self.molar_volume / (self.charge_number * FARADAY)

    def resistance(self, states: States) -> Scalar:
        """Resistance against lithium ions, ohm m2, before cracks."""
        return states["interphase_thickness"] / self.ionic_conductivity

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium that the reduced electrolyte has taken up, mol/m2."""
        return states["interphase_thickness"] * self.charge_number / self.molar_volume
