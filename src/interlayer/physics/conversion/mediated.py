"""Conversion of the layer's reactant by lithium: CuF2 + 2 Li -> Cu + 2 LiF."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter


@mechanism
class MediatedConversion(Mechanism):
    """First-order conversion of the whole film by mediated lithium (dissolved species, pores).

    The film's own electronic conductivity would starve a front for years; the rate constant
    is an assumption, and XPS sees only the outermost nanometres. Consumed lithium leaves the electrode's inventory.
    """

    family = "conversion"
    law = "mediated"
    equation = {  # noqa: RUF012
        "conversion": "(1 - conversion) / time_constant * arrhenius(activation_energy, temperature)",
        "lithium_bound": "reactant_volume_fraction * thickness / reactant_molar_volume * lithium_number * conversion",
    }
    references = ("ding2024", "wangf2011")
    states = (State("conversion", "1", "Conversion", "converted fraction of the reactant"),)
    affine = True

    thickness: Scalar = parameter("um", "thickness of the layer", bounds=(1e-4, 2000.0))
    time_constant: Scalar = parameter("hour", "of conversion", default=10.0, bounds=(1e-3, 1e7))
    activation_energy: Scalar = parameter(
        "eV", "of the conversion's speed (not known); 0: as at 25 degC", default=0.0, bounds=(0.0, 2.0)
    )
    reactant_volume_fraction: Scalar = parameter(
        "1",
        "of the dry film before reaction",
        default=0.19,
        bounds=(0.0, 1.0),
        source="ding2024",
        status="derived",
    )
    reactant_molar_volume: Scalar = parameter(
        "cm3/mol", "CuF2", default=24.0, bounds=(1.0, 1000.0), source="crc", status="measured"
    )
    lithium_number: Scalar = parameter("1", "Li a formula unit", default=2.0, bounds=(0.0, 20.0))
    initial: Scalar = parameter(
        "1", "converted fraction before the test begins", default=0.0, bounds=(0.0, 1.0)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """As far as it has come before the test; a fresh film by default."""
        return {"conversion": jnp.asarray(self.initial, dtype=float)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rate of conversion, 1/s."""
        return {"conversion": (1.0 - states["conversion"]) * self._speed(drive)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact."""
        return {"conversion": 1.0 - (1.0 - states["conversion"]) * jnp.exp(-dt * self._speed(drive))}

    def _speed(self, drive: Drive) -> Scalar:
        return arrhenius(self.activation_energy, drive.temperature) / self.time_constant

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium taken up by the layer, mol/m2."""
        reactant = self.reactant_volume_fraction * self.thickness / self.reactant_molar_volume
        return reactant * self.lithium_number * states["conversion"]
