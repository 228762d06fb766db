"""A shunt that thickens while lithium is plated on it, is stripped again, and melts where the voltage is high."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, mechanism, parameter
from interlayer.physics.constants import (
    FARADAY,
    LITHIUM_MELTING,
    LITHIUM_MOLAR_VOLUME,
    LITHIUM_RESISTIVITY,
    LORENZ,
)


@mechanism
class FusingShunt(Mechanism):
    """Size s of a crossed filament: its cross-section over the fresh one's; soft while its resistance is high.

    A share of the side's current plates on it over its length, or strips it: ds/dt = chi V_Li A (-i)/(F L A_0). It
    melts where the voltage along it exceeds U_f: by Wiedemann and Franz the hottest point of a wire with cold ends is
    at T_max^2 = T^2 + U^2/(4 L_0), whatever its shape, so U_f = 107 mV at 25 degC; heat lost sideways to the ceramic
    raises it. Below `hard_resistance` it is hard: it neither melts nor strips away any more.
    """

    family = "shunt"
    law = "fusing"
    equation = {  # noqa: RUF012
        "fusing_voltage": "loss_factor * sqrt(4 * lorenz * (melting_temperature ** 2 - temperature ** 2))",
        "thickening": "-thickening_share * V_Li * area * current"
        " / (F * filament_conductance * lithium_resistivity * pellet_thickness ** 2)",
        "soft": "1 if shunt_size * filament_conductance * hard_resistance < 1 else 0",
        "shunt_size": "crossed * ((thickening if current < 0 or soft * shunt_size > 0 else 0)"
        " - soft * shunt_size / fusing_time * positive((cell_voltage / fusing_voltage) ** 2 - 1))",
        "size": "shunt_size",
    }
    references = ("holm1967", "porz2017", "ning2023")
    states = (
        State("shunt_size", "1", "Shunt Size", "cross-section of a crossed filament over the fresh one's"),
    )

    thickening_share: Scalar = parameter(
        "1",
        "chi, of the side's current that plates on the filament or strips it",
        default=1e-4,
        bounds=(0.0, 1.0),
    )
    loss_factor: Scalar = parameter(
        "1", "on the fusing voltage, by heat lost sideways; 1: none", default=1.0, bounds=(1.0, 1e3)
    )
    fusing_time: Scalar = parameter(
        "s",
        "in which twice the fusing power shrinks it e-fold; physically below a millisecond, here long enough to step",
        default=10.0,
        bounds=(1e-3, 1e5),
    )
    hard_resistance: Scalar = parameter(
        "ohm", "of the shunt, below which the short is hard", default=5.0, bounds=(0.0, 1e9)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """As the filament crosses."""
        return {"shunt_size": jnp.asarray(1.0)}

    def fusing_voltage(self, drive: Drive) -> jax.Array:
        """Voltage along the filament above which it melts, V."""
        hotter = jnp.asarray(LITHIUM_MELTING**2 - drive.temperature**2)
        return self.loss_factor * jnp.sqrt(4.0 * LORENZ * hotter)

    def thickening(self, drive: Drive) -> Scalar:
        """Growth of the size by current, 1/s; negative while stripped."""
        whole = self.thickening_share * LITHIUM_MOLAR_VOLUME / FARADAY * drive.area * -drive.current
        # conductance times resistivity times length is the fresh filament's cross-section
        return whole / (drive.filament_conductance * LITHIUM_RESISTIVITY * drive.pellet_thickness**2)

    def soft(self, states: States, drive: Drive) -> jax.Array:
        """1 while it can melt and be stripped, 0 for a hard short."""
        conductance = states["shunt_size"] * drive.filament_conductance
        return jnp.where(conductance * self.hard_resistance < 1.0, 1.0, 0.0)

    def _melting(self, states: States, drive: Drive) -> jax.Array:
        """Relative speed at which it melts, 1/s."""
        over = (drive.cell_voltage / self.fusing_voltage(drive)) ** 2 - 1.0
        return self.soft(states, drive) * drive.crossed * jnp.maximum(over, 0.0) / self.fusing_time

    def _plated(self, states: States, drive: Drive) -> jax.Array:
        kept = (drive.current < 0.0) | (self.soft(states, drive) > 0.0)
        return jnp.where(kept, drive.crossed * self.thickening(drive), 0.0)

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rate of the size, 1/s."""
        size = states["shunt_size"]
        plated = self._plated(states, drive)
        gone = (size <= 0.0) & (plated < 0.0)
        return {"shunt_size": jnp.where(gone, 0.0, plated) - self._melting(states, drive) * size}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact at constant current and voltage, up to the moment at which it turns hard."""
        damped = self._melting(states, drive) * dt
        small = damped < 1e-6
        mean = jnp.where(small, 1.0 - 0.5 * damped, -jnp.expm1(-damped) / jnp.where(small, 1.0, damped))
        new = states["shunt_size"] * jnp.exp(-damped) + self._plated(states, drive) * dt * mean
        return {"shunt_size": jnp.maximum(new, 0.0)}

    def size(self, states: States) -> Scalar:
        """Conductance over that of the fresh filament."""
        return states["shunt_size"]

    def hard_size(self, conductance: float) -> float | None:
        """Size at which a filament of fresh `conductance` (S) turns hard; None if it is so from the start."""
        resistance = float(self.hard_resistance)
        if resistance <= 0.0 or conductance * resistance >= 1.0:
            return None
        return 1.0 / (conductance * resistance)
