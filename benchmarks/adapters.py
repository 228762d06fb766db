"""The simulator as the benchmarks call it: what changes with its engine changes here and nowhere else.

A life is what `interlayer.simulate` makes, record and all; a batch is `interlayer.cohort.run_cohort`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from benchmarks import cells
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

        points = len(times())
        table = self.record.table[2 * points - 1 :: 2 * points]
        total = 0.0
        for k, states in enumerate(start(system)[:2]):
            titles = {one.name: f"{one.title} {k + 1} / {one.unit}" for one in system.sides[k].recorded()}
            rows = {n: jnp.asarray(table[titles[n]].to_numpy()) for n in states if np.ndim(states[n]) == 0}
            total = total + jax.vmap(lambda one, k=k: interface_resistance(system, k, one))(rows)
        return np.asarray(total) / float(system.area)


def life(system: Any, cycles: int, *, jump: bool = False) -> Life:
    """Cycle one cell: 0.1 mA/cm2, an hour each way, plating first."""
    from interlayer.record import schema
    from interlayer.simulation import simulate

    built = _built(system)
    record = simulate(built.cell, _protocol(cycles), rtol=RTOL, built=built, jump=JUMP if jump else None)
    points = len(times())
    voltages = record.table[schema.VOLTAGE].to_numpy().reshape(-1, 2, points)
    return Life(record, record.table[schema.CYCLE].to_numpy()[:: 2 * points], voltages)


def stream(system: Any, cycles: int) -> Iterator[Any]:
    """Rows of some cycles after the other, so that nothing has to be kept."""
    from interlayer.simulation import stream as run

    built = _built(system)
    return run(built.cell, _protocol(cycles), rtol=RTOL, built=built)


def batch(systems: Any, cycles: int, *, jump: bool = False, threads: int | None = None) -> np.ndarray:
    """Voltages of many cells in their last cycle, V, shape (cells, 2, points); one System as `cells.batch` makes it."""
    from interlayer.cohort import run_cohort

    both = [-CURRENT, CURRENT], [HALF_CYCLE, HALF_CYCLE]
    return run_cohort(systems, *both, cycles, rtol=RTOL, jump=JUMP if jump else None, threads=threads).last


def spectrum(system: Any, states: Any, hertz: np.ndarray) -> np.ndarray:
    """Impedance in ohm, complex, shape of `hertz`."""
    from interlayer.linearisation import spectrum_ohm

    return spectrum_ohm(system, states, hertz)


def spectra(system: Any, states: Any, hertz: np.ndarray) -> np.ndarray:
    """Impedance in ohm of a whole series of states (leading axis), in one call, shape (states, frequencies)."""
    from interlayer.linearisation import spectra_ohm

    return spectra_ohm(system, states, hertz)


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


# --- what the above is made of -------------------------------------------------------------------------------


@cache
def _weights() -> np.ndarray:
    from interlayer.stepping import step_count, step_weights

    return step_weights(step_count(RTOL))


@cache
def _protocol(cycles: int) -> Any:
    from interlayer.protocol import Protocol

    return Protocol.cycling(*cells.TEXT, cycles, eis_at_cycles=[])


_BUILT: dict[int, tuple[Any, Any]] = {}


def _built(system: Any) -> Any:
    """The system with a description, made once: that is the same for every run."""
    known = _BUILT.get(id(system))
    if known is None or known[0] is not system:
        known = _BUILT[id(system)] = (system, cells.built(system))
    return known[1]
