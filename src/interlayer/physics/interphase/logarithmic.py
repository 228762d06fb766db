"""Interphase whose growth waits for electrons that tunnel through it: the logarithm of time."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, States, mechanism, parameter
from interlayer.physics.interphase.growth import THICKNESS, Growth

_NEWTON_STEPS = 8


@mechanism
class LogarithmicGrowth(Growth):
    """Tunnelling-limited growth: x = lambda ln(1 + t/tau) on a bare face, tau = lambda z F / (V_m g dPhi).

    The conductance of the film against electrons falls as g exp(-x / lambda), lambda = 1 / (2 kappa) from barrier
    height and effective mass; the layer's leak resistance lies in series. Exact without growth by current.
    """

    family = "interphase"
    law = "logarithmic"
    equation = {  # noqa: RUF012
        "interphase_thickness": "molar_volume / (charge_number * F) * (driving_potential"
        " * exp(-interphase_thickness / decay_length) / (1 / (contact_conductance"
        " * arrhenius(growth_activation_energy, temperature))"
        " + leak_resistance * exp(-interphase_thickness / decay_length)) + cycling_coefficient * abs(current))",
        "resistance": "interphase_thickness / ionic_conductivity / arrhenius(ionic_activation_energy, temperature)",
    }
    references = ("lin2016", "zhou2025")
    states = (THICKNESS,)

    decay_length: Scalar = parameter(
        "nm",
        "thickness over which tunnelling falls e-fold (0.05 to 0.07 for barriers of 2 to 4 eV; more through defects)",
        default=0.5,
        bounds=(0.01, 1e3),
    )
    contact_conductance: Scalar = parameter(
        "S/cm2", "conductance against electrons at no thickness", default=1e-2, bounds=(1e-12, 1e6)
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """No interphase yet."""
        return {"interphase_thickness": jnp.asarray(0.0)}

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Growth rate, m/s."""
        fallen = jnp.exp(-states["interphase_thickness"] / self.decay_length)
        blocking = 1.0 / (self.contact_conductance * self.warmth(drive)) + drive.leak_resistance * fallen
        leak = self.per_charge() * self.driving_potential * fallen / blocking
        return {"interphase_thickness": leak + self.cycled(drive)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact step of the leak between two halves of growth by current.

        With u the growth over lambda, exp(u) - 1 + r g' u grows linearly in time, g' the conductance now.
        """
        half = 0.5 * self.cycled(drive) * dt
        x = states["interphase_thickness"] + half
        now = self.contact_conductance * self.warmth(drive) * jnp.exp(-x / self.decay_length)
        target = now * self.per_charge() * self.driving_potential * dt / self.decay_length
        grown = _solve(drive.leak_resistance * now, target)
        return {"interphase_thickness": x + self.decay_length * grown + half}


def _solve(slope: jax.Array, target: jax.Array) -> jax.Array:
    """Return the u >= 0 with exp(u) - 1 + slope u = target; both >= 0."""
    # Convex and rising: from the smaller of two upper bounds Newton comes down to the root without overshooting.
    u = jnp.minimum(jnp.log1p(target), target / (1.0 + slope))
    for _ in range(_NEWTON_STEPS):
        u = u - (jnp.expm1(u) + slope * u - target) / (jnp.exp(u) + slope)
    return u
