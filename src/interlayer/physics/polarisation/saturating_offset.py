"""A slow, saturating polarisation outside the impedance window."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.integrators import sdirk2

_SUBSTEPS = 3
_CLIMBS = 5
"""A reversal turns this state within seconds, faster than anything else: it gets steps of its own."""


@mechanism
class SaturatingOffset(Mechanism):
    """Voltage w that charges like a capacitor and leaks as i_s atanh(w / V_s): steady state V_s tanh(i / i_s).

    Passive in every state, also after a reversal. Its cause is open (slow interfacial step, growth overpotential,
    sub-0.1 Hz transport); fix the current and vary the capacity, or measure impedance to 1 mHz, to find out.
    """

    family = "polarisation"
    law = "saturating-offset"
    equation = {  # noqa: RUF012
        "dc_polarisation": "(current - saturation_current * arrhenius(activation_energy, temperature)"
        " * atanh(dc_polarisation / saturation_voltage))"
        " * saturation_voltage / (time_constant * saturation_current)"
    }
    references = ("ding2024",)
    states = (
        State("dc_polarisation", "V", "DC Polarisation", "polarisation that impedance above 0.1 Hz misses"),
    )

    saturation_voltage: Scalar = parameter(
        "mV", "largest value, per interface", default=10.0, bounds=(1e-3, 1e3)
    )
    saturation_current: Scalar = parameter(
        "mA/cm2", "current scale of the saturation", default=0.107, bounds=(1e-5, 1e3)
    )
    time_constant: Scalar = parameter("s", "small-signal relaxation time", default=120.0, bounds=(1e-3, 1e6))
    activation_energy: Scalar = parameter(
        "eV",
        "of the current scale and of the relaxation's speed (not known, as is the cause); 0: as at 25 degC",
        default=0.0,
        bounds=(0.0, 2.0),
    )

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """Relaxed."""
        return {"dc_polarisation": jnp.asarray(0.0)}

    def _speed(self) -> Scalar:
        return self.saturation_voltage / (self.time_constant * self.saturation_current)

    def _leak(self, drive: Drive) -> Scalar:
        """Current scale at the temperature of the cell, A/m2; the capacitance does not change."""
        return self.saturation_current * arrhenius(self.activation_energy, drive.temperature)

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rate, V/s."""
        bent = jnp.arctanh(states["dc_polarisation"] / self.saturation_voltage)
        return {"dc_polarisation": self._speed() * (drive.current - self._leak(drive) * bent)}

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Implicit substeps, each solved in u = atanh(w / V_s), where the equation is monotone and mild."""

        def solve(base: jax.Array, h: Scalar) -> jax.Array:
            stiff = h * self._speed() * self._leak(drive) / self.saturation_voltage
            drift = h * self._speed() * drive.current / self.saturation_voltage
            target = base / self.saturation_voltage + drift  # tanh(u) + stiff * u = target
            u = _solve_tanh_plus_line(target, jnp.asarray(stiff))
            return self.saturation_voltage * jnp.tanh(u)

        def substep(_: int, moved: jax.Array) -> jax.Array:
            return sdirk2(solve, moved, dt / _SUBSTEPS)

        moved = jax.lax.fori_loop(0, _SUBSTEPS, substep, jnp.asarray(states["dc_polarisation"]))
        low, high = self.bounds(drive)
        return {"dc_polarisation": jnp.clip(moved, low, high)}

    def bounds(self, drive: Drive) -> tuple[Scalar, Scalar]:  # noqa: ARG002
        """Saturation, either way."""
        limit = self.saturation_voltage * (1.0 - 1e-12)
        return -limit, limit

    def stored_energy(self, states: States, drive: Drive) -> Scalar:  # noqa: ARG002
        """That of a capacitor of tau i_s / V_s, J/m2."""
        return 0.5 * states["dc_polarisation"] ** 2 / self._speed()

    def voltage(self, states: States) -> Scalar:
        """Contribution to the overpotential of this side, V."""
        return states["dc_polarisation"]

    def area_factor(self, states: States) -> jax.Array:  # noqa: ARG002
        """Factor on the active area: one."""
        return jnp.asarray(1.0)


@jax.custom_jvp
def _solve_tanh_plus_line(target: jax.Array, slope: jax.Array) -> jax.Array:
    """Solve tanh(u) + slope u = target for u; slope >= 0 may be 0 while |target| < 1."""
    # tanh(u) <= u and tanh(u) <= 1: the larger of the two lines' roots lies below the solution, and from below
    # Halley's iteration on this concave function climbs to it; five steps reach rounding for any slope.
    size = jnp.abs(target)
    safe = jnp.where(slope > 0, slope, 1.0)
    u = jnp.maximum(size / (1.0 + slope), jnp.where(slope > 0, (size - 1.0) / safe, 0.0))

    def climb(_: int, u: jax.Array) -> jax.Array:
        t = jnp.tanh(u)
        bend = 1.0 - t**2
        gap, rise = t + slope * u - size, jnp.maximum(bend + slope, 1e-14)
        return u - gap * rise / (rise**2 + gap * t * bend)

    u = jax.lax.fori_loop(0, _CLIMBS, climb, u)
    return jnp.sign(target) * u


@_solve_tanh_plus_line.defjvp
def _solve_jvp(
    primals: tuple[jax.Array, jax.Array], tangents: tuple[jax.Array, jax.Array]
) -> tuple[jax.Array, jax.Array]:
    target, slope = primals
    u = _solve_tanh_plus_line(target, slope)
    steep = jnp.maximum(1.0 - jnp.tanh(u) ** 2 + slope, 1e-14)
    return u, (tangents[0] - u * tangents[1]) / steep
