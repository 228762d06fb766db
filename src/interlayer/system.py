"""The cell as equations: mechanisms of two sides around a ceramic -> M dy/dt = f(y, t, p) and the voltage.

Current density i (A/m2, > 0 strips side 1, the working electrode) flows through one series stack. Each side sees
its own current: +i on side 1, -i on side 2, > 0 while it is stripped; its overpotentials have the sign of its own
current, so that V = sum(side 1) - sum(side 2) + i (R_bulk + R_boundary), and mirroring the cell flips the voltage.

Fast capacitive states (geometric, grain boundary, layer, interphase, double layer) are eliminated in time
stepping, where their voltages follow the current at once, and kept in `linearisation.py`, which linearises the very
functions below.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlayer.physics.absent import FullCoverage, NoAgeing, NoLayer, NoPolarisation
from interlayer.physics.ageing.logarithmic import LogarithmicAgeing
from interlayer.physics.ageing.saturating import SaturatingAgeing
from interlayer.physics.ageing.square_root import SquareRootAgeing
from interlayer.physics.base import Drive, Scalar, State, States
from interlayer.physics.charge_transfer import ButlerVolmer
from interlayer.physics.conduction import BrickLayer
from interlayer.physics.constants import FARADAY
from interlayer.physics.coverage import GaussianRoughness
from interlayer.physics.cracking import EnergyReleaseCracking
from interlayer.physics.double_layer import ConstantPhase
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.polarisation.growing_area import GrowingArea
from interlayer.physics.polarisation.saturating_offset import SaturatingOffset
from interlayer.physics.roles import ContactLaw, ConversionLaw, FilamentLaw, InterphaseLaw, LeakageLaw
from interlayer.physics.solid_film import SolidFilm

Layer = SaltInPolymer | SolidFilm | NoLayer
SideStates = dict[str, Any]
"""States of one side by name, plus 'lithium' (mol/m2 of metal left)."""
CellStates = tuple[SideStates, SideStates]

LITHIUM = State("lithium", "mol/m2", "Lithium", "metal left on the electrode")


class Side(NamedTuple):
    """Everything between the ceramic and one lithium electrode, one mechanism a role."""

    coverage: GaussianRoughness | FullCoverage
    layer: Layer
    leakage: LeakageLaw
    contact: ContactLaw
    charge_transfer: ButlerVolmer
    double_layer: ConstantPhase
    interphase: InterphaseLaw
    cracking: EnergyReleaseCracking
    ageing: SaturatingAgeing | LogarithmicAgeing | SquareRootAgeing | NoAgeing
    conversion: ConversionLaw
    polarisation: SaturatingOffset | GrowingArea | NoPolarisation
    filament: FilamentLaw


class System(NamedTuple):
    """A symmetric cell ready to compute; every number in it is a differentiable leaf in SI units."""

    conduction: BrickLayer
    sides: tuple[Side, Side]
    temperature: Scalar
    """K"""
    area: Scalar
    """Electrode area, m2."""
    lithium: tuple[Scalar, Scalar]
    """Metal on each side at the start, mol/m2."""


def layer_thickness(side: Side) -> Scalar:
    """Thickness of the side's layer, m; zero without one."""
    return side.layer.depth()


def mechanisms(side: Side) -> tuple[Any, ...]:
    """All mechanisms of a side, in the order in which they depend on each other."""
    return (
        side.conversion,
        side.ageing,
        side.polarisation,
        side.layer,
        side.contact,
        side.interphase,
        side.cracking,
        side.filament,
    )


def drive(system: System, index: int, states: States, current: Scalar) -> Drive:
    """What side `index` (0 or 1) feels at total ionic current density `current`."""
    felt = _drive_of_start(system, index, states, current)
    return felt._replace(interface_resistance=interface_resistance(system, index, states))


def _drive_of_start(system: System, index: int, states: States, current: Scalar) -> Drive:
    """`drive` from the few states that others depend on, before the rest exists."""
    side = system.sides[index]
    thickness = layer_thickness(side)
    coverage = side.coverage.coverage(thickness)
    conversion = states.get("conversion", jnp.asarray(0.0))
    return Drive(
        current=current if index == 0 else -current,
        temperature=system.temperature,
        coverage=coverage,
        full_contact=coverage * side.contact.initial,
        leak_resistance=side.leakage.resistance(thickness, conversion),
        conversion=conversion,
        interphase_thickness=states["interphase_thickness"],
        crack_damage=states["crack_damage"],
        contact_fraction=states["contact_fraction"],
        pellet_thickness=system.conduction.thickness,
        interface_resistance=0.0,
        area=system.area,
    )


