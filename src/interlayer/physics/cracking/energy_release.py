"""Cracks: the interphase expands until its stored energy exceeds the ceramic's fracture energy."""

from __future__ import annotations

from interlayer.physics.base import Scalar, mechanism, parameter
from interlayer.physics.cracking.damage import EQUATION, Damage


@mechanism
class EnergyReleaseCracking(Damage):
    """Damage D grows once the interphase passes the thickness at which the energy release rate reaches G_c.

    Critical thickness x_c = G_c E / (Z sigma^2). D divides the conduction through the damaged zone by 1 - D.
    Fracture rather than the interphase's own resistance drives the impedance rise in the sister material LAGP
    (Tippens 2019).
    """

    family = "cracking"
    law = "energy-release"
    equation = {"crack_damage": EQUATION}  # noqa: RUF012
    references = ("tippens2019", "jackman2012")

    critical_thickness: Scalar = parameter(
        "um", "interphase thickness at which cracks start", default=44.0, bounds=(1e-3, 1e4)
    )

    def limit(self) -> Scalar:
        """Interphase thickness at which cracks start, m."""
        return self.critical_thickness
