"""Contact between lithium and the solid: voids grow on stripping, diffusion and creep refill them, rest heals."""

from __future__ import annotations

import jax

from interlayer.physics.base import Drive, Scalar, arrhenius, mechanism, parameter
from interlayer.physics.contact.balance import VoidBalance


@mechanism
class VoidGrowth(VoidBalance):
    """True contact fraction f: stripping faster than lithium is replenished opens voids, plating closes them.

    Lithium arrives by self-diffusion and by creep under the stack pressure; together they replenish a current
    `replenishment` per true contact area. Lumped balance of Krauskopf 2019 and Kasemchainan 2019 type.
    """

    family = "contact"
    law = "void-growth"
    equation = {  # noqa: RUF012
        "contact_fraction": "-V_Li / (F * void_height) * positive(current / contact_fraction - replenishment"
        " * arrhenius(replenishment_activation_energy, temperature))"
        " + V_Li / (F * void_height) * positive(-current / contact_fraction)"
        " * (full_contact - contact_fraction) / full_contact"
        " + (full_contact - contact_fraction) / healing_time * arrhenius(healing_activation_energy, temperature)"
    }
    references = ("krauskopf2019", "kasemchainan2019", "cooper1969")

    initial: Scalar = parameter(
        "1", "contact fraction of the covered face after assembly, healed", default=1.0, bounds=(1e-3, 1.0)
    )
    replenishment: Scalar = parameter(
        "mA/cm2",
        "current that diffusion and creep replenish, per true contact area",
        default=0.3,
        bounds=(0.0, 1e4),
    )
    healing_time: Scalar = parameter(
        "hour", "time in which rest under pressure heals voids", default=1.0, bounds=(1e-4, 1e6)
    )
    replenishment_activation_energy: Scalar = parameter(
        "eV",
        "of the replenished current: self-diffusion 0.50 to 0.57, creep 0.38",
        default=0.53,
        bounds=(0.0, 1.5),
        source="textbook",
        status="memory",
    )
    healing_activation_energy: Scalar = parameter(
        "eV",
        "of healing: creep of lithium, 37 kJ/mol",
        default=0.383,
        bounds=(0.0, 1.5),
        source="narayan2018",
        status="memory",
    )

    def replenished(self, drive: Drive) -> Scalar:
        """The stated current at the temperature of the cell, A/m2 of true contact."""
        return self.replenishment * arrhenius(self.replenishment_activation_energy, drive.temperature)

    def healing(self, gap: jax.Array, drive: Drive) -> jax.Array:
        """In the stated time at 25 degC, 1/s."""
        return gap / self.healing_time * arrhenius(self.healing_activation_energy, drive.temperature)