def start(system: System) -> CellStates:
    """States of the freshly assembled cell, relaxed."""
    return _start_side(system, 0), _start_side(system, 1)


def _start_side(system: System, index: int) -> SideStates:
    side = system.sides[index]
    blank = {"interphase_thickness": 0.0, "crack_damage": 0.0, "contact_fraction": 1.0}
    fresh = _drive_of_start(system, index, blank, 0.0)
    states: SideStates = {LITHIUM.name: jnp.asarray(system.lithium[index], dtype=float)}
    for mechanism in mechanisms(side):
        if mechanism.states:
            states |= mechanism.start(fresh)
    return {name: jnp.asarray(value, dtype=float) for name, value in states.items()}


def rates(system: System, y: CellStates, current: Scalar) -> CellStates:
    """Time derivatives of all states at ionic current density `current`: the reference for every propagator."""
    out: list[SideStates] = []
    for index, side in enumerate(system.sides):
        states = y[index]
        felt = drive(system, index, states, current)
        d: SideStates = {}
        for mechanism in mechanisms(side):
            if mechanism.states:
                d |= mechanism.rates(states, felt)
        bound = _bound_rate(side, states, d)
        d[LITHIUM.name] = -felt.current / FARADAY - bound
        out.append(d)
    return out[0], out[1]


def _bound_rate(side: Side, states: SideStates, d: SideStates) -> jax.Array:
    """Rate at which lithium is bound by interphase and layer, mol/(m2 s)."""
    names = [n for n in ("interphase_thickness", "conversion") if n in d]
    point = {n: states[n] for n in names}
    slope = {n: jnp.asarray(d[n], dtype=float) for n in names}
    return jax.jvp(lambda s: bound_lithium(side, {**states, **s}), (point,), (slope,))[1]


def bound_lithium(side: Side, states: States) -> jax.Array:
    """Lithium taken up by interphase and layer, mol/m2."""
    return jnp.asarray(side.interphase.lithium_bound(states) + side.conversion.lithium_bound(states))


def advance(system: System, y: CellStates, current: Scalar, dt: Scalar) -> CellStates:
    """All states after `dt` seconds at constant ionic current density: second order, exact where linear.

    The dependence of mechanisms on each other has no loop, so each is propagated by its own exact or implicit
    step with what it depends on taken at the middle of the step.
    """
    one, two = (_advance_side(system, index, y[index], current, dt) for index in (0, 1))
    return one, two


def _advance_side(system: System, index: int, old: SideStates, current: Scalar, dt: Scalar) -> SideStates:
    side = system.sides[index]
    felt = drive(system, index, old, current)
    new: SideStates = {}
    halfway = dict(old)
    for mechanism in mechanisms(side):
        if not mechanism.states:
            continue
        if mechanism is side.filament:
            felt = felt._replace(interface_resistance=interface_resistance(system, index, halfway))
        made = mechanism.advance(old, felt, dt)
        new |= made
        middle = {n: 0.5 * (old[n] + made[n]) for n in made}
        halfway |= middle
        if "conversion" in made:
            felt = felt._replace(
                conversion=middle["conversion"],
                leak_resistance=side.leakage.resistance(layer_thickness(side), middle["conversion"]),
            )
        known = {n: v for n, v in middle.items() if n in Drive._fields and n != "conversion"}
        felt = felt._replace(**known)
    taken = bound_lithium(side, {**old, **new}) - bound_lithium(side, old)
    new[LITHIUM.name] = old[LITHIUM.name] - felt.current * dt / FARADAY - taken
    return new


def active_fraction(side: Side, states: States) -> jax.Array:
    """Fraction of the electrode on which charge is transferred."""
    whole = states["contact_fraction"] * (1.0 - states["crack_damage"])
    return whole * side.polarisation.area_factor(states)


