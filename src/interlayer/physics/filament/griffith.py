"""Filaments that start when the overpotential at a flaw drives lithium in hard enough to crack the ceramic."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, mechanism, parameter
from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME
from interlayer.physics.filament.growth import Filament, equations


@mechanism
class GriffithFlaw(Filament):
    """Critical overpotential V_Li K_IC / (F Y sqrt(pi a)) of a lithium-filled flaw of size a.

    Overpotential presses lithium with F/V_Li (7.4 MPa per mV); the flaw runs when Y p sqrt(pi a) reaches the fracture
    toughness. The overpotential is the interface's small-signal resistance times the current, so the critical
    current of a flaw is too low by x / sinh(x), x = F eta / 2RT: 0.65 at 84 mV, 0.96 at 27 mV.
    """

    family = "filament"
    law = "griffith"
    equation = {  # noqa: RUF012
        "critical_overpotential": "V_Li * fracture_toughness / (F * geometry_factor * sqrt(pi * flaw_size))",
        **equations("critical_overpotential / interface_resistance", "1"),
    }
    references = ("porz2017", "jackman2012", "han2019")

    fracture_toughness: Scalar = parameter(
        "MPa m^0.5",
        "K_IC of the electrolyte",
        default=1.1,
        bounds=(0.01, 20.0),
        source="jackman2012",
        status="measured",
    )
    flaw_size: Scalar = parameter(
        "um", "depth of the largest flaw at the face", default=10.0, bounds=(1e-3, 5e3)
    )
    geometry_factor: Scalar = parameter(
        "1", "Y: 1 for an inner crack, 1.12 for an edge crack, 0.64 for a penny", default=1.0, bounds=(0.1, 5.0),
        source="textbook", status="memory",
    )  # fmt: skip

    def critical_overpotential(self) -> jax.Array:
        """Overpotential at which the flaw runs, V."""
        pressure = self.fracture_toughness / (self.geometry_factor * jnp.sqrt(jnp.pi * self.flaw_size))
        return LITHIUM_MOLAR_VOLUME / FARADAY * pressure

    def median_threshold(self, drive: Drive) -> jax.Array:
        """Critical current, A/m2 of electrode."""
        return self.critical_overpotential() / drive.interface_resistance

    def share(self, drive: Drive) -> Scalar:  # noqa: ARG002
        """The whole electrode: contact acts through the resistance."""
        return 1.0
