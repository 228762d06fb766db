"""Conversion as a front that waits for electrons through its own products."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import FARADAY


@mechanism
class FrontConversion(Mechanism):
    """A sharp front z = xi h driven by the reaction's voltage through the products behind it (Deal-Grove form).

    z^2/(2 sigma) + z/g = V_m E t / (phi n F), 1/sigma = 1/sigma_e + 1/sigma_i of the products. Where the metal does
    not percolate electrons starve the front: 15 um of CuF2 film then take a year. Stops when all is converted. Exact.
    """

    family = "conversion"
    law = "front"
    equation = {  # noqa: RUF012
        "conversion": "(1 if conversion < 1 else 0) * reactant_molar_volume / (reactant_volume_fraction"
        " * lithium_number * F * thickness) * driving_potential * arrhenius(activation_energy, temperature)"
        " / (1 / reaction_conductance + conversion * thickness"
        " * (1 / electronic_conductivity + 1 / ionic_conductivity))",
        "lithium_bound": "reactant_volume_fraction * thickness / reactant_molar_volume * lithium_number * conversion",
    }
    references = ("deal1965", "ding2024", "wangf2011")
    states = (State("conversion", "1", "Conversion", "converted fraction of the reactant"),)

    thickness: Scalar = parameter("um", "thickness of the layer", bounds=(1e-4, 2000.0))
    driving_potential: Scalar = parameter(
        "V", "of the reaction against lithium (CuF2 3.55)", default=3.55, bounds=(0.0, 6.0),
        source="mcbride2002", status="derived",
    )  # fmt: skip
    electronic_conductivity: Scalar = parameter(
        "S/cm", "of the products", default=1e-11, bounds=(1e-20, 1e5), source="ding2024", status="derived"
    )
    ionic_conductivity: Scalar = parameter(
        "S/cm", "of the products for lithium ions, gel included", default=1e-5, bounds=(1e-16, 1.0)
    )
    reaction_conductance: Scalar = parameter(
        "S/cm2", "of the reaction at the front", default=1e-2, bounds=(1e-12, 1e6)
    )
    activation_energy: Scalar = parameter("eV", "of the front's speed", default=0.0, bounds=(0.0, 2.0))
    reactant_volume_fraction: Scalar = parameter(
        "1",
        "of the dry film before reaction",
        default=0.19,
        bounds=(1e-4, 1.0),
        source="ding2024",
        status="derived",
    )
    reactant_molar_volume: Scalar = parameter(
        "cm3/mol", "CuF2", default=24.0, bounds=(1.0, 1000.0), source="crc", status="measured"
    )
    lithium_number: Scalar = parameter("1", "Li a formula unit", default=2.0, bounds=(0.1, 20.0))
    initial: Scalar = parameter(
        "1", "converted fraction before the test begins", default=0.0, bounds=(0.0, 1.0)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """As far as it has come before the test; a fresh film by default."""
        return {"conversion": jnp.asarray(self.initial, dtype=float)}

    def _per_charge(self) -> Scalar:
        """Depth converted per charge, m3/C."""
        reactant = self.reactant_volume_fraction / self.reactant_molar_volume
        return 1.0 / (reactant * self.lithium_number * FARADAY)

    def _resistivity(self) -> Scalar:
        return 1.0 / self.electronic_conductivity + 1.0 / self.ionic_conductivity

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rate of conversion, 1/s."""
        behind = states["conversion"] * self.thickness * self._resistivity()
        current = self.driving_potential / (1.0 / self.reaction_conductance + behind)
        speed = self._per_charge() * current * arrhenius(self.activation_energy, drive.temperature)
        return {"conversion": jnp.where(states["conversion"] < 1.0, speed / self.thickness, 0.0)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact: z/g + z^2 / 2 sigma grows linearly until the film is used up."""
        z = states["conversion"] * self.thickness
        slow, resistivity = 1.0 / self.reaction_conductance, self._resistivity()
        warm = arrhenius(self.activation_energy, drive.temperature)
        reached = slow * z + 0.5 * resistivity * z**2
        reached = reached + self._per_charge() * self.driving_potential * warm * dt
        moved = 2.0 * reached / (slow + jnp.sqrt(slow**2 + 2.0 * reached * resistivity))
        return {"conversion": jnp.minimum(moved / self.thickness, 1.0)}

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium taken up by the layer, mol/m2."""
        reactant = self.reactant_volume_fraction * self.thickness / self.reactant_molar_volume
        return reactant * self.lithium_number * states["conversion"]
