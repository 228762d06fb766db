"""Contact between lithium and the solid: voids grow on stripping, diffusion and creep refill them, rest heals."""

from __future__ import annotations

import jax

from interlayer.physics.base import Drive, Scalar, mechanism, parameter
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
        "contact_fraction": "-V_Li / (F * void_height) * positive(current / contact_fraction - replenishment)"
        " + V_Li / (F * void_height) * positive(-current / contact_fraction)"
        " * (full_contact - contact_fraction) / full_contact"
        " + (full_contact - contact_fraction) / healing_time"
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

    def replenished(self, drive: Drive) -> Scalar:  # noqa: ARG002
        """The stated current, A/m2 of true contact."""
        return self.replenishment

    def healing(self, gap: jax.Array, drive: Drive) -> jax.Array:  # noqa: ARG002
        """In the stated time, 1/s."""
        return gap / self.healing_time
