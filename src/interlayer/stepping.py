"""The compiled inner loop: one stage of a protocol after the other, a fixed number of time steps in each.

A stage lasts its duration, or ends where a limit is met: voltage, current, charge, metal. The end is found inside the
step that passes it; the rest of the stage then takes no time. So one compiled call serves any protocol.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.physics.constants import REFERENCE_TEMPERATURE
from interlayer.system import (
    CellStates,
    System,
    advance,
    ionic_current,
    ionic_voltage,
    metal,
    shunt_conductance,
)

STAGES: Final = 64
"""Stages a compiled call: one compilation serves protocols of any length."""
_GRADING: Final = 2.0
"""Time steps grow from the start of a stage, where voltages relax."""
_STEPS_BY_TOLERANCE: Final = ((3e-3, 12), (1e-3, 24), (3e-4, 48), (1e-4, 96), (3e-5, 192))
"""Largest error of the voltage within a 1 h half-cycle of the shipped cells, just after a reversal (plateaus are
a hundred times better); order 2, seen against 1536 steps in tests/simulate/test_accuracy.py."""
_MIDDLE_ITERATIONS: Final = 4
"""Newton steps for the current in the middle of a step, where it is not imposed."""
_LOCATE: Final = 14
"""Trials for the moment at which a limit is met; more than enough for rounding (test_stops.py)."""


class Limits(NamedTuple):
    """What ends a stage before its time; arrays of shape (STAGES,), infinite where there is no such limit."""

    highest: Any
    """V; ends where the voltage reaches it from below."""
    lowest: Any
    """V; ends where the voltage reaches it from above."""
    smallest: Any
    """A/m2; ends where the current's magnitude has fallen to it; -inf for none."""
    largest: Any
    """A/m2; ends where the current's magnitude has risen to it."""
    charge: Any
    """C/m2 passed in the stage, by magnitude."""
    metal: Any
    """mol/m2; ends where the electrode that is stripped has no more than this left; -inf for none."""


class Stages(NamedTuple):
    """What is imposed in each stage; arrays of shape (STAGES,)."""

    hold: Any
    """True: `target` is a voltage in V; False: a current density in A/m2."""
    target: Any
    duration: Any
    """s; a stage of no duration changes nothing."""
    temperature: Any
    """K"""
    limits: Limits


class Trace(NamedTuple):
    """Rows of each stage, the first at its start: arrays of shape (STAGES, steps + 1)."""

    time: Any
    """s since the stage began; stands still once the stage has ended."""
    voltage: Any
    current: Any
    """A/m2, shunt included."""
    ionic_current: Any
    """A/m2 that moves lithium."""
    met: Any
    """Whether a limit has been met by this row."""
    states: Any
    """CellStates with two leading axes."""


def step_count(rtol: float) -> int:
    """Time steps a stage for a relative tolerance on the voltage (12 to 192)."""
    for tolerance, steps in _STEPS_BY_TOLERANCE:
        if rtol >= tolerance * (1 - 1e-12):
            return steps
    return _STEPS_BY_TOLERANCE[-1][1]


def step_weights(steps: int, grading: float = _GRADING) -> NDArray[np.float64]:
    """Fractions of a stage's duration, shape (steps,), summing to 1; `grading` 1 for equal ones."""
    return np.diff((np.arange(steps + 1) / steps) ** grading)


def _imposed(system: System, y: CellStates, hold: Any, target: Any) -> jax.Array:
    """Ionic current density under what is imposed; the shunt takes its share of an imposed current."""
    shunt = shunt_conductance(system, y)
    easy = jnp.logical_not(hold) & (shunt == 0.0)
    return jax.lax.cond(
        easy,
        lambda: jnp.asarray(target, dtype=float),
        lambda: ionic_current(
            system,
            y,
            jnp.where(hold, 0.0, 1.0),
            jnp.where(hold, 1.0, shunt),
            jnp.asarray(target, dtype=float),
        ),
    )


def _row(
    system: System, y: CellStates, time: Any, ionic: jax.Array, hold: Any, target: Any, met: Any
) -> Trace:
    voltage = jnp.where(hold, target, ionic_voltage(system, y, ionic))
    total = ionic + voltage * shunt_conductance(system, y)
    return Trace(jnp.asarray(time, dtype=float), voltage, total, ionic, met, y)


def _step(system: System, y: CellStates, ionic: jax.Array, hold: Any, target: Any, dt: Any) -> CellStates:
    """One step at the current of its middle: imposed, or the one under which the middle obeys what is imposed.

    Implicit, since a held voltage relaxes a cell faster than a step may last.
    """
    shunt = shunt_conductance(system, y)

    def middle() -> jax.Array:
        own, by_voltage = jnp.where(hold, 0.0, 1.0), jnp.where(hold, 1.0, shunt)

        def gap(i: jax.Array) -> jax.Array:
            half = advance(system, y, i, 0.5 * dt)
            return own * i + by_voltage * ionic_voltage(system, half, i) - target

        def newton(_: int, i: jax.Array) -> jax.Array:
            value, slope = jax.jvp(gap, (i,), (jnp.ones_like(i),))
            return i - value / slope

        return jax.lax.fori_loop(0, _MIDDLE_ITERATIONS, newton, ionic)

    current = jax.lax.cond(hold | (shunt > 0.0), middle, lambda: ionic)
    return advance(system, y, current, dt)


