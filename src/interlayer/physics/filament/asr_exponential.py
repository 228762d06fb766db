"""Filaments by the empirical law that the critical current falls exponentially with the interface's resistance."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, mechanism, parameter
from interlayer.physics.filament.growth import Filament, equations


@mechanism
class AsrExponential(Filament):
    """Critical current c0 exp(-ASR / ASR0), ASR the small-signal areal resistance of this interface now.

    Form found on garnet crystals (Flatscher 2020); the two constants join the two cells of ding2024 for an
    electrode of 1.91 cm2. A law of contact area says 1/ASR instead: they differ twofold between those two cells.
    """

    family = "filament"
    law = "asr-exponential"
    equation = equations("limiting_current * exp(-interface_resistance / resistance_scale)", "1")
    references = ("flatscher2020", "ding2024", "han2019")

    limiting_current: Scalar = parameter(
        "mA/cm2",
        "critical current of an interface without resistance, per electrode area",
        default=2.6,
        bounds=(1e-4, 1e4),
        source="ding2024",
        status="derived",
    )
    resistance_scale: Scalar = parameter(
        "ohm cm2",
        "resistance of one interface over which it falls e-fold",
        default=210.0,
        bounds=(1e-2, 1e7),
        source="ding2024",
        status="derived",
    )

    def median_threshold(self, drive: Drive) -> jax.Array:
        """Critical current of this interface, A/m2 of electrode."""
        # A floor far below any current keeps the overload finite at an endless resistance.
        decay = jnp.minimum(drive.interface_resistance / self.resistance_scale, 100.0)
        return self.limiting_current * jnp.exp(-decay)

    def share(self, drive: Drive) -> Scalar:  # noqa: ARG002
        """The whole electrode: contact acts through the resistance."""
        return 1.0
