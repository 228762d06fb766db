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


def is_known_beforehand(system: System) -> bool:
    """Whether the equations of a cell allow the fast path at imposed currents."""
    return not any(side.is_cathode or side.shunt.states for side in system.sides)


def blocks(
    system: System, y: CellStates, stages: Stages, weights: jax.Array, guess: CellStates
) -> tuple[CellStates, Trace]:
    """As `stepping.run_stages` without search and holds, for a cell without a crossed filament.

    Rows after a filament has crossed are wrong, rows that could not be found are NaN: the caller looks for both.

    Parameters
    ----------
    system : a cell for which `is_known_beforehand`.
    y : states at the start.
    stages : what is imposed; targets are currents, A/m2.
    weights : fractions of a stage's duration, shape (steps,).
    guess : states at the rows, roughly: those of the stages before, or `flat_guess`. Only time depends on it.

    Returns
    -------
    The last states, and the rows of each stage, as `run_stages` returns them.
    """
    dt = stages.duration[:, None] * weights
    current = jnp.broadcast_to(stages.target[:, None], dt.shape)
    warm = jnp.broadcast_to(stages.temperature[:, None], dt.shape)
    around = surroundings(system)

    def end(side: Any, states: Any, rows: Any, own: jax.Array) -> Any:
        return side.courses(around, states, own, warm, dt, {n: v[:, 1:] for n, v in rows.items()})

    one, two = system.sides
    if jax.tree.structure((one, y[0])) == jax.tree.structure((two, y[1])):
        both = jax.tree.map(lambda *v: jnp.stack(v), (one, y[0], guess[0]), (two, y[1], guess[1]))
        made = jax.vmap(end)(*both, jnp.stack([own_current(0, current), own_current(1, current)]))
        ends = [jax.tree.map(lambda v, k=k: v[k], made) for k in (0, 1)]
    else:
        ends = [
            end(system.sides[k], y[k], guess[k], own_current(k, current)) for k in (0, 1)
        ]

    def electrolyte(states: dict[str, Any], x: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        new = system.conduction.advance(states, *x)
        return new, new

    flat = tuple(v.ravel() for v in (current, warm, dt))
    _, between = jax.lax.scan(electrolyte, y[2], flat)
    between = {n: v.reshape(*dt.shape, *v.shape[1:]) for n, v in between.items()}

    after: CellStates = (ends[0], ends[1], between)
    rows = jax.tree.map(_with_head, y, after)
    last = jax.tree.map(lambda v: v[-1, -1], after)
    part = jnp.concatenate([jnp.zeros(1), jnp.cumsum(weights)])
    time = stages.duration[:, None] * (part / part[-1])
    imposed = jnp.broadcast_to(stages.target[:, None], time.shape)

    def voltage(states: CellStates, i: jax.Array, temperature: jax.Array) -> jax.Array:
        return ionic_voltage(system._replace(temperature=temperature), states, i)

    volts = jax.vmap(jax.vmap(voltage, in_axes=(0, 0, None)))(rows, imposed, stages.temperature)
    never = jnp.zeros(time.shape, dtype=bool)
    return last, Trace(time, volts, imposed, imposed, never, ~never, rows)


QUICK_TO_COMPILE: Final[dict[str, Any]] = {"xla_backend_optimization_level": 1}
"""As fast as the highest level, and a fifth less to compile."""
run_blocks = jax.jit(blocks, compiler_options=QUICK_TO_COMPILE)


def flat_guess(y: CellStates, stages: int, steps: int) -> CellStates:
    """Rows in which nothing changes: a guess for the first block."""
    return jax.tree.map(lambda v: jnp.broadcast_to(v, (stages, steps + 1, *jnp.shape(v))), y)


def _with_head(first: jax.Array, after: jax.Array) -> jax.Array:
    """Rows of each stage, the first of which is the last one of the stage before."""
    heads = jnp.concatenate([first[None], after[:-1, -1]])
    return jnp.concatenate([heads[:, None], after], axis=1)
