"""The simulator as the benchmarks call it: what changes with its engine changes here and nowhere else.

A life is what `interlayer.simulate` makes, record and all; a batch is `interlayer.cohort.run_cohort`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.cells import CURRENT, HALF_CYCLE

RTOL = 1e-3
"""Of the simulator's steps: its default."""
JUMP = 1e-2
"""Tolerance of a leap over cycles."""


class Life(NamedTuple):
    """One cell, cycled."""

    record: Any
    """As `interlayer.simulate` returns it."""
    cycles: np.ndarray
    """Numbers of the computed cycles, shape (cycles,)."""
    voltages: np.ndarray
    """V, shape (cycles, 2, points)."""

    @property
    def events(self) -> tuple[tuple[str, int | None, float], ...]:
        """Name, side and time in s."""
        return tuple((e.name, e.side, e.time_s) for e in self.record.events)

    def interface(self, system: Any) -> np.ndarray:
        """R_int of the whole cell at the end of each computed cycle, ohm, shape (cycles,)."""
        import jax
        import jax.numpy as jnp

        from interlayer.system import interface_resistance, start

        table = self.record.table[2 * _points() - 1 :: 2 * _points()]
        total = 0.0
        for k, states in enumerate(start(system)[:2]):
            titles = {one.name: f"{one.title} {k + 1} / {one.unit}" for one in system.sides[k].recorded()}
            rows = {
                n: jnp.asarray(table[titles[n]].to_numpy()) for n in states if np.ndim(states[n]) == 0
            }
            total = total + jax.vmap(lambda one, k=k: interface_resistance(system, k, one))(rows)
        return np.asarray(total) / float(system.area)


def life(system: Any, cycles: int, *, jump: bool = False) -> Life:
    """Cycle one cell: 0.1 mA/cm2, an hour each way, plating first."""
    from dataclasses import replace

    from interlayer.protocol import Protocol
    from interlayer.record import schema
    from interlayer.simulation import simulate

    built = replace(cells.built(), system=system)
    protocol = Protocol.cycling(cells.CURRENT_TEXT, cells.HALF_CYCLE_TEXT, cycles, eis_at_cycles=[])
    record = simulate(built.cell, protocol, rtol=RTOL, built=built, jump=JUMP if jump else None)
    points = _points()
    voltages = record.table[schema.VOLTAGE].to_numpy().reshape(-1, 2, points)
    numbers = record.table[schema.CYCLE].to_numpy()[:: 2 * points]
    return Life(record, numbers, voltages)


def stream(system: Any, cycles: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Voltages and R_int of some cycles after the other, so that nothing has to be kept."""
    yield from STREAM(system, cycles)


def batch(systems: Any, cycles: int, *, jump: bool = False) -> np.ndarray:
    """Voltages of many cells in their last cycle, V, shape (cells, 2, points); one System as `cells.batch` makes it."""
    from interlayer.cohort import run_cohort

    if jump:
        return JUMPING(systems, cycles)
    both = [-CURRENT, CURRENT], [HALF_CYCLE, HALF_CYCLE]
    return run_cohort(systems, *both, cycles, rtol=RTOL).last


def spectrum(system: Any, states: Any, hertz: np.ndarray) -> np.ndarray:
    """Impedance in ohm, complex, shape of `hertz`."""
    from interlayer.linearisation import spectrum_ohm

    return spectrum_ohm(system, states, hertz)


def spectra(system: Any, states: Any, hertz: np.ndarray) -> np.ndarray:
    """Impedance in ohm of a whole series of states (leading axis), in one call, shape (states, frequencies)."""
    import jax.numpy as jnp

    found = _spectra()(system, states, jnp.asarray(2.0 * np.pi * hertz))
    return np.asarray(found) / float(system.area)


def fresh(system: Any) -> Any:
    """States of the assembled cell."""
    import jax

    from interlayer.system import start

    return jax.jit(start)(system)


def times() -> np.ndarray:
    """Moments of the rows of a half-cycle, s since it began, shape (points,)."""
    return np.concatenate([[0.0], np.cumsum(_weights()) * HALF_CYCLE])


def accuracy() -> str:
    """How the engine's accuracy is set, for the tables."""
    return f"interlayer rtol {RTOL:g}, {len(_weights())} steps a half-cycle"


def steps() -> int:
    """Time steps a half-cycle."""
    return len(_weights())


def step_cost(system: Any) -> dict[str, float]:
    """Operations, transcendental functions and bytes of one time step with its voltage, as XLA counts them."""
    import jax
    import jax.numpy as jnp

    from interlayer.system import advance, ionic_voltage, start

    def step(system: Any, y: Any, current: Any, dt: Any) -> Any:
        new = advance(system, y, current, dt)
        return new, ionic_voltage(system, new, current)

    system = jax.tree.map(lambda v: jnp.asarray(v, dtype=float), system)
    y = jax.jit(start)(system)
    found: Any = jax.jit(step).lower(system, y, jnp.asarray(1.0), jnp.asarray(1.0)).compile().cost_analysis()
    first = found[0] if isinstance(found, list) else found
    # What must be moved if nothing else is: the states once in and once out, and a voltage.
    leaves = sum(np.size(v) for v in jax.tree.leaves(y))
    return {
        "operations": float(first.get("flops", 0.0)),
        "transcendental": float(first.get("transcendentals", 0.0)),
        "bytes": float(first.get("bytes accessed", 0.0)),
        "least_bytes": 8.0 * (2 * leaves + 1),
    }


# --- today's engine ------------------------------------------------------------------------------------------


@cache
def _weights() -> np.ndarray:
    from interlayer.stepping import step_count, step_weights

    return step_weights(step_count(RTOL))


def _blocks(cycles: int) -> Iterator[tuple[Any, int]]:
    """Stages of each compiled call and how many cycles are in them."""
    from interlayer.stepping import STAGES, pad

    whole = STAGES // 2
    for begin in range(0, cycles, whole):
        count = min(whole, cycles - begin)
        yield pad([False] * 2 * count, [-CURRENT, CURRENT] * count, [HALF_CYCLE] * 2 * count), count


def _run(system: Any, states: Any, stages: Any, weights: Any) -> tuple[Any, Any, Any]:
    import jax

    from interlayer.stepping import run_stages
    from interlayer.system import interface_resistance

    states, trace = run_stages(system, states, stages, weights)
    ends = jax.tree.map(lambda v: v[:, -1], trace.states)

    def whole(y: Any) -> Any:
        return sum(interface_resistance(system, k, y[k]) for k in (0, 1)) / system.area

    return states, trace.voltage, jax.vmap(whole)(ends)


@cache
def _block() -> Any:
    import jax

    return jax.jit(_run)


@cache
def _many(axes: tuple[Any, ...], structure: Any) -> tuple[Any, Any]:
    import jax

    from interlayer.system import start

    def run(system: Any, states: Any, stages: Any, weights: Any) -> tuple[Any, Any]:
        return _run(system, states, stages, weights)[:2]

    tree = jax.tree.unflatten(structure, axes)
    begin = jax.jit(jax.vmap(start, in_axes=(tree,), axis_size=None))
    return begin, jax.jit(jax.vmap(run, in_axes=(tree, 0, None, None)))


@cache
def _spectra() -> Any:
    import jax

    from interlayer.linearisation import cell_impedance

    return jax.jit(jax.vmap(partial(cell_impedance), in_axes=(None, 0, None)))
