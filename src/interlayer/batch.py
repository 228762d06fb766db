"""Many cells at once: each is the run that `simulate` makes, and their blocks of stages are computed together.

A cell's numbers do not depend on what else is in the batch, nor on its place there: every call has the same width
(missing lanes rest), each lane sees only its own cell, and which of the compiled variants a cell takes is its own
affair. So results are bitwise the same for any order and any split at one width; another width is another compiled
program, whose sums may differ in the last digits (tests/sweep/test_batch.py).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from interlayer.build import Built
from interlayer.errors import InputError, InterlayerError
from interlayer.protocol import Protocol
from interlayer.record import Record
from interlayer.simulation import Answer, Asked, Runner, following
from interlayer.stepping import Stages, pad, run_stages
from interlayer.system import CellStates, System

WIDTH: Final = 16
"""Cells a call where nothing else is asked for."""


@dataclass
class _Lane:
    """One cell on its way."""

    number: int
    runner: Runner
    run: Generator[Asked, Answer, None]
    asked: Asked | None = None


Outcome = Record | InterlayerError
"""What became of a cell: its record, or why there is none."""


def simulate_batch(
    builts: Sequence[Built],
    protocols: Protocol | Sequence[Protocol],
    *,
    rtol: float = 1e-3,
    stop_on: tuple[str, ...] | None = None,
    width: int = WIDTH,
    keep_states: bool = True,
    progress: Callable[[float], None] | None = None,
) -> list[Outcome]:
    """Simulate cells together; cells of one compiled shape (the same laws) share every call.

    Parameters
    ----------
    builts : the equations of each cell (`interlayer.build.build`).
    protocols : one for all, or one a cell.
    rtol, stop_on : as in `simulate`.
    width : cells a call; fewer are filled up with resting ones.
    keep_states : False leaves the states' columns out of the records, which is a tenth of the memory.
    progress : called with the fraction of cells done.

    Returns
    -------
    list
        In the order of `builts`: a Record each, or the error that this cell met; the others go on.

    Raises
    ------
    InputError
        For a width below 1, or as many protocols as there are no cells.
    """
    if width < 1:
        raise InputError(f"width = {width}: a call needs at least one cell", advice="write width = 16")
    each = [protocols] * len(builts) if isinstance(protocols, Protocol) else list(protocols)
    if len(each) != len(builts):
        raise InputError(
            f"{len(builts)} cells and {len(each)} protocols", advice="give one protocol, or one a cell"
        )
    outcomes: list[Outcome | None] = [None] * len(builts)
    groups: dict[Hashable, list[int]] = {}
    for number, made in enumerate(builts):
        groups.setdefault(shape_of(made.system), []).append(number)
    done = 0
    for numbers in groups.values():
        for first in range(0, len(numbers), width):
            lanes: list[_Lane] = []
            for number in numbers[first : first + width]:
                runner = Runner(builts[number], rtol, stop_on, keep_states=keep_states)
                lanes.append(_Lane(number, runner, runner.run(each[number])))
            _together(lanes, builts, outcomes, width)
            done += len(lanes)
            if progress:
                progress(done / len(builts))
    return [one for one in outcomes if one is not None]


def shape_of(system: System) -> Hashable:
    """What cells must have in common to share a compiled program: laws, and sizes of what has a size."""
    leaves, tree = jax.tree.flatten(system)
    return tree, tuple(np.shape(leaf) for leaf in leaves)


def _together(
    lanes: list[_Lane], builts: Sequence[Built], outcomes: list[Outcome | None], width: int
) -> None:
    """Run up to `width` cells to their ends, and note what became of each."""
    stacked = _stack([lane.runner.system for lane in lanes], width)
    idle = _Idle(lanes[0].runner.states)
    waiting = [lane for lane in lanes if _goes_on(lane, None, builts, outcomes)]
    while waiting:
        answers: dict[int, Answer] = {}
        for search, holds in dict.fromkeys((a.search, a.holds) for a in _asked(waiting)):
            # A lane keeps its place, so that the systems are stacked once.
            asked = [
                lane.asked
                if lane.asked is not None and (lane.asked.search, lane.asked.holds) == (search, holds)
                else None
                for lane in lanes
            ]
            weights = lanes[0].runner.weights(search=search)
            answer = _compute(stacked, asked, idle, weights, width, search=search, holds=holds)
            for place, one in enumerate(asked):
                if one is not None:
                    answers[lanes[place].number] = jax.tree.map(lambda v, k=place: v[k], answer)
        waiting = [lane for lane in waiting if _goes_on(lane, answers[lane.number], builts, outcomes)]


def _asked(lanes: list[_Lane]) -> list[Asked]:
    return [lane.asked for lane in lanes if lane.asked is not None]


def _goes_on(
    lane: _Lane, answer: Answer | None, builts: Sequence[Built], outcomes: list[Outcome | None]
) -> bool:
    """Let one cell take its answer; whether it asks for more. What ended is noted."""
    try:
        lane.asked = following(lane.run, answer)
        if lane.asked is None:
            outcomes[lane.number] = lane.runner.record(builts[lane.number].cell)
    except InterlayerError as error:
        lane.asked = None
        outcomes[lane.number] = error
    return lane.asked is not None


class _Idle:
    """What fills lanes that have nothing to do: some valid states at rest for no time."""

    def __init__(self, states: CellStates) -> None:
        self.states: CellStates = jax.tree.map(lambda v: np.asarray(v), states)
        self.stages: Stages = pad([], [], [])


def _stack(systems: Sequence[System], width: int) -> System:
    """Systems with a leading axis of `width`; the last one stands for missing ones as well."""
    whole = [*systems, *[systems[-1]] * (width - len(systems))]
    return jax.tree.map(lambda *leaves: jnp.asarray(np.stack([np.asarray(v) for v in leaves])), *whole)


def _compute(
    stacked: System,
    asked: Sequence[Asked | None],
    idle: _Idle,
    weights: Any,
    width: int,
    *,
    search: bool,
    holds: bool,
) -> Answer:
    """One call of `width` lanes; arrays of shape (width, ...), on the host."""
    padded = [*asked, *[None] * (width - len(asked))]
    states = [idle.states if one is None else one.states for one in padded]
    stages = [idle.stages if one is None else one.stages for one in padded]
    together = jax.tree.map(lambda *leaves: np.stack([np.asarray(v) for v in leaves]), *states)
    steps = jax.tree.map(lambda *leaves: np.stack(leaves), *stages)
    answer = _run_many(stacked, together, steps, jnp.asarray(weights), search=search, holds=holds)
    return jax.tree.map(np.asarray, answer)


@partial(jax.jit, static_argnames=("search", "holds"))
def _run_many(
    systems: System, states: CellStates, stages: Stages, weights: jax.Array, *, search: bool, holds: bool
) -> Answer:
    def one(system: System, y: CellStates, block: Stages) -> Answer:
        return run_stages(system, y, block, weights, search=search, holds=holds)

    return jax.vmap(one)(systems, states, stages)
