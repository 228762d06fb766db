"""Ion transport through the interlayer: a salt-in-polymer composite between two faces that pass only Li+."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics import salt_profile
from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import FARADAY, GAS_CONSTANT, VACUUM_PERMITTIVITY


@mechanism
class SaltInPolymer(Mechanism):
    """Dilute binary salt (Nernst-Einstein): kappa, D, t+ and c0 hang together, D = 2 t+ (1 - t+) kappa RT / (F^2 c0).

    The ohmic part is h / (kappa (1 - p)^m theta); the salt profile adds (1/t+ - 1) of it in steady state, so that
    direct current sees h / (kappa t+ ...) once. Porosity p and exponent m lower conduction and diffusion alike.
    """

    family = "layer"
    law = "salt-in-polymer"
    equation = {  # noqa: RUF012
        "ohmic_resistance": "thickness / (conductivity * arrhenius(activation_energy, temperature)"
        " * (1 - porosity) ** porosity_exponent * coverage)",
        "diffusion_coefficient": "2 * transference_number * (1 - transference_number) * conductivity"
        " * arrhenius(activation_energy, temperature) * R * temperature / (F ** 2 * concentration)",
    }
    references = ("newman2004", "ding2024")
    states = (
        State("salt_modes", "1", "Salt Swing", "relaxing parts of the salt profile over its mean", "sum"),
    )
    affine = True
    relaxes = True

    thickness: Scalar = parameter("um", "thickness of the layer", bounds=(1e-4, 2000.0))
    conductivity: Scalar = parameter(
        "S/cm", "ionic conductivity of the dense composite at 25 degC", default=1.5e-4, bounds=(1e-10, 1.0)
    )
    activation_energy: Scalar = parameter("eV", "of conduction and diffusion", default=0.4, bounds=(0.0, 1.5))
    transference_number: Scalar = parameter(
        "1", "of Li+", default=0.3, bounds=(0.01, 0.999), source="huang2023", status="memory"
    )
    concentration: Scalar = parameter("mol/L", "salt concentration", default=1.0, bounds=(0.01, 10.0))
    porosity: Scalar = parameter("1", "pore fraction", default=0.0, bounds=(0.0, 0.95))
    porosity_exponent: Scalar = parameter(
        "1", "m in (1 - p)^m (1.5 for spherical pores, more for poor necks)", default=1.5, bounds=(1.0, 20.0)
    )
    relative_permittivity: Scalar = parameter("1", "of the composite", default=10.0, bounds=(1.0, 1e4))
    interfacial_capacitance: Scalar = parameter(
        "F/cm2",
        "added to the geometric capacitance; 0 puts the layer in the high-frequency intercept, about 1e-6"
        " puts it inside the interface arc",
        default=0.0,
        bounds=(0.0, 1e-2),
    )

    def depth(self) -> Scalar:
        """Thickness, m."""
        return self.thickness

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """Uniform salt."""
        return {"salt_modes": salt_profile.uniform()}

    def effective_conductivity(self, coverage: Scalar, temperature: Scalar) -> jax.Array:
        """Conductivity per electrode area with pores and coverage, S/m."""
        dense = self.conductivity * arrhenius(self.activation_energy, temperature)
        return dense * (1.0 - self.porosity) ** self.porosity_exponent * coverage

    def ohmic_resistance(self, coverage: Scalar, temperature: Scalar) -> jax.Array:
        """Resistance against alternating current, ohm m2."""
        return self.thickness / self.effective_conductivity(coverage, temperature)

    def diffusion_coefficient(self, temperature: Scalar) -> jax.Array:
        """Salt diffusivity of the pore-free composite, m2/s (Nernst-Einstein)."""
        t = self.transference_number
        dense = self.conductivity * arrhenius(self.activation_energy, temperature)
        return 2.0 * t * (1.0 - t) * dense * GAS_CONSTANT * temperature / (FARADAY**2 * self.concentration)

    def decay(self, temperature: Scalar) -> jax.Array:
        """Rate at which each state forgets, 1/s, shape (MODES,)."""
        pores = (1.0 - self.porosity) ** (self.porosity_exponent - 1.0)
        return salt_profile.decay(self.diffusion_coefficient(temperature) * pores, self.thickness)

    def _steady(self, drive: Drive) -> jax.Array:
        """States in steady state; their sum is half the relative concentration difference of the faces."""
        t = self.transference_number
        pores = (1.0 - self.porosity) ** self.porosity_exponent * drive.coverage
        flux = drive.current * (1.0 - t) / FARADAY
        half = flux * self.thickness / (2.0 * self.diffusion_coefficient(drive.temperature) * pores)
        return salt_profile.steady(half / self.concentration)

    def relaxation(self, drive: Drive) -> tuple[jax.Array, jax.Array]:
        """Steady state of the modes, and the rate (1/s) at which each forgets; both of shape (MODES,)."""
        return self._steady(drive), self.decay(drive.temperature)

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rates of the modes, 1/s, shape (MODES,)."""
        return {"salt_modes": salt_profile.rates(states["salt_modes"], *self.relaxation(drive))}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact propagation of every mode at constant current."""
        return {"salt_modes": salt_profile.relaxed(states["salt_modes"], *self.relaxation(drive), dt)}

    def concentration_overpotential(self, states: States, temperature: Scalar) -> jax.Array:
        """Voltage of the salt profile, V: (2RT/F)(1 - t+) ln((1 + s)/(1 - s))."""
        prefactor = 2.0 * GAS_CONSTANT * temperature / FARADAY * (1.0 - self.transference_number)
        return prefactor * salt_profile.log_ratio(states["salt_modes"])

    def stored_energy(self, states: States, drive: Drive) -> jax.Array:
        """Free energy of the uneven salt, J/m2."""
        salt = self.concentration * self.thickness * (1.0 - self.porosity) * drive.coverage
        return 2.0 * GAS_CONSTANT * drive.temperature * salt * salt_profile.unevenness(states["salt_modes"])

    def capacitance(self, *, geometric: bool = True) -> Scalar:
        """Capacitance in F/m2: dielectric and interfacial, or the latter alone."""
        if not geometric:
            return self.interfacial_capacitance
        return (
            VACUUM_PERMITTIVITY * self.relative_permittivity / jnp.maximum(self.thickness, 1e-12)
            + self.interfacial_capacitance
        )
