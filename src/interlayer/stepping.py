"""The compiled inner loop: one stage of a protocol after the other, a fixed number of time steps in each."""

from __future__ import annotations

from functools import partial
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
    shunt_conductance,
)

STAGES: Final = 64
"""Stages a compiled call: one compilation serves protocols of any length."""
_GRADING: Final = 2.0
"""Time steps grow from the start of a stage, where voltages relax."""
_STEPS_BY_TOLERANCE: Final = ((3e-3, 12), (1e-3, 24), (3e-4, 48), (1e-4, 96), (3e-5, 192))
"""Largest error of the voltage within a 1 h half-cycle of the shipped cells, just after a reversal (plateaus are
a hundred times better); order 2, seen against 1536 steps in tests/simulate/test_accuracy.py."""


class Stages(NamedTuple):
    """What is imposed in each stage; arrays of shape (STAGES,)."""

    hold: Any
    """True: `target` is a voltage in V; False: a current density in A/m2."""
    target: Any
    duration: Any
    """s; a stage of no duration changes nothing."""
    temperature: Any
    """K"""


class Trace(NamedTuple):
    """Rows of each stage, the first at its start: arrays of shape (STAGES, steps + 1)."""

    time: Any
    """s since the stage began."""
    voltage: Any
    current: Any
    """A/m2, shunt included."""
    ionic_current: Any
    """A/m2 that moves lithium."""
    states: Any
    """CellStates with two leading axes."""


def step_count(rtol: float) -> int:
    """Time steps a stage for a relative tolerance on the voltage (12 to 192)."""
    for tolerance, steps in _STEPS_BY_TOLERANCE:
        if rtol >= tolerance * (1 - 1e-12):
            return steps
    return _STEPS_BY_TOLERANCE[-1][1]


def step_weights(steps: int) -> NDArray[np.float64]:
    """Fractions of a stage's duration, shape (steps,), summing to 1."""
    return np.diff((np.arange(steps + 1) / steps) ** _GRADING)


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


def _row(system: System, y: CellStates, time: Any, ionic: jax.Array, hold: Any, target: Any) -> Trace:
    voltage = jnp.where(hold, target, ionic_voltage(system, y, ionic))
    total = ionic + voltage * shunt_conductance(system, y)
    return Trace(jnp.asarray(time, dtype=float), voltage, total, ionic, y)


def _step(system: System, y: CellStates, ionic: jax.Array, hold: Any, target: Any, dt: Any) -> CellStates:
    """One step: the current of its middle, where that differs from the current of its start."""
    changes = hold | (shunt_conductance(system, y) > 0.0)
    middle = jax.lax.cond(
        changes,
        lambda: _imposed(system, advance(system, y, ionic, 0.5 * dt), hold, target),
        lambda: ionic,
    )
    return advance(system, y, middle, dt)


@jax.jit
def run_stages(system: System, y: CellStates, stages: Stages, weights: jax.Array) -> tuple[CellStates, Trace]:
    """Run all stages; returns the last states and every row."""

    def stage(y: CellStates, one: Stages) -> tuple[CellStates, Trace]:
        warm = system._replace(temperature=one.temperature)
        first = _imposed(warm, y, one.hold, one.target)
        head = _row(warm, y, 0.0, first, one.hold, one.target)

        def step(carry: tuple[CellStates, jax.Array, jax.Array], weight: jax.Array) -> tuple[Any, Trace]:
            y, ionic, time = carry
            dt = weight * one.duration
            y = _step(warm, y, ionic, one.hold, one.target, dt)
            ionic = _imposed(warm, y, one.hold, one.target)
            time = time + dt
            return (y, ionic, time), _row(warm, y, time, ionic, one.hold, one.target)

        (y, _, _), rows = jax.lax.scan(step, (y, first, jnp.asarray(0.0)), weights)
        whole = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), head, rows)
        return y, whole

    return jax.lax.scan(stage, y, stages)


@partial(jax.jit)
def one_step(system: System, y: CellStates, hold: Any, target: Any, dt: Any) -> Trace:
    """The row reached after `dt` from `y`: for locating an event inside a step."""
    ionic = _imposed(system, y, hold, target)
    y = _step(system, y, ionic, hold, target, dt)
    return _row(system, y, dt, _imposed(system, y, hold, target), hold, target)


def pad(
    hold: list[bool], target: list[float], duration: list[float], temperature: list[float] | None = None
) -> Stages:
    """Arrays of STAGES entries; the missing ones rest for no time (temperature 25 degC where not given)."""
    warm = temperature if temperature is not None else [REFERENCE_TEMPERATURE] * len(hold)
    gap = STAGES - len(hold)
    return Stages(
        np.asarray(hold + [False] * gap),
        np.asarray(target + [0.0] * gap, dtype=float),
        np.asarray(duration + [0.0] * gap, dtype=float),
        np.asarray(warm + [REFERENCE_TEMPERATURE] * gap, dtype=float),
    )
