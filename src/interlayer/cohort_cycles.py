"""Some cycles of one cell on the fast path, and what a cohort keeps of them."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlayer.galvanostatic import Guess, courses, guess_from, heads, voltages
from interlayer.stepping import Stages, no_limits
from interlayer.system import CellStates, System, interface_resistance


class Cycles(NamedTuple):
    """Some cycles in a row."""

    after: CellStates
    """States after every time step, leading axes (steps of the cycles, time steps)."""
    volts: jax.Array
    """V, shape (steps of the cycles, rows), the first row at the start of the step; NaN where a course
    was not found."""
    interface: jax.Array
    """Resistance of both interfaces at the end of each cycle, ohm, shape (cycles,)."""
    crossed: jax.Array
    """Whether a filament was across in a cycle, shape (cycles,)."""
    likely: Guess
    """A guess for as many cycles after these."""


def cycles_of(
    system: System,
    y: CellStates,
    likely: Guess,
    currents: jax.Array,
    durations: jax.Array,
    weights: jax.Array,
    each: int,
) -> Cycles:
    """Compute cycles of `each` steps; `currents` (A/m2) and `durations` (s) of all their steps.

    Other arguments as of `galvanostatic.blocks`.
    """
    warm = jnp.broadcast_to(system.temperature, jnp.shape(currents))
    held = jnp.zeros(jnp.shape(currents), dtype=bool)
    stages = Stages(held, currents, durations, warm, no_limits(len(currents)))
    after = courses(system, y, stages, weights, likely)
    firsts = jax.tree.map(lambda v: v[:, None], heads(y, after))
    volts = jnp.concatenate([voltages(system, firsts, stages), voltages(system, after, stages)], axis=1)
    found = jnp.all(jnp.stack([jnp.all(jnp.isfinite(v)) for v in jax.tree.leaves(after)]))
    volts = jnp.where(found, volts, jnp.nan)
    turned = jax.tree.map(lambda v: v[each - 1 :: each, -1], after)
    one, two = (jax.vmap(partial(interface_resistance, system, k))(turned[k]) for k in (0, 1))
    length = jnp.maximum(after[0]["filament_length"], after[1]["filament_length"])
    crossed = (length >= system.conduction.thickness).any(axis=1).reshape(-1, each).any(axis=1)

    def repeated(v: Any) -> jax.Array:
        # The next cycles go on from the last one, not from the first, which may have been a fresh cell's.
        return jnp.tile(v[-each:], (len(currents) // each, *[1] * (v.ndim - 1)))

    guess = jax.tree.map(repeated, guess_from(system, after))
    return Cycles(after, volts, (one + two) / system.area, crossed, guess)
