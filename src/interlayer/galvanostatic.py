"""The fast path: stages of imposed current, computed as whole blocks instead of step by step.

While no filament crosses and no limit is looked for, the current of every step is known beforehand, and no mechanism
depends on one that depends on it. So each mechanism is computed over all steps of all stages at once
(`LithiumSide.courses`), with the very steps that `stepping.run_stages` takes; the voltage follows at the end. What
cannot be known beforehand (held voltages, limits, shorts, cathodes) stays with `stepping`.
"""

from __future__ import annotations

from typing import Any, Final

import jax
import jax.numpy as jnp

from interlayer.stepping import Stages, Trace
from interlayer.system import CellStates, System, ionic_voltage, own_current, surroundings

Guess = tuple[dict[str, Any], dict[str, Any]]
"""Courses of each end that are found by iteration, by name; leading axes (stages, steps)."""


def is_known_beforehand(system: System) -> bool:
    """Whether the equations of a cell allow the fast path at imposed currents."""
    return not any(side.is_cathode or side.shunt.states for side in system.sides)


def blocks(
    system: System, y: CellStates, stages: Stages, weights: jax.Array, guess: Guess
) -> tuple[CellStates, Trace, Guess]:
    """As `stepping.run_stages` without search and holds, for a cell without a crossed filament.

    Rows after a filament has crossed are wrong, and where a course could not be found all voltages are
    NaN: the caller looks for both.

    Parameters
    ----------
    system : a cell for which `is_known_beforehand`.
    y : states at the start.
    stages : what is imposed; targets are currents, A/m2.
    weights : fractions of a stage's duration, shape (steps,).
    guess : courses of some states, roughly: `guess_from` the rows of the stages before, or `flat_guess`. Only time
        depends on it.

    Returns
    -------
    The last states, and the rows of each stage, as `run_stages` returns them; a guess for stages like these.
    """
    after = courses(system, y, stages, weights, guess)
    rows = jax.tree.map(lambda head, v: jnp.concatenate([head[:, None], v], axis=1), heads(y, after), after)
    last = jax.tree.map(lambda v: v[-1, -1], after)
    part = jnp.concatenate([jnp.zeros(1), jnp.cumsum(weights)])
    time = stages.duration[:, None] * (part / part[-1])
    found = jnp.all(jnp.stack([jnp.all(jnp.isfinite(v)) for v in jax.tree.leaves(last)]))
    volts = jnp.where(found, voltages(system, rows, stages), jnp.nan)
    imposed = jnp.broadcast_to(stages.target[:, None], time.shape)
    never = jnp.zeros(time.shape, dtype=bool)
    made = Trace(time, volts, imposed, imposed, never, ~never, rows)
    return last, made, guess_from(system, after)


def courses(system: System, y: CellStates, stages: Stages, weights: jax.Array, guess: Guess) -> CellStates:
    """States after every step, leading axes (stages, steps); arguments as of `blocks`."""
    dt = stages.duration[:, None] * weights
    current, warm = jnp.asarray(stages.target), jnp.asarray(stages.temperature)
    around = surroundings(system)

    def end(side: Any, states: Any, likely: Any, own: jax.Array) -> Any:
        return side.courses(around, states, own, warm, dt, likely)

    one, two = system.sides
    if jax.tree.structure((one, y[0])) == jax.tree.structure((two, y[1])):
        sides, states, likely = jax.tree.map(
            lambda *v: jnp.stack(v), (one, y[0], guess[0]), (two, y[1], guess[1])
        )
        owns = jnp.stack([jnp.asarray(own_current(k, current)) for k in (0, 1)])
        made = jax.vmap(end)(sides, states, likely, owns)
        ends = [jax.tree.map(lambda v, k=k: v[k], made) for k in (0, 1)]
    else:
        ends = [end(system.sides[k], y[k], guess[k], jnp.asarray(own_current(k, current))) for k in (0, 1)]

    def electrolyte(states: dict[str, Any], x: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        new = system.conduction.advance(states, *x)
        return new, new

    flat = tuple(jnp.broadcast_to(v, dt.shape).ravel() for v in (current[:, None], warm[:, None], dt))
    _, between = jax.lax.scan(electrolyte, y[2], flat)
    return ends[0], ends[1], {n: v.reshape(*dt.shape, *v.shape[1:]) for n, v in between.items()}


def heads(y: CellStates, after: CellStates) -> CellStates:
    """States at the start of each stage: those at the end of the stage before; leading axis (stages,)."""
    return jax.tree.map(lambda first, v: jnp.concatenate([first[None], v[:-1, -1]]), y, after)


def voltages(system: System, rows: CellStates, stages: Stages) -> jax.Array:
    """Voltage at rows of states, V, shape (stages, rows)."""

    def one(states: CellStates, i: jax.Array, temperature: jax.Array) -> jax.Array:
        return ionic_voltage(system._replace(temperature=temperature), states, i)

    return jax.vmap(jax.vmap(one, in_axes=(0, None, None)))(rows, stages.target, stages.temperature)


QUICK_TO_COMPILE: Final[dict[str, Any]] = {"xla_backend_optimization_level": 1}
"""As fast as the highest level, and a fifth less to compile."""
run_blocks = jax.jit(blocks, compiler_options=QUICK_TO_COMPILE)


def flat_guess(system: System, y: CellStates, stages: int, steps: int) -> Guess:
    """Courses in which nothing changes: a guess for the first block."""
    one, two = (
        {n: jnp.broadcast_to(y[k][n], (stages, steps, *jnp.shape(y[k][n]))) for n in side.guessed()}
        for k, side in enumerate(system.sides)
    )
    return one, two


def guess_from(system: System, after: CellStates) -> Guess:
    """Courses of the stages before, out of all of them."""
    one, two = ({n: after[k][n] for n in side.guessed()} for k, side in enumerate(system.sides))
    return one, two