def interface_overpotential(
    system: System, index: int, states: States, own_current: Scalar
) -> dict[str, jax.Array]:
    """Voltage across the charge-transfer interface of one side by cause, V, at its own current (> 0 strips).

    These parts share the double layer's capacitance.
    """
    side = system.sides[index]
    grain = system.conduction.thickness / system.conduction.bulk_resistance(system.temperature)
    spots = side.contact.constriction_resistance(states["contact_fraction"], grain)
    return {
        "charge_transfer": side.charge_transfer.overpotential(
            own_current, active_fraction(side, states), system.temperature
        ),
        "constriction": spots * own_current,
        "ageing": jnp.asarray(side.ageing.resistance(states) * own_current),
    }


def interface_resistance(system: System, index: int, states: States) -> jax.Array:
    """Small-signal areal resistance of one interface at rest, ohm m2: what an impedance arc shows of it."""
    side = system.sides[index]
    grain = system.conduction.thickness / system.conduction.bulk_resistance(system.temperature)
    return (
        side.charge_transfer.resistance(active_fraction(side, states), system.temperature)
        + side.contact.constriction_resistance(states["contact_fraction"], grain)
        + side.ageing.resistance(states)
        + interphase_resistance(side, states)
    )


def interphase_resistance(side: Side, states: States) -> jax.Array:
    """Resistance of the interphase with its cracks, ohm m2."""
    return side.interphase.resistance(states) / (1.0 - states["crack_damage"])


def layer_resistance(system: System, index: int) -> jax.Array:
    """Ohmic resistance of the layer of one side, ohm m2."""
    side = system.sides[index]
    coverage = side.coverage.coverage(layer_thickness(side))
    return side.layer.ohmic_resistance(coverage, system.temperature)


def polarisation_voltage(system: System, index: int, states: States) -> dict[str, jax.Array]:
    """Voltages that are states themselves, V: salt profile and low-current polarisation."""
    side = system.sides[index]
    salt = side.layer.concentration_overpotential(states, system.temperature)
    return {"salt": salt, "dc_polarisation": jnp.asarray(side.polarisation.voltage(states))}


def voltage_parts(system: System, y: CellStates, current: Scalar) -> dict[str, jax.Array]:
    """Every contribution to the cell voltage by name, V; they sum to `ionic_voltage`."""
    bulk = system.conduction.bulk_resistance(system.temperature)
    total = system.conduction.total_resistance(system.temperature)
    parts: dict[str, jax.Array] = {"bulk": bulk * current, "grain_boundary": (total - bulk) * current}
    for index, side in enumerate(system.sides):
        sign = 1.0 if index == 0 else -1.0
        own = sign * current
        states = y[index]
        one = {
            "layer": layer_resistance(system, index) * own,
            "interphase": interphase_resistance(side, states) * own,
            **interface_overpotential(system, index, states, own),
            **polarisation_voltage(system, index, states),
        }
        parts |= {f"{name}_{index + 1}": sign * value for name, value in one.items()}
    return parts


def ionic_voltage(system: System, y: CellStates, current: Scalar) -> jax.Array:
    """Voltage of the cell while `current` (A/m2) flows through its ionic path, V."""
    return sum(voltage_parts(system, y, current).values(), start=jnp.asarray(0.0))


def shunt_conductance(system: System, y: CellStates) -> jax.Array:
    """Conductance of filaments that cross the pellet, S/m2 of electrode; zero while none does."""
    thickness = system.conduction.thickness
    total = jnp.asarray(0.0)
    for side, states in zip(system.sides, y, strict=True):
        crossed = states["filament_length"] >= thickness
        total = total + jnp.where(crossed, side.filament.shunt_conductance(thickness), 0.0)
    return total / system.area


_NEWTON_STEPS = 12


def ionic_current(
    system: System, y: CellStates, own: Scalar, by_voltage: Scalar, target: Scalar
) -> jax.Array:
    """Ionic current density i with own * i + by_voltage * V(i) = target, A/m2.

    Galvanostatic: own 1, by_voltage the shunt's conductance, target the applied current.
    Potentiostatic: own 0, by_voltage 1, target the applied voltage.
    V is concave for i > 0 and odd around rest, so Newton from i = 0 climbs to the root without overshooting.
    """

    def gap(i: jax.Array) -> jax.Array:
        return own * i + by_voltage * ionic_voltage(system, y, i) - target

    def step(_: int, i: jax.Array) -> jax.Array:
        value, slope = jax.jvp(gap, (i,), (jnp.ones_like(i),))
        return i - value / slope

    return jax.lax.fori_loop(0, _NEWTON_STEPS, step, jnp.zeros_like(jnp.asarray(target, dtype=float)))
