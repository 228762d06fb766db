"""Lives of many cells with leaps over cycles (`cycle_jump`): each cell leaps as far as its own drift allows.

A call computes a few cycles of every cell, wherever in its life each of them is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from numpy.typing import NDArray

from interlayer.cohort_cycles import cycles_of
from interlayer.cycle_jump import FEWEST, SAMPLED, Envelope
from interlayer.galvanostatic import Guess, flat_guess
from interlayer.system import CellStates, System, start

Array = NDArray[np.float64]
Mark = tuple[int, str, float, str]
"""Number of the end, state, level, and 'rises', 'falls' or 'swings' past it."""


class Life(NamedTuple):
    """What is kept of one life; values of cycles that were leapt over lie on straight lines."""

    ends: Array
    """V at the end of each step, shape (cycles, steps of a cycle); NaN from a short on."""
    interface: Array
    """Resistance of both interfaces, ohm, shape (cycles,); NaN from a short on."""
    last: Array
    """V in the last cycle, shape (steps of a cycle, rows); NaN after a short."""
    short: int
    """First cycle in which a filament crosses; -1 for none."""
    computed: NDArray[np.bool_]
    """Which cycles were computed, shape (cycles,)."""


class _Sample(NamedTuple):
    """Some cycles of each cell, on the host; leading axis: cells."""

    volts: Array
    interface: Array
    crossed: NDArray[np.bool_]
    ends: Array
    """States and voltages at the ends of cycles, shape (cells, cycles, quantities)."""
    largest: Array
    """Largest magnitude of each quantity, shape (cells, quantities)."""
    passed: NDArray[np.bool_]
    """Whether each mark was reached, shape (cells, marks)."""


@dataclass
class _Course:
    """One cell on its way."""

    envelope: Envelope
    states: Array
    done: int = 0
    leap: int = 0
    over: bool = False
    lost: bool = False
    short: int = -1
    seen: NDArray[np.bool_] | None = None
    cycles: list[int] = field(default_factory=list[int])
    ends: list[Array] = field(default_factory=list[Array])
    interface: list[float] = field(default_factory=list[float])
    last: Array | None = None

    def next_states(self) -> Array:
        """States from which the next cycles are computed."""
        return self.envelope.ahead(self.leap)[: self.states.size] if self.leap else self.states

    def keep(self, begin: int, count: int, each: int, sample: _Sample, k: int) -> None:
        """Keep the first `count` cycles of a sample that began with cycle `begin`."""
        self.cycles += range(begin, begin + count)
        self.ends += list(sample.volts[k, : count * each, -1].reshape(count, each))
        self.interface += list(sample.interface[k, :count])
        self.done = begin + count


def lives(
    systems: System,
    cells: int,
    currents: Array,
    durations: Array,
    cycles: int,
    weights: Array,
    tolerance: float,
) -> list[Life | None]:
    """Cycle the first `cells` of some cells, with leaps; None for a cell whose course was not found.

    Parameters
    ----------
    systems : leaves with a leading axis.
    currents, durations : of the steps of a cycle, A/m2 and s.
    weights : as of `galvanostatic.blocks`.
    tolerance : as `jump` of `simulate`.
    """
    each = len(currents)
    some = max(SAMPLED // each, 3)
    lanes = np.shape(systems.temperature)[0]
    flat, guess = _begin(systems, rows=some * each, steps=len(weights))
    first = np.asarray(flat)
    marks, levels = _marks(systems, cells, lanes)
    courses = [_Course(Envelope(tolerance), first[k]) for k in range(cells)]
    targets, hours = np.tile(currents, some), np.tile(durations, some)
    idle = np.zeros(some * each)
    while not all(one.over for one in courses):
        at, lengths = first.copy(), np.zeros((lanes, some * each))
        for k, one in enumerate(courses):
            if one.over:
                lengths[k] = idle
                continue
            one.leap = min(one.leap, cycles - one.done - some)
            one.leap = one.leap if one.leap >= FEWEST else 0
            at[k] = one.next_states()
            # Steps of no time change nothing.
            lengths[k] = np.where(np.arange(some * each) < (cycles - one.done) * each, hours, 0.0)
        made, guess = _sample(systems, at, guess, targets, lengths, weights, levels, each=each, marks=marks)
        sample = _Sample(*(np.asarray(v) for v in made))
        for k, one in enumerate(courses):
            if not one.over:
                _go_on(one, sample, k, cycles, some, each)
    return [None if one.lost else _filled(one, cycles, each, len(weights) + 1) for one in courses]


def _go_on(one: _Course, sample: _Sample, k: int, cycles: int, some: int, each: int) -> None:
    """Let one cell take its sample in, as `runner.Runner` does."""
    begin = one.done + one.leap
    count = min(some, cycles - begin)
    finite = bool(np.isfinite(sample.volts[k]).all())
    crossed = sample.crossed[k, :count]
    fresh = sample.passed[k] if one.seen is None else sample.passed[k] & ~one.seen
    if one.leap and (not finite or crossed.any() or fresh.any()):
        one.leap //= 2
        return
    if not finite:
        one.lost = one.over = True
        return
    if crossed.any():
        one.short = begin + int(np.argmax(crossed))
        one.keep(begin, one.short - begin, each, sample, k)
        one.over = True
        return
    if count == some:
        mended = one.envelope.take(sample.ends[k], sample.largest[k], one.leap, one.states.size)
        if mended is None:
            one.leap = one.envelope.length
            return
        one.states, one.leap = mended, one.envelope.length
    one.keep(begin, count, each, sample, k)
    one.seen = sample.passed[k] if one.seen is None else one.seen | sample.passed[k]
    if one.done == cycles:
        one.last = sample.volts[k, (count - 1) * each : count * each]
        one.over = True


def _filled(one: _Course, cycles: int, each: int, rows: int) -> Life:
    """A life with straight lines over what was leapt."""
    ends, interface = np.full((cycles, each), np.nan), np.full(cycles, np.nan)
    computed = np.zeros(cycles, dtype=bool)
    if one.cycles:
        computed[one.cycles] = True
        upto = np.arange(one.done)
        known = np.stack(one.ends)
        for step in range(each):
            ends[: one.done, step] = np.interp(upto, one.cycles, known[:, step])
        interface[: one.done] = np.interp(upto, one.cycles, one.interface)
    last = np.full((each, rows), np.nan) if one.last is None else one.last
    return Life(ends, interface, last, one.short, computed)


def _marks(systems: System, cells: int, lanes: int) -> tuple[tuple[tuple[int, str, str], ...], Array]:
    """What must not happen inside a leap: end, state and way; and the level in each cell, shape (lanes, marks)."""
    marks: tuple[tuple[int, str, str], ...] = ()
    levels: list[list[float]] = []
    for lane in range(cells):
        system = jax.tree.map(lambda v, k=lane: np.asarray(v)[k], systems)
        found: list[Mark] = []
        for k, side in enumerate(system.sides):
            names = {f"{one.title} {k + 1} / {one.unit}": one.name for one in side.recorded()}
            for _, column, level, way in side.thresholds(k + 1, float(system.conduction.thickness)):
                found.append((k, names[column], level, way))
        marks = tuple((k, name, way) for k, name, _, way in found)
        levels.append([level for _, _, level, _ in found])
    levels += [levels[-1]] * (lanes - cells)
    return marks, np.asarray(levels, dtype=float).reshape(lanes, len(marks))


@partial(jax.jit, static_argnames=("rows", "steps"))
def _begin(systems: System, *, rows: int, steps: int) -> tuple[jax.Array, Guess]:
    """States of the fresh cells, each as one vector, and a guess at their courses."""

    def one(system: System) -> tuple[jax.Array, Guess]:
        y = start(system)
        return ravel_pytree(y)[0], flat_guess(system, y, rows, steps)

    return jax.vmap(one)(systems)


@partial(jax.jit, static_argnames=("each", "marks"))
def _sample(
    systems: System,
    flat: Any,
    guess: Guess,
    currents: Any,
    durations: Any,
    weights: Any,
    levels: Any,
    *,
    each: int,
    marks: tuple[tuple[int, str, str], ...],
) -> tuple[tuple[jax.Array, ...], Guess]:
    """Some cycles of every cell from the states `flat`: the fields of `_Sample`, and the next guess."""

    def lane(system: System, at: jax.Array, likely: Guess, lengths: jax.Array, level: jax.Array) -> Any:
        y = ravel_pytree(start(system))[1](at)
        made = cycles_of(system, y, likely, currents, lengths, weights, each)
        count = len(currents) // each
        leaves = jax.tree.leaves(made.after)
        ends = [v[each - 1 :: each, -1].reshape(count, -1) for v in leaves]
        ends.append(made.volts[:, -1].reshape(count, each))
        within = jnp.concatenate([jnp.abs(v).max(axis=(0, 1)).ravel() for v in leaves])
        by_step = jnp.abs(made.volts).max(axis=1).reshape(count, each).max(axis=0)
        largest = jnp.concatenate([jnp.maximum(within, jnp.abs(at)), by_step])
        passed = [_reached(y, made.after, *mark, level[m]) for m, mark in enumerate(marks)]
        found = jnp.isfinite(made.volts).all()
        kept = jax.tree.map(lambda new, old: jnp.where(found, new, old), made.likely, likely)
        numbers = made.volts, made.interface, made.crossed, jnp.concatenate(ends, axis=1), largest
        return (*numbers, jnp.stack(passed) if passed else jnp.zeros(0, dtype=bool)), kept

    return jax.vmap(lane)(systems, flat, guess, durations, levels)


def _reached(y: CellStates, after: CellStates, end: int, name: str, way: str, level: jax.Array) -> jax.Array:
    """Whether a state of one end is past a level at the start or after any step."""
    first, value = y[end][name], after[end][name]
    if way == "swings":
        first, value = jnp.abs(first.sum()), jnp.abs(value.sum(axis=-1))
    if way == "falls":
        return jnp.minimum(first, value.min()) <= level
    return jnp.maximum(first, value.max()) >= level
