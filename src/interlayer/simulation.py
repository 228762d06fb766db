"""(cell, protocol) -> record: the physics in time, with its events, and spectra where the protocol asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import jax
import jax.numpy as jnp
import polars as pl

from interlayer.build import Built, build
from interlayer.cell import Cell
from interlayer.engine import uncollected
from interlayer.galvanostatic import Guess, flat_guess, run_blocks
from interlayer.protocol import Protocol
from interlayer.record import Record
from interlayer.runner import Answer, Progress, Runner, following
from interlayer.stepping import run_stages

_BLOCKS_FROM: Final = 600
"""Steps; shorter protocols take a fraction of a second one by one, and one compiled program less."""


def simulate(
    cell: Cell,
    protocol: Protocol,
    *,
    parameters: str | None = None,
    rtol: float = 1e-3,
    stop_on: tuple[str, ...] | None = None,
    progress: Progress | None = None,
    jump: float | None = None,
    rows: int | None = None,
    built: Built | None = None,
) -> Record:
    """Run `protocol` on `cell` and return what happened.

    Parameters
    ----------
    cell, protocol : what was built and what is done to it.
    parameters : name of a parameter set instead of the cell's own choice.
    rtol : relative tolerance; it chooses the number of time steps a stage (12 to 192).
    stop_on : events that end the run, of 'short', 'hard short', 'crack onset', 'salt depletion', 'lithium exhausted'.
        Not given: the last one in a symmetric cell, where without lithium on the stripped side the equations no longer
        hold; 'short' in a full cell, whose charge never ends where it leaks, while a discharge ends with the lithium.
    progress : called now and then with seconds done and in all.
    jump : largest relative error that leaping over cycles may bring to a state or a voltage (such as 1e-3); the record
        then holds the cycles that were computed. None: every cycle is computed. What happens within a leap is found
        where it leaves a trace at its end; a state that swings there and back between computed cycles is not seen.
    rows : how many rows of each step to keep, evenly spread over the computed ones, its ends among them; None: all.
    built : the equations, if they were made already (for sweeps).

    Raises
    ------
    DescriptionError
        If the cell lacks what a simulation needs.
    ProtocolError
        If a step makes no sense for this cell.
    SimulationError
        If the numbers left the finite.
    """
    made = built or build(cell, parameters=parameters)
    runner = Runner(made, rtol, stop_on, jump=jump, rows=rows, blocks_from=_BLOCKS_FROM, estimate=True)
    for _ in _computed(runner, protocol, progress):
        pass
    return runner.record(cell)


def stream(
    cell: Cell,
    protocol: Protocol,
    *,
    parameters: str | None = None,
    rtol: float = 1e-3,
    stop_on: tuple[str, ...] | None = None,
    progress: Progress | None = None,
    jump: float | None = None,
    rows: int | None = None,
    built: Built | None = None,
) -> Iterator[pl.DataFrame]:
    """As `simulate`, piece by piece: yields the rows of the record's table as they are computed, and keeps none.

    Memory does not grow with the length of the protocol. Spectra stand in the piece after the rows before them.

    Raises
    ------
    As `simulate`, while it is iterated.
    """
    made = built or build(cell, parameters=parameters)
    runner = Runner(made, rtol, stop_on, jump=jump, rows=rows, blocks_from=_BLOCKS_FROM, estimate=True)
    for _ in _computed(runner, protocol, progress):
        if runner.rows.time or runner.rows.spectra:
            yield runner.taken()
    if runner.rows.time or runner.rows.spectra:
        yield runner.taken()


def _computed(runner: Runner, protocol: Protocol, progress: Progress | None) -> Iterator[None]:
    """Compute a run; yields after each block of stages."""
    guesses: dict[int, Guess] = {}
    run = runner.run(protocol, progress)
    answer: Answer | None = None
    known: dict[bool, jax.Array] = {}
    while (asked := following(run, answer)) is not None:
        yield
        if asked.search not in known:
            known[asked.search] = jnp.asarray(runner.weights(search=asked.search))
        weights = known[asked.search]
        if asked.known:
            count = len(asked.stages.duration)
            guess = guesses.get(count) or flat_guess(runner.system, asked.states, count, len(weights))
            with uncollected():
                last, trace, guesses[count] = run_blocks(
                    runner.system, asked.states, asked.stages, weights, guess
                )
            answer = last, trace
        else:
            with uncollected():
                answer = run_stages(
                    runner.system, asked.states, asked.stages, weights, search=asked.search, holds=asked.holds
                )
