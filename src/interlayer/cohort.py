"""Many cells through the same repeated cycle, reduced while they are computed.

For fitting, uncertainty and screening one wants of each life a few numbers a cycle, not its rows. Cells of one compiled
shape go through the fast path (`galvanostatic`) some at a time, as many as fit the processor's cache, on all cores; of
each cycle the voltages at the ends of its steps and the interface resistance are kept. No limit is looked for, not
even the safety's. Whoever wants whole records, limits or events beside shorts takes `interlayer.batch`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.cohort_cycles import cycles_of
from interlayer.cohort_leaps import lives
from interlayer.cycle_jump import check_tolerance
from interlayer.errors import InputError
from interlayer.galvanostatic import Guess, flat_guess, is_known_beforehand
from interlayer.processors import cores
from interlayer.stepping import STAGES, pad, run_stages, step_count, step_weights
from interlayer.system import CellStates, System, interface_resistance, start

WIDTH: Final = 16
"""Cells a compiled call: 8 take some 7 % longer, 32 a quarter, as their courses leave the cache."""
LEAPING_WIDTH: Final = 32
"""The same with leaps, where a call computes fewer cycles."""
Array = NDArray[np.float64]


class Cohort(NamedTuple):
    """What is kept of each life."""

    ends: Array
    """V at the end of each step of each cycle, shape (cells, cycles, steps of a cycle); NaN from a short on."""
    interface: Array
    """Resistance of both interfaces at the end of each cycle, ohm, shape (cells, cycles); NaN from a short on."""
    last: Array
    """V in the last cycle, shape (cells, steps of a cycle, rows), the first row at the start of the step."""
    short: NDArray[np.int64]
    """First cycle in which a filament crosses, shape (cells,); -1 for none."""
    computed: NDArray[np.bool_]
    """Which cycles were computed, shape (cells, cycles); the values of the others lie on straight lines."""


def run_cohort(
    systems: System,
    currents: Sequence[float],
    durations: Sequence[float],
    cycles: int,
    *,
    rtol: float = 1e-3,
    jump: float | None = None,
    width: int | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Cohort:
    """Cycle many cells.

    Parameters
    ----------
    systems : one System whose leaves have the shape (cells, ...), or () where all cells share a value.
    currents, durations : of the steps of a cycle, A/m2 (> 0 oxidises electrode 1) and s; at most 64 steps.
    cycles : how many.
    rtol, jump : as in `simulate`; only a filament's crossing, and what bends the drift, is looked for in leaps.
    width : cells a compiled call, 16 where not given, with leaps 32; the last call is filled up.
    threads : calls at a time; all cores where not given.
    progress : called with the fraction of the cells done.

    Raises
    ------
    InputError
        For a cycle that is empty or too long, a count below 1, or cells with a cathode or an evolving shunt.
    """
    each = len(currents)
    width = (WIDTH if jump is None else LEAPING_WIDTH) if width is None else width
    if not 0 < each <= STAGES or len(durations) != each or cycles < 1 or width < 1:
        raise InputError(
            f"a cycle of {each} currents and {len(durations)} durations, {cycles} cycles, {width} cells a call",
            advice=f"give as many durations as currents, 1 to {STAGES}, and counts of at least 1",
        )
    if jump is not None:
        check_tolerance(jump)
    if not is_known_beforehand(systems):
        raise InputError(
            "cells with a cathode or a shunt that changes cannot be computed cycle by cycle beforehand",
            advice="use interlayer.batch.simulate_batch",
        )
    systems = jax.tree.map(lambda v: np.asarray(v, dtype=float), systems)
    count = max((np.shape(leaf)[0] for leaf in jax.tree.leaves(systems) if np.ndim(leaf)), default=1)
    whole = jax.tree.map(
        lambda v: np.broadcast_to(v, (count, *v.shape[1:])) if v.ndim else np.full(count, v), systems
    )
    weights = step_weights(step_count(rtol))
    a_call = STAGES // each
    calls = -(-cycles // a_call)
    # The last call may be longer than what is left: steps of no time change nothing.
    real = np.arange(calls * a_call * each) < cycles * each
    lengths = np.where(real, np.tile(np.asarray(durations, dtype=float), calls * a_call), 0.0)
    targets = np.tile(np.asarray(currents, dtype=float), a_call)
    once = np.asarray(currents, dtype=float), np.asarray(durations, dtype=float)
    begins = list(range(0, count, width))
    done = 0
    found: list[Cohort] = []

    def stepped(one: System) -> Cohort:
        return _stepped(one, targets, lengths.reshape(calls, -1), weights, cycles, each)

    def chunk(number: int) -> Cohort:
        lanes = np.minimum(np.arange(begins[number], begins[number] + width), count - 1)
        some = jax.tree.map(lambda v: jnp.asarray(v[lanes]), whole)
        if jump is not None:
            return leaping(some, min(width, count - begins[number]))
        y, guess = _begin(some, rows=a_call * each, steps=len(weights))
        kept: list[Any] = []
        last: Any = None
        for part in lengths.reshape(calls, -1):
            y, guess, last, *numbers = _call(some, y, guess, targets, part, weights, each=each)
            kept.append(numbers)
        ends, interface, crossed = (
            np.concatenate([np.asarray(v) for v in one], axis=1) for one in zip(*kept, strict=True)
        )
        lanes_kept = min(width, count - begins[number])
        made = _reduced(ends, interface, crossed, np.asarray(last), cycles, each, lanes_kept)
        lost = np.flatnonzero((made.short < 0) & ~np.isfinite(made.ends).all(axis=(1, 2)))
        for k in lost:  # a course that was not found: step by step instead
            alone = stepped(jax.tree.map(lambda v, k=k: v[k], some))
            for whole_cohort, part in zip(made, alone, strict=True):
                whole_cohort[k] = part[0]
        return made

    def leaping(some: System, cells: int) -> Cohort:
        made = lives(some, cells, *once, cycles, weights, jump or 0.0)
        each_one = [
            stepped(jax.tree.map(lambda v, k=k: v[k], some))
            if one is None
            else Cohort(*(np.asarray(v)[None] for v in one))
            for k, one in enumerate(made)
        ]
        return Cohort(*(np.concatenate(parts) for parts in zip(*each_one, strict=True)))

    with ThreadPoolExecutor(threads or cores()) as pool:
        for made in pool.map(chunk, range(len(begins))):
            found.append(made)
            done += len(made.short)
            if progress:
                progress(done / count)
    return Cohort(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _stepped(system: System, currents: Array, parts: Array, weights: Array, cycles: int, each: int) -> Cohort:
    """One life, step by step."""
    y = start(system)
    kept: list[Any] = []
    rows = np.zeros((1, len(currents), len(weights) + 1))
    for durations in parts:
        count = len(currents)
        warm = [float(system.temperature)] * count
        stages = pad([False] * count, list(currents), list(durations), warm)
        y, trace = run_stages(system, y, stages, jnp.asarray(weights))
        states = jax.tree.map(lambda v: v[each - 1 : len(currents) : each, -1], trace.states[:2])
        one, two = (jax.vmap(partial(interface_resistance, system, k))(states[k]) for k in (0, 1))
        rows = np.asarray(trace.voltage)[None, :count]
        pellet = float(system.conduction.thickness)
        lengths: list[Array] = [np.asarray(v["filament_length"])[:count] for v in trace.states[:2]]
        longest: Array = np.stack(lengths).reshape(2, count // each, -1).max(axis=(0, 2))
        across: NDArray[np.bool_] = np.greater_equal(longest, pellet)
        kept.append((rows[:, :, -1], np.asarray(one + two)[None] / float(system.area), across[None]))
    ends, interface, crossed = (np.concatenate(part, axis=1) for part in zip(*kept, strict=True))
    return _reduced(ends, interface, crossed, rows, cycles, each, 1)


def _reduced(
    ends: Array, interface: Array, crossed: NDArray[np.bool_], last: Array, cycles: int, each: int, kept: int
) -> Cohort:
    """One call's lanes as they are kept."""
    ends = ends[:kept].reshape(kept, -1, each)[:, :cycles].copy()
    interface = interface[:kept].reshape(kept, -1)[:, :cycles].copy()
    short = np.asarray(crossed)[:kept].reshape(kept, -1)[:, :cycles]
    first = np.where(short.any(axis=1), short.argmax(axis=1), -1)
    after = (first[:, None] >= 0) & (np.arange(cycles) >= first[:, None])
    ends[after] = np.nan
    interface[after] = np.nan
    rows = last[:kept, (cycles - 1) % (last.shape[1] // each) * each :][:, :each].copy()
    rows[first >= 0] = np.nan
    return Cohort(ends, interface, rows, first, np.ones(interface.shape, dtype=bool))


@partial(jax.jit, static_argnames=("rows", "steps"))
def _begin(systems: System, *, rows: int, steps: int) -> tuple[CellStates, Guess]:
    """States of the fresh cells, and a guess at their courses."""
    y = jax.vmap(start)(systems)
    return y, jax.vmap(lambda system, v: flat_guess(system, v, rows, steps))(systems, y)


@partial(jax.jit, static_argnames="each", donate_argnums=(1, 2))
def _call(
    systems: System, y: CellStates, guess: Guess, currents: Any, durations: Any, weights: Any, *, each: int
) -> tuple[CellStates, Guess, jax.Array, jax.Array, jax.Array, jax.Array]:
    """Some cycles of some cells.

    Returns the last states, a guess for the next cycles, V at every row, V at the ends of steps, R_int at the ends of
    cycles in ohm, and whether a filament was across in a cycle.
    """

    def lane(system: System, y: CellStates, likely: Guess) -> Any:
        made = cycles_of(system, y, likely, currents, durations, weights, each)
        last = jax.tree.map(lambda v: v[-1, -1], made.after)
        return last, made.likely, made.volts, made.volts[:, -1], made.interface, made.crossed

    return jax.vmap(lane)(systems, y, guess)
