"""Where ramps and long runs short, for one draw of the parameters: quick, from the simulation's own functions.

A filament does not act back on the cell before it has crossed. One run of a ramp without filaments therefore gives the
contact under every filament, and the filament's own law is then integrated along it for any threshold. Where the
contact of a cell stays as it was assembled (a soft layer follows the lithium), its growth a cycle is constant and
the time to short follows without a run. Tests compare both with whole simulations.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.protocol import CurrentStep, Protocol
from interlayer.stage import VOLTAGE_LIMIT
from interlayer.stepping import Stages, Trace, pad, run_stages, step_weights
from interlayer.system import CellStates, System, drive, start

Array = NDArray[np.float64]
HOUR: Final = 3600.0
STEPS: Final = 24
"""Time steps a half-cycle, as many as a simulation takes by default."""
_NEVER: Final = 1e6
"""A/m2; a threshold that no current passes."""


class Ramp(NamedTuple):
    """A ramp of the current density as the inner loop takes it."""

    stages: Stages
    levels: Array
    """mA/cm2 of each half-cycle, shape (n,)."""


@cache
def ramp(step: float, end: float) -> Ramp:
    """The ramp of the experiments: levels of 1 h a half-cycle from `step` by `step` to `end` mA/cm2."""
    protocol = Protocol.critical_current_ramp(f"{step} mA/cm2", f"{step} mA/cm2", f"{end} mA/cm2")
    targets: list[float] = []
    durations: list[float] = []
    for flat in protocol.flat():
        assert isinstance(flat.step, CurrentStep)
        assert flat.step.areal is not None
        targets.append(flat.step.areal)
        durations.append(flat.step.stops[0].value)
    return Ramp(pad([False] * len(targets), targets, durations), np.abs(targets) / 10.0)


def failed_levels(system: System, course: Ramp, thresholds: Array) -> Array:
    """First failed level (mA/cm2) of a ramp for each threshold (A/m2), shape (k,); infinite if none fails.

    The cell's own threshold is not used. A cell that reaches the cycler's voltage limit has failed there, too.
    """
    never = _with_threshold(system, _NEVER)
    _, trace = run_stages(never, start(never), course.stages, jnp.asarray(step_weights(STEPS)))
    count = len(course.levels)
    lengths = np.asarray(_lengths(never, trace, jnp.asarray(thresholds)))[:, :, :count]
    crossed = (lengths >= float(system.conduction.thickness)).any(axis=1)  # either side
    stopped = np.any(np.abs(np.asarray(trace.voltage)) >= VOLTAGE_LIMIT, axis=1)[:count]
    crossed = crossed | stopped[None, :]
    at = crossed.argmax(axis=1)
    return np.where(crossed.any(axis=1), course.levels[at], np.inf)


@jax.jit
def _lengths(system: System, trace: Trace, thresholds: jax.Array) -> jax.Array:
    """Length of a filament at the end of each stage, m, shape (thresholds, sides, stages)."""
    dt = jnp.diff(trace.time, axis=1)
    out: list[jax.Array] = []
    for index, side in enumerate(system.sides):

        def speed(threshold: Any, current: Any, y: CellStates, index: int = index, side: Any = side) -> Any:
            law = dataclasses.replace(side.filament, threshold_current=threshold)
            return law.rates(y[index], drive(system, index, y[index], current))["filament_length"]

        rows = jax.vmap(jax.vmap(speed, (None, 0, 0)), (None, 0, 0))
        v = jax.vmap(rows, (0, None, None))(thresholds, trace.ionic_current, trace.states)
        grown = (0.5 * (v[..., 1:] + v[..., :-1]) * dt).sum(axis=-1)
        out.append(jnp.cumsum(grown, axis=-1))
    return jnp.stack(out, axis=1)


def hours_to_short(system: System, current: float, threshold: float) -> float:
    """Hours of cycles of 2 x 1 h at `current` (A/m2), plating first, until a filament crosses; infinite if never.

    Raises
    ------
    ArithmeticError
        If this cell loses contact while it is stripped, so that growth a cycle is not constant.
    """
    made = _with_threshold(system, threshold)
    speed, loss = (float(v) for v in _fresh_speed(made, current))
    if loss < 0.0:
        raise ArithmeticError("the contact does not stay: simulate the cell instead")
    if speed <= 0.0:
        return float("inf")
    plated = float(system.conduction.thickness) / speed / HOUR
    whole = np.floor(plated)
    return float(2.0 * whole + (plated - whole))


@jax.jit
def _fresh_speed(system: System, current: Any) -> tuple[jax.Array, jax.Array]:
    """Speed of the filament on side 1 while plated, m/s, and rate of its contact while stripped, 1/s."""
    side, y = system.sides[0], start(system)[0]
    speed = side.filament.rates(y, drive(system, 0, y, -current))["filament_length"]
    loss = side.contact.rates(y, drive(system, 0, y, current))["contact_fraction"]
    return speed, loss


def _with_threshold(system: System, threshold: float) -> System:
    sides = tuple(
        side._replace(
            filament=dataclasses.replace(side.filament, threshold_current=jnp.asarray(threshold, dtype=float))  # pyright: ignore[reportCallIssue, reportArgumentType]
        )
        for side in system.sides
    )
    return system._replace(sides=(sides[0], sides[1]))
