"""What electrolytes with a mobile binary salt share: ohmic part, salt profile, its voltage, their temperature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics import salt_profile
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
from interlayer.physics.constants import FARADAY, GAS_CONSTANT, VACUUM_PERMITTIVITY
from interlayer.physics.small_signal import parallel, voltage_state

MOBILITY = (
    "arrhenius(activation_energy, min(temperature, melting_temperature))"
    " * exp(vogel_constant / (melting_temperature - vogel_temperature)"
    " - vogel_constant / (max(temperature, melting_temperature) - vogel_temperature))"
)
"""Equations of all such electrolytes as text."""
RESISTANCE = "thickness * tortuosity / (conductivity * mobility * electrolyte_fraction)"
LIMITING = (
    "2 * F * diffusion_coefficient * electrolyte_fraction / tortuosity * concentration"
    " / ((1 - transference_number) * thickness)"
)


@shared_fields
class SaltElectrolyte(Mechanism):
    """A binary salt between two faces that pass only Li+: direct current piles it up at one face, empties the other.

    The ohmic part is i L tau / (kappa phi); the profile adds (2RT/F)(1 - t+) Tf ln(c1/c2), with the modes of
    `physics.salt_profile`. Conductivity and diffusion follow one mobility: Arrhenius below the melting temperature,
    Vogel-Tammann-Fulcher above it, continuous there. A law adds its diffusivity and thermodynamic factor.
    """

    family = "conduction"
    references = ("newman2004", "balsara2015", "lascaud1994", "sand1901")
    states = (
        State("salt_modes", "1", "Salt Swing", "relaxing parts of the salt profile over its mean", "sum"),
    )

    thickness: Scalar = parameter("mm", "thickness of the membrane", bounds=(1e-4, 20.0))
    conductivity: Scalar = parameter(
        "S/cm", "ionic conductivity at 25 degC", default=1e-4, bounds=(1e-12, 1.0)
    )
    activation_energy: Scalar = parameter(
        "eV", "of the mobility below the melting temperature", default=0.4, bounds=(0.0, 1.5)
    )
    melting_temperature: Scalar = parameter(
        "K", "above it the mobility follows Vogel-Tammann-Fulcher", default=1000.0, bounds=(290.0, 1000.0)
    )
    vogel_constant: Scalar = parameter(
        "K",
        "B of exp(-B/(T - T0))",
        default=1000.0,
        bounds=(0.0, 5000.0),
        source="lascaud1994",
        status="memory",
    )
    vogel_temperature: Scalar = parameter(
        "K",
        "T0 of exp(-B/(T - T0))",
        default=200.0,
        bounds=(0.0, 280.0),
        source="lascaud1994",
        status="memory",
    )
    concentration: Scalar = parameter("mol/L", "salt concentration at rest", default=1.0, bounds=(0.01, 10.0))
    electrolyte_fraction: Scalar = parameter(
        "1", "volume fraction of the electrolyte, less than 1 in a separator", default=1.0, bounds=(0.01, 1.0)
    )
    tortuosity: Scalar = parameter("1", "tortuosity factor of its paths", default=1.0, bounds=(1.0, 50.0))
    permittivity: Scalar = parameter("1", "relative permittivity", default=10.0, bounds=(1.0, 1e4))

    def cation_share(self) -> Scalar:
        """Transference number of Li+ against the solvent; may be negative."""
        raise NotImplementedError

    def activity_factor(self) -> Scalar:
        """1 + dln f/dln c of the salt."""
        raise NotImplementedError

    def diffusion_coefficient(self, temperature: Scalar) -> jax.Array:
        """Salt diffusivity of the electrolyte itself, m2/s."""
        raise NotImplementedError

    def mobility(self, temperature: Scalar) -> jax.Array:
        """Factor on the conductivity at 25 degC."""
        solid = jnp.minimum(temperature, self.melting_temperature)
        melt = jnp.maximum(temperature, self.melting_temperature)
        rise = 1.0 / (self.melting_temperature - self.vogel_temperature) - 1.0 / (
            melt - self.vogel_temperature
        )
        return arrhenius(self.activation_energy, solid) * jnp.exp(self.vogel_constant * rise)

    def total_resistance(self, temperature: Scalar) -> jax.Array:
        """Resistance against alternating current, ohm m2."""
        kappa = self.conductivity * self.mobility(temperature)
        return self.thickness * self.tortuosity / (kappa * self.electrolyte_fraction)

    def limiting_current(self, temperature: Scalar) -> jax.Array:
        """Current density at which the steady profile empties one face, A/m2."""
        through = self.diffusion_coefficient(temperature) * self.electrolyte_fraction / self.tortuosity
        return 2.0 * FARADAY * through * self.concentration / ((1.0 - self.cation_share()) * self.thickness)

    def sand_time(self, current: Scalar, temperature: Scalar) -> jax.Array:
        """Time until one face is empty at a current density well above the limiting one, s."""
        taken = (1.0 - self.cation_share()) * current / (FARADAY * self.electrolyte_fraction)
        along = self.diffusion_coefficient(temperature) / self.tortuosity
        return jnp.pi * along * (self.concentration / (2.0 * taken)) ** 2

    def newman_number(self, temperature: Scalar) -> jax.Array:
        """Resistance of the steady salt profile over the ohmic one at small current."""
        pull = 2.0 * self.conductivity * self.mobility(temperature) * GAS_CONSTANT * temperature
        share = (1.0 - self.cation_share()) ** 2 * self.activity_factor()
        return pull * share / (FARADAY**2 * self.diffusion_coefficient(temperature) * self.concentration)

    def start(self) -> dict[str, Any]:
        """Uniform salt."""
        return {"salt_modes": salt_profile.uniform()}

    def decay(self, temperature: Scalar) -> jax.Array:
        """Rate at which each mode forgets, 1/s, shape (MODES,)."""
        return salt_profile.decay(self.diffusion_coefficient(temperature) / self.tortuosity, self.thickness)

    def _steady(self, current: Scalar, temperature: Scalar) -> jax.Array:
        return salt_profile.steady(current / self.limiting_current(temperature))

    def rates(self, states: States, current: Scalar, temperature: Scalar) -> dict[str, Any]:
        """Rates of the modes, 1/s, shape (MODES,)."""
        goal = self._steady(current, temperature)
        return {"salt_modes": salt_profile.rates(states["salt_modes"], goal, self.decay(temperature))}

    def advance(self, states: States, current: Scalar, temperature: Scalar, dt: Scalar) -> dict[str, Any]:
        """Exact propagation of every mode at constant current."""
        goal = self._steady(current, temperature)
        return {"salt_modes": salt_profile.relaxed(states["salt_modes"], goal, self.decay(temperature), dt)}

    def concentration_overpotential(self, states: States, temperature: Scalar) -> jax.Array:
        """Voltage of the salt profile, V."""
        prefactor = 2.0 * GAS_CONSTANT * temperature / FARADAY * (1.0 - self.cation_share())
        return prefactor * self.activity_factor() * salt_profile.log_ratio(states["salt_modes"])

    def stored_energy(self, states: States, drive: Drive) -> jax.Array:
        """Free energy of the uneven salt, J/m2."""
        salt = self.concentration * self.thickness * self.electrolyte_fraction * self.activity_factor()
        return 2.0 * GAS_CONSTANT * drive.temperature * salt * salt_profile.unevenness(states["salt_modes"])

    def voltage_parts(self, states: States, current: Scalar, temperature: Scalar) -> Mapping[str, jax.Array]:
        """Ohmic voltage and that of the salt profile, V."""
        return {
            "bulk": self.total_resistance(temperature) * current,
            "salt": self.concentration_overpotential(states, temperature),
        }

    def impedance(
        self, states: States, current: jax.Array, omega: jax.Array, temperature: Scalar, *, geometric: bool
    ) -> jax.Array:
        """Ohmic part beside the dielectric, and finite-length diffusion from the modes, ohm m2."""
        s = 1j * omega
        dielectric = s * self.geometric_capacitance() if geometric else 0.0 * s
        z = parallel(self.total_resistance(temperature), dielectric)
        return z + voltage_state(
            jnp.asarray(states["salt_modes"]),
            lambda v, i: self.rates({"salt_modes": v}, i, temperature)["salt_modes"],
            lambda v: self.concentration_overpotential({"salt_modes": v}, temperature),
            current,
            s,
        )

    def spreading_conductivity(self, temperature: Scalar) -> jax.Array:
        """Of the membrane as a whole, S/m."""
        return self.thickness / self.total_resistance(temperature)

    def geometric_capacitance(self) -> Scalar:
        """Capacitance of the membrane as a dielectric, F/m2."""
        return VACUUM_PERMITTIVITY * self.permittivity / self.thickness

    def thresholds(self) -> list[tuple[str, str, float, str]]:
        """One face out of salt."""
        return [("salt depletion", "Salt Swing / 1", 1.0, "swings")]