def _beyond(system: System, row: Trace, charge: Any, limits: Limits) -> jax.Array:
    """How far the nearest limit is passed: negative before, zero at, positive after it."""
    size = jnp.abs(row.current)
    return jnp.max(
        jnp.stack(
            [
                row.voltage - limits.highest,
                limits.lowest - row.voltage,
                limits.smallest - size,
                size - limits.largest,
                charge - limits.charge,
                limits.metal - metal(system, row.states, row.ionic_current),
            ]
        )
    )


def _try(
    system: System, y: CellStates, ionic: jax.Array, one: Stages, time: Any, charge: Any, dt: Any
) -> tuple[Trace, jax.Array, jax.Array]:
    """The row after `dt`, the charge passed by then, and how far it lies beyond the limits."""
    new = _step(system, y, ionic, one.hold, one.target, dt)
    current = _imposed(system, new, one.hold, one.target)
    row = _row(system, new, time + dt, current, one.hold, one.target, False)
    passed = charge + 0.5 * dt * (jnp.abs(ionic) + jnp.abs(current))
    return row, passed, _beyond(system, row, passed, one.limits)


def _located(
    system: System, y: CellStates, ionic: jax.Array, one: Stages, time: Any, charge: Any, dt: Any, over: Any
) -> tuple[Trace, jax.Array]:
    """The row at which the limit is met inside a step that passes it: Illinois' false position, bracket kept."""
    first = _row(system, y, time, ionic, one.hold, one.target, False)
    under = _beyond(system, first, charge, one.limits)

    def narrow(k: int, bracket: tuple[Any, ...]) -> tuple[Any, ...]:
        low, high, f_low, f_high, side = bracket
        span = high - low
        guess = low - f_low * span / jnp.where(f_high > f_low, f_high - f_low, 1.0)
        inside = (guess > low) & (guess < high) & jnp.isfinite(guess) & (k % 5 < 4)
        at = jnp.where(inside, guess, low + 0.5 * span)
        _, _, f = _try(system, y, ionic, one, time, charge, at)
        reached = f >= 0.0
        low, high = jnp.where(reached, low, at), jnp.where(reached, at, high)
        # the end that stays twice is pulled down by half, or false position creeps
        kept_low = jnp.where(reached & (side > 0), 0.5 * f_low, f_low)
        kept_high = jnp.where(~reached & (side < 0), 0.5 * f_high, f_high)
        return (
            low,
            high,
            jnp.where(reached, kept_low, f),
            jnp.where(reached, f, kept_high),
            jnp.where(reached, 1, -1),
        )

    dt = jnp.asarray(dt, dtype=float)
    bracket = jax.lax.fori_loop(0, _LOCATE, narrow, (jnp.zeros_like(dt), dt, under, over, 0))
    row, passed, _ = _try(system, y, ionic, one, time, charge, bracket[1])
    return row, passed


@jax.jit
def run_stages(system: System, y: CellStates, stages: Stages, weights: jax.Array) -> tuple[CellStates, Trace]:
    """Run all stages; returns the last states and every row."""

    def stage(y: CellStates, one: Stages) -> tuple[CellStates, Trace]:
        warm = system._replace(temperature=one.temperature)
        first = _imposed(warm, y, one.hold, one.target)
        head = _row(warm, y, 0.0, first, one.hold, one.target, False)
        met = (_beyond(warm, head, 0.0, one.limits) >= 0.0) & (one.duration > 0.0)
        head = head._replace(met=met)

        def step(carry: tuple[Trace, jax.Array], weight: jax.Array) -> tuple[Any, Trace]:
            old, charge = carry
            dt = jnp.where(old.met, 0.0, weight * one.duration)
            row, passed, over = _try(warm, old.states, old.ionic_current, one, old.time, charge, dt)
            ends = (over >= 0.0) & ~old.met & (dt > 0.0)
            row, passed = jax.lax.cond(
                ends,
                lambda: _located(
                    warm, old.states, old.ionic_current, one, old.time, charge, dt, over
                ),
                lambda: (row, passed),
            )
            row = row._replace(met=old.met | ends)
            return (row, passed), row

        (last, _), rows = jax.lax.scan(step, (head, jnp.asarray(0.0)), weights)
        whole = jax.tree.map(lambda a, b: jnp.concatenate([jnp.asarray(a)[None], b]), head, rows)
        return last.states, whole

    return jax.lax.scan(stage, y, stages)


def no_limits(count: int = STAGES) -> Limits:
    """Limits that are never met, arrays of shape (count,)."""
    far = np.full(count, np.inf)
    return Limits(far, -far, -far, far, far, -far)


def pad(
    hold: list[bool],
    target: list[float],
    duration: list[float],
    temperature: list[float] | None = None,
    limits: list[Limits] | None = None,
) -> Stages:
    """Arrays of STAGES entries; the missing ones rest for no time (25 degC and no limits where not given)."""
    warm = temperature if temperature is not None else [REFERENCE_TEMPERATURE] * len(hold)
    gap = STAGES - len(hold)
    given = no_limits()
    if limits is not None:
        given = Limits(
            *(
                np.asarray([float(getattr(one, name)) for one in limits] + list(getattr(given, name)[:gap]))
                for name in Limits._fields
            )
        )
    return Stages(
        np.asarray(hold + [False] * gap),
        np.asarray(target + [0.0] * gap, dtype=float),
        np.asarray(duration + [0.0] * gap, dtype=float),
        np.asarray(warm + [REFERENCE_TEMPERATURE] * gap, dtype=float),
        given,
    )
