"""The cell as equations: two ends around an electrolyte -> M dy/dt = f(y, t, p) and the voltage.

Current density i (A/m2, > 0 oxidises electrode 1, the working electrode) flows through one series stack. Each end sees
its own current: +i at end 1, -i at end 2; its voltages have the sign of its own current, so that
V = sum(end 1) - sum(end 2) + V(electrolyte), and mirroring the cell flips the voltage. An end is a lithium electrode
(`lithium_side.py`) or a cathode (`cathode_side.py`).

Fast capacitive states (geometric, grain boundary, layer, interphase, double layer) are eliminated in time
stepping, where their voltages follow the current at once, and kept in `linearisation.py`, which linearises the very
functions below.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Scalar, States
from interlayer.physics.roles import End, Surroundings

CellStates = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
"""States by name of end 1, of end 2 and of the electrolyte."""


class System(NamedTuple):
    """A cell ready to compute; every number in it is a differentiable leaf in SI units."""

    conduction: Any
    """The electrolyte (`physics.roles.ElectrolyteLaw`)."""
    sides: tuple[Any, Any]
    """The two ends (`physics.roles.End`)."""
    temperature: Scalar
    """K"""
    area: Scalar
    """Electrode area, m2."""
    lithium: tuple[Scalar, Scalar]
    """Metal on each side at the start, mol/m2; 0 for a cathode."""


def surroundings(system: System, damage: Scalar = 0.0) -> Surroundings:
    """What the ends know of the cell; `damage` is what the other end did to the electrolyte."""
    return Surroundings(
        temperature=system.temperature,
        area=system.area,
        pellet_thickness=system.conduction.thickness,
        grain_conductivity=system.conduction.spreading_conductivity(system.temperature),
        pellet_damage=damage,
    )


def is_full(system: System) -> bool:
    """Whether one end is a cathode."""
    return any(side.is_cathode for side in system.sides)


def own_current(index: int, current: Scalar) -> Scalar:
    """Current density as end `index` (0 or 1) sees it."""
    return current if index == 0 else -current


def start(system: System) -> CellStates:
    """States of the freshly assembled cell, relaxed."""
    around = surroundings(system)
    first, second = (
        side.start(around, metal) for side, metal in zip(system.sides, system.lithium, strict=True)
    )
    return first, second, {n: jnp.asarray(v, dtype=float) for n, v in system.conduction.start().items()}


def rates(system: System, y: CellStates, current: Scalar) -> CellStates:
    """Time derivatives of all states at ionic current density `current`: the reference for every propagator."""
    ends: list[dict[str, Any]] = []
    for index, side in enumerate(system.sides):
        other = 1 - index
        around = surroundings(system, system.sides[other].damage(y[other]))
        ends.append(side.rates(around, y[index], own_current(index, current)))
    for index in _evolving_shunts(system):
        own, volts = own_current(index, current), ionic_voltage(system, y, current)
        ends[index] |= system.sides[index].shunt_rates(surroundings(system), y[index], own, volts)
    return ends[0], ends[1], system.conduction.rates(y[2], current, system.temperature)


def advance(system: System, y: CellStates, current: Scalar, dt: Scalar) -> CellStates:
    """All states after `dt` seconds at constant ionic current density: second order, exact where linear.

    A lithium end goes first; a cathode sees the damage that it does at the middle of the step.
    """
    new: list[dict[str, Any]] = [{}, {}]
    damage: list[Scalar] = [0.0, 0.0]
    for index in sorted((0, 1), key=lambda k: bool(system.sides[k].is_cathode)):
        side: End = system.sides[index]
        around = surroundings(system, damage[1 - index])
        new[index] = side.advance(around, y[index], own_current(index, current), dt)
        damage[index] = 0.5 * (side.damage(y[index]) + side.damage(new[index]))
    later = (new[0], new[1], system.conduction.advance(y[2], current, system.temperature, dt))
    for index in _evolving_shunts(system):
        # the ionic path does not know of the shunt, so its voltage in the middle is that of both ends of the step
        own = own_current(index, current)
        volts = 0.5 * (ionic_voltage(system, y, current) + ionic_voltage(system, later, current))
        around = surroundings(system)
        later[index].update(system.sides[index].advance_shunt(around, y[index], own, volts, dt))
    return later


def _evolving_shunts(system: System) -> list[int]:
    """Ends whose crossed filaments change: they feel the voltage of the whole cell."""
    return [k for k, side in enumerate(system.sides) if not side.is_cathode and side.shunt.states]


def voltage_parts(system: System, y: CellStates, current: Scalar) -> dict[str, jax.Array]:
    """Every contribution to the cell voltage by name, V; they sum to `ionic_voltage`."""
    around = surroundings(system)
    parts: dict[str, jax.Array] = dict(system.conduction.voltage_parts(y[2], current, system.temperature))
    for index, side in enumerate(system.sides):
        sign = 1.0 if index == 0 else -1.0
        one = side.voltage_parts(around, y[index], sign * current)
        parts |= {f"{name}_{index + 1}": sign * value for name, value in one.items()}
    return parts


def ionic_voltage(system: System, y: CellStates, current: Scalar) -> jax.Array:
    """Voltage of the cell while `current` (A/m2) flows through its ionic path, V."""
    return sum(voltage_parts(system, y, current).values(), start=jnp.asarray(0.0))


def lithium_content(system: System, y: CellStates) -> jax.Array:
    """All lithium of both ends, mol/m2: constant, whatever happens."""
    first, second = (side.lithium_content(states) for side, states in zip(system.sides, y[:2], strict=True))
    return first + second


def metal(system: System, y: CellStates, current: Scalar) -> jax.Array:
    """Lithium metal left on the end that is being stripped, mol/m2."""
    first, second = (side.metal(states) for side, states in zip(system.sides, y[:2], strict=True))
    return jnp.where(current > 0.0, first, jnp.where(current < 0.0, second, jnp.inf))


def shunt_conductance(system: System, y: CellStates) -> jax.Array:
    """Conductance of filaments that cross the pellet, S/m2 of electrode; zero while none does."""
    thickness = system.conduction.thickness
    first, second = (
        side.shunt_conductance(states, thickness) for side, states in zip(system.sides, y[:2], strict=True)
    )
    return (first + second) / system.area


_NEWTON_STEPS = 12


def ionic_current(
    system: System, y: CellStates, own: Scalar, by_voltage: Scalar, target: Scalar
) -> jax.Array:
    """Ionic current density i with own * i + by_voltage * V(i) = target, A/m2.

    Galvanostatic: own 1, by_voltage the shunt's conductance, target the applied current.
    Potentiostatic: own 0, by_voltage 1, target the applied voltage.
    V rises with i, concave above rest and convex below, so Newton from i = 0 climbs to the root without overshooting.
    """

    def gap(i: jax.Array) -> jax.Array:
        return own * i + by_voltage * ionic_voltage(system, y, i) - target

    def step(_: int, i: jax.Array) -> jax.Array:
        value, slope = jax.jvp(gap, (i,), (jnp.ones_like(i),))
        return i - value / slope

    return jax.lax.fori_loop(0, _NEWTON_STEPS, step, jnp.zeros_like(jnp.asarray(target, dtype=float)))


# Single quantities of a lithium end, by its place in the cell


def drive(system: System, index: int, states: States, current: Scalar) -> Drive:
    """What lithium end `index` (0 or 1) feels at total ionic current density `current`."""
    return system.sides[index].drive(surroundings(system), states, own_current(index, current))


def interface_overpotential(system: System, index: int, states: States, own: Scalar) -> dict[str, jax.Array]:
    """Voltage across the charge-transfer interface of one lithium end by cause, V, at its own current."""
    return system.sides[index].interface_overpotential(surroundings(system), states, own)


def interface_resistance(system: System, index: int, states: States) -> jax.Array:
    """Small-signal areal resistance of one lithium interface at rest, ohm m2."""
    return system.sides[index].interface_resistance(surroundings(system), states)


def layer_resistance(system: System, index: int) -> jax.Array:
    """Ohmic resistance of the layer of one lithium end, ohm m2."""
    return system.sides[index].layer_resistance(system.temperature)


def polarisation_voltage(system: System, index: int, states: States) -> dict[str, jax.Array]:
    """Voltages of one lithium end that are states themselves, V."""
    return system.sides[index].polarisation_voltage(system.temperature, states)
