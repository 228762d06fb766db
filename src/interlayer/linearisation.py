"""Impedance of a cell in any state: the equations of `system.py` linearised with their capacitive states.

Ageing states are frozen. Every resistive element of the stack stands in parallel with its capacitive state, whose
admittance is Q (j omega)^n (n = 1: an ordinary capacitive state; n < 1: the stated frequency-domain element of a
depressed arc, with the same steady state). States that carry voltage themselves (salt modes, low-current
polarisation) enter through the Jacobian of their own rates. A filament that crosses the cell is a shunt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.system import (
    CellStates,
    System,
    active_fraction,
    drive,
    interface_overpotential,
    interphase_resistance,
    layer_resistance,
    polarisation_voltage,
    shunt_conductance,
)

_VOLTAGE_STATES = ("salt_modes", "dc_polarisation")


def _parallel(resistance: jax.Array, admittance: jax.Array) -> jax.Array:
    """Impedance of R beside a capacitive admittance, finite for R = 0."""
    return resistance / (1.0 + resistance * admittance)


def _side_impedance(
    system: System, index: int, y: CellStates, current: jax.Array, omega: jax.Array, geometric: bool
) -> jax.Array:
    side, states = system.sides[index], y[index]
    own = current if index == 0 else -current
    s = 1j * omega

    def across(i: jax.Array) -> jax.Array:
        return sum(interface_overpotential(system, index, states, i).values(), start=jnp.asarray(0.0))

    slope = jax.jvp(across, (own,), (jnp.ones_like(own),))[1]
    z = _parallel(slope, side.double_layer.admittance(omega, active_fraction(side, states)))
    z = z + _parallel(interphase_resistance(side, states), s * side.interphase.capacitance)
    z = z + _parallel(layer_resistance(system, index), s * side.layer.capacitance(geometric=geometric))
    return z + _state_impedance(system, index, states, own, s)


def _state_impedance(
    system: System, index: int, states: Mapping[str, Any], own: jax.Array, s: jax.Array
) -> jax.Array:
    """C (s - A)^-1 B of the states that carry voltage: their rates are diagonal in themselves."""
    side = system.sides[index]
    total = jnp.zeros_like(s)
    for mechanism in (side.layer, side.polarisation):
        for state in mechanism.states:
            if state.name not in _VOLTAGE_STATES:
                continue
            value = jnp.asarray(states[state.name])

            def rate(
                v: jax.Array,
                i: jax.Array,
                *,
                m: Any = mechanism,
                n: str = state.name,
            ) -> jax.Array:
                felt = drive(system, index, states, i if index == 0 else -i)
                return m.rates({**states, n: v}, felt)[n]

            def volt(v: jax.Array, *, n: str = state.name) -> jax.Array:
                parts = polarisation_voltage(system, index, {**states, n: v})
                return parts["salt"] + parts["dc_polarisation"]

            decay = jax.jvp(lambda v: rate(v, own), (value,), (jnp.ones_like(value),))[1]
            gain = jax.jvp(lambda i: rate(value, i), (own,), (jnp.ones_like(own),))[1]  # noqa: B023
            weight = jax.grad(volt)(value)
            modes = jnp.atleast_1d(weight * gain) / (s[:, None] - jnp.atleast_1d(decay))
            total = total + modes.sum(axis=1)
    return total


def cell_impedance(
    system: System, y: CellStates, omega: jax.Array, *, current: float = 0.0, geometric: bool = True
) -> jax.Array:
    """Impedance times area in ohm m2 at angular frequencies `omega` (rad/s, shape (n,)), complex, shape (n,).

    Parameters
    ----------
    system, y : the cell and its states (frozen).
    omega : angular frequencies, > 0.
    current : direct current density underneath, A/m2.
    geometric : False leaves out the capacitances of grains, boundaries and layer; the high-frequency limit is
        then the ohmic value of ceramic and layers, else it is 0.
    """
    i = jnp.asarray(current, dtype=float)
    s = 1j * omega
    ceramic = system.conduction
    bulk = ceramic.bulk_resistance(system.temperature)
    boundary = ceramic.total_resistance(system.temperature) - bulk
    dielectric = 1.0 if geometric else 0.0
    z = _parallel(bulk, dielectric * s * ceramic.geometric_capacitance())
    z = z + _parallel(boundary, dielectric * ceramic.boundary_capacitance * s**ceramic.boundary_exponent)
    for index in (0, 1):
        z = z + _side_impedance(system, index, y, i, omega, geometric)
    return z / (1.0 + z * shunt_conductance(system, y))


_compiled = jax.jit(cell_impedance, static_argnames="geometric")


def frequencies(highest: float, lowest: float, points_per_decade: int = 10) -> NDArray[np.float64]:
    """Logarithmic frequencies from `highest` down to `lowest` in Hz, shape (n,).

    Raises
    ------
    InputError
        If they are not positive and falling.
    """
    if not (0.0 < lowest < highest) or points_per_decade < 1:
        raise InputError(
            f"cannot measure from {highest:g} Hz to {lowest:g} Hz with {points_per_decade} points a decade",
            advice='write "EIS from 1 MHz to 0.1 Hz"',
        )
    count = round(np.log10(highest / lowest) * points_per_decade) + 1
    return np.geomspace(highest, lowest, max(count, 2))


def spectrum_ohm(
    system: System, y: CellStates, frequency_hz: NDArray[np.float64], *, geometric: bool = True
) -> NDArray[np.complex128]:
    """Impedance of the whole cell in ohm at `frequency_hz` (shape (n,)), Im < 0 for a capacitor."""
    omega = jnp.asarray(2.0 * np.pi * frequency_hz)
    z = _compiled(system, y, omega, geometric=geometric)
    return np.asarray(z, dtype=np.complex128) / float(system.area)
