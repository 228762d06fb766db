"""What all growth laws of the interphase share: the charge it takes, and the resistance it makes."""

from __future__ import annotations

import jax

from interlayer.physics.base import (
    Drive,
    Mechanism,
    Scalar,
    State,
    States,
    arrhenius,
    parameter,
    shared_fields,
)
from interlayer.physics.constants import FARADAY, REFERENCE_TEMPERATURE

THICKNESS = State("interphase_thickness", "m", "Interphase Thickness", "thickness of reduced electrolyte")


@shared_fields
class Growth(Mechanism):
    """Reduced electrolyte of thickness x, grown by a leak of electrons and, in part, by the passed current."""

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
    cycling_coefficient: Scalar = parameter(
        "1",
        "growth current a passed current (not identifiable from one current: 0)",
        default=0.0,
        bounds=(0.0, 1.0),
    )
    growth_activation_energy: Scalar = parameter(
        "eV",
        "of the growth by itself (reaction and transport in the interphase alike); 0: at 25 degC for ever",
        default=0.0,
        bounds=(0.0, 2.0),
    )
    ionic_conductivity: Scalar = parameter(
        "S/cm", "of the interphase for lithium ions at 25 degC", default=1e-5, bounds=(1e-12, 1e-1)
    )
    ionic_activation_energy: Scalar = parameter(
        "eV",
        "of the interphase's conductivity for lithium ions (not known; 0.3 to 0.6 in its kind)",
        default=0.0,
        bounds=(0.0, 2.0),
    )
    capacitance: Scalar = parameter(
        "F/cm2",
        "chemical capacitance of the interphase (Jamnik-Maier type); a geometric one would hide its arc"
        " in that of the grain boundaries",
        default=2e-6,
        bounds=(1e-9, 1e-1),
    )

    def per_charge(self) -> Scalar:
        """Thickness grown per charge, m3/C."""
        return self.molar_volume / (self.charge_number * FARADAY)

    def warmth(self, drive: Drive) -> jax.Array:
        """Factor of temperature on conductance and conductivity."""
        return arrhenius(self.growth_activation_energy, drive.temperature)

    def cycled(self, drive: Drive) -> Scalar:
        """Growth rate by passed current, m/s."""
        return self.per_charge() * self.cycling_coefficient * abs(drive.current)

    def resistance(self, states: States, temperature: Scalar = REFERENCE_TEMPERATURE) -> Scalar:
        """Resistance against lithium ions, ohm m2, before cracks."""
        warm = arrhenius(self.ionic_activation_energy, temperature)
        return states["interphase_thickness"] / (self.ionic_conductivity * warm)

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium that the reduced electrolyte has taken up, mol/m2."""
        return states["interphase_thickness"] * self.charge_number / self.molar_volume
