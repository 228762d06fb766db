"""Contact under a stack pressure: lithium's self-diffusion and power-law creep replenish, creep heals."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, arrhenius, mechanism, parameter
from interlayer.physics.constants import FARADAY, GAS_CONSTANT, LITHIUM_MOLAR_VOLUME
from interlayer.physics.contact.balance import VoidBalance


@mechanism
class CreepContact(VoidBalance):
    """Voids as in `void-growth`, with contact, replenishment and healing from pressure and temperature.

    Assembly leaves the contact of plastic asperities, P/(P + H): P/H at low pressure, never more than one.
    Replenishment is F/V_Li (D (S_v - 1)/l_d + l_c rate), the creep rate A exp(-Q/RT) (P/S)^(1/m) of lithium; rest
    heals with that same rate. The 6.7th power makes a steep threshold in pressure.
    """

    family = "contact"
    law = "creep"
    equation = {  # noqa: RUF012
        "creep_rate": "creep_prefactor * exp(-creep_energy / (R * temperature))"
        " * (stack_pressure / creep_strength) ** (1 / rate_sensitivity)",
        "replenished": "F / V_Li * (self_diffusion * arrhenius(diffusion_energy, temperature) * (supersaturation - 1)"
        " / diffusion_length + creep_length * creep_rate)",
        "initial": "stack_pressure / (stack_pressure + hardness)",
        "contact_fraction": "-V_Li / (F * void_height) * positive(current / contact_fraction - replenished)"
        " + V_Li / (F * void_height) * positive(-current / contact_fraction)"
        " * (full_contact - contact_fraction) / full_contact"
        " + (full_contact - contact_fraction) * creep_rate",
    }
    references = ("narayan2018", "lepage2019", "masias2019", "krauskopf2019", "wang2019", "kasemchainan2019")

    stack_pressure: Scalar = parameter(
        "MPa", "on the electrode's area (coin cells 0.1 to 1)", default=0.4, bounds=(1e-3, 1e3)
    )
    hardness: Scalar = parameter(
        "MPa", "of lithium, three times its yield stress", default=2.2, bounds=(0.1, 100.0),
        source="masias2019", status="memory",
    )  # fmt: skip
    self_diffusion: Scalar = parameter(
        "cm2/s", "of lithium in lithium at 25 degC (4e-11 to 7e-11)", default=5.6e-11, bounds=(1e-14, 1e-5),
        source="textbook", status="memory",
    )  # fmt: skip
    diffusion_energy: Scalar = parameter(
        "eV", "of self-diffusion (0.50 to 0.57)", default=0.53, bounds=(0.0, 1.5),
        source="textbook", status="memory",
    )  # fmt: skip
    supersaturation: Scalar = parameter(
        "1", "of vacancies where voids form (about 2)", default=2.0, bounds=(1.0, 100.0)
    )
    diffusion_length: Scalar = parameter(
        "um", "half the distance of voids (20 to 50)", default=30.0, bounds=(0.01, 1e4)
    )
    creep_length: Scalar = parameter("um", "depth of lithium that creeps", default=10.0, bounds=(0.01, 1e4))
    creep_prefactor: Scalar = parameter(
        "1/s", "A", default=4.25e4, bounds=(1e-3, 1e12), source="narayan2018", status="memory"
    )
    creep_energy: Scalar = parameter(
        "kJ/mol", "Q (37 +- 6)", default=37.0, bounds=(0.0, 200.0), source="narayan2018", status="memory"
    )
    creep_strength: Scalar = parameter(
        "MPa", "S", default=1.1, bounds=(0.01, 100.0), source="narayan2018", status="memory"
    )
    rate_sensitivity: Scalar = parameter(
        "1",
        "m; 1/m is the stress exponent",
        default=0.15,
        bounds=(0.05, 1.0),
        source="narayan2018",
        status="memory",
    )

    @property
    def initial(self) -> Scalar:
        """Contact fraction of the covered face after assembly."""
        return self.stack_pressure / (self.stack_pressure + self.hardness)

    def creep_rate(self, temperature: Scalar) -> jax.Array:
        """Strain rate of lithium under the stack pressure, 1/s."""
        thermal = jnp.exp(-self.creep_energy / (GAS_CONSTANT * temperature))
        stress = jnp.asarray(self.stack_pressure / self.creep_strength)
        return self.creep_prefactor * thermal * stress ** (1.0 / self.rate_sensitivity)

    def replenished(self, drive: Drive) -> jax.Array:
        """Current that self-diffusion and creep replenish, A/m2 of true contact."""
        diffusion = self.self_diffusion * arrhenius(self.diffusion_energy, drive.temperature)
        speed = diffusion * (self.supersaturation - 1.0) / self.diffusion_length
        speed = speed + self.creep_length * self.creep_rate(drive.temperature)
        return FARADAY / LITHIUM_MOLAR_VOLUME * speed

    def healing(self, gap: jax.Array, drive: Drive) -> jax.Array:
        """By creep, 1/s."""
        return gap * self.creep_rate(drive.temperature)
