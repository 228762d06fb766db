"""Filaments that start where the current on true contact is too high."""

from __future__ import annotations

from interlayer.physics.base import Drive, Scalar, mechanism, parameter
from interlayer.physics.filament.growth import Filament, equations


@mechanism
class ContactThreshold(Filament):
    """Initiation when current over true contact exceeds a threshold; propagation while plating beyond it."""

    family = "filament"
    law = "contact-threshold"
    equation = equations("threshold_current", "contact_fraction")

    threshold_current: Scalar = parameter(
        "mA/cm2",
        "local current, per true contact area, at which a filament starts",
        default=1.2,
        bounds=(1e-4, 1e4),
    )

    def median_threshold(self, drive: Drive) -> Scalar:  # noqa: ARG002
        """The stated current, A/m2 of true contact."""
        return self.threshold_current

    def share(self, drive: Drive) -> Scalar:
        """True contact."""
        return drive.contact_fraction
