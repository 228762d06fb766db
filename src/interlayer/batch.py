"""Many cells at once: each is the run that `simulate` makes, and their blocks of stages are computed together.

A cell's numbers do not depend on what else is in the batch, nor on its place there: every call has the same width
(missing lanes rest), each lane sees only its own cell, and which of the compiled variants a cell takes is its own
affair. So results are bitwise the same for any order and any split at one width; another width is another compiled
program, whose sums may differ in the last digits (tests/sweep/test_batch.py).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from interlayer.build import Built
from interlayer.errors import InputError, InterlayerError
from interlayer.galvanostatic import QUICK_TO_COMPILE, Guess, blocks, flat_guess
from interlayer.protocol import Protocol
from interlayer.record import Record
from interlayer.runner import Answer, Asked, Runner, following
from interlayer.stepping import Stages, Trace, pad, run_stages
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
    guesses: dict[int, Guess] = field(default_factory=dict[int, Guess])
    """Of the fast path, by number of stages: the cell's own, so that nothing depends on the others."""


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
    jump: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Outcome]:
    """Simulate cells together; cells of one compiled shape (the same laws) share every call.

    Parameters
    ----------
    builts : the equations of each cell (`interlayer.build.build`).
    protocols : one for all, or one a cell.
    rtol, stop_on, jump : as in `simulate`.
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
                runner = Runner(builts[number], rtol, stop_on, keep_states=keep_states, jump=jump)
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
    idle = _Idle(lanes[0].runner)
    waiting = [lane for lane in lanes if _goes_on(lane, None, builts, outcomes)]
    while waiting:
        answers: dict[int, Answer] = {}
        for kind in dict.fromkeys(_kind(lane.asked) for lane in waiting):
            # A lane keeps its place, so that the systems are stacked once.
            some = [lane if _kind(lane.asked) == kind else None for lane in lanes]
            answer = _compute(stacked, some, idle, width)
            for place, lane in enumerate(some):
                if lane is not None:
                    answers[lane.number] = jax.tree.map(lambda v, k=place: v[k], answer)
        waiting = [lane for lane in waiting if _goes_on(lane, answers[lane.number], builts, outcomes)]


def _kind(asked: Asked | None) -> tuple[bool, bool, bool, int]:
    """What requests must have in common to be computed in one call; none has the kind of nothing."""
    if asked is None:
        return False, False, False, 0
    return asked.search, asked.holds, asked.known, len(asked.stages.duration)


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

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.states: CellStates = jax.tree.map(lambda v: np.asarray(v), runner.states)

    def stages(self, count: int) -> Stages:
        """A rest of no time."""
        return pad([], [], [], count=count)


def _stack(systems: Sequence[System], width: int) -> System:
    """Systems with a leading axis of `width`; the last one stands for missing ones as well."""
    return _together_as_arrays([*systems, *[systems[-1]] * (width - len(systems))])


def _together_as_arrays(trees: Sequence[Any]) -> Any:
    """Trees of the same kind as one tree with a leading axis."""
    return jax.tree.map(lambda *leaves: np.stack([np.asarray(v) for v in leaves]), *trees)


def _compute(stacked: System, lanes: Sequence[_Lane | None], idle: _Idle, width: int) -> Answer:
    """One call of `width` lanes; arrays of shape (width, ...), on the host."""
    padded = [*lanes, *[None] * (width - len(lanes))]
    asked = next(lane.asked for lane in padded if lane is not None and lane.asked is not None)
    search, holds, known, count = _kind(asked)
    weights = jnp.asarray(idle.runner.weights(search=search))
    rest = idle.stages(count)
    both = [
        (lane.asked.states, lane.asked.stages) if lane and lane.asked else (idle.states, rest)
        for lane in padded
    ]
    states, stages = (_together_as_arrays(part) for part in zip(*both, strict=True))
    if not known:
        answer = _run_many(stacked, states, stages, weights, search=search, holds=holds)
        return jax.tree.map(np.asarray, answer)
    for lane in padded:
        if lane and lane.asked and count not in lane.guesses:
            flat = flat_guess(lane.runner.system, lane.asked.states, count, len(weights))
            lane.guesses[count] = jax.tree.map(np.asarray, flat)
    some = next(lane.guesses[count] for lane in padded if lane)  # for resting lanes, where nothing moves
    guesses = _together_as_arrays([lane.guesses[count] if lane else some for lane in padded])
    last, trace, found = jax.tree.map(np.asarray, _blocks_many(stacked, states, stages, weights, guesses))
    for place, lane in enumerate(padded):
        if lane is not None:
            lane.guesses[count] = jax.tree.map(lambda v, k=place: v[k], found)
    return last, trace


@partial(jax.jit, static_argnames=("search", "holds"))
def _run_many(
    systems: System, states: CellStates, stages: Stages, weights: jax.Array, *, search: bool, holds: bool
) -> Answer:
    def one(system: System, y: CellStates, block: Stages) -> Answer:
        return run_stages(system, y, block, weights, search=search, holds=holds)

    return jax.vmap(one)(systems, states, stages)


@partial(jax.jit, compiler_options=QUICK_TO_COMPILE)
def _blocks_many(
    systems: System, states: CellStates, stages: Stages, weights: jax.Array, guesses: Guess
) -> tuple[CellStates, Trace, Guess]:
    return jax.vmap(blocks, in_axes=(0, 0, 0, None, 0))(systems, states, stages, weights, guesses)
