"""How near the engine is to what this machine can do: operations and bytes counted, peaks measured."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks import adapters, cells
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, timed

_SIDE = 1500
_LONG = 20_000_000
_CACHED = 4096


def _best(run: Callable[[], object], repeats: int = 7) -> float:
    """Shortest time: a peak is what is possible, not what is usual."""
    found: list[float] = []
    for _ in range(repeats):
        begin = time.perf_counter()
        run()
        found.append(time.perf_counter() - begin)
    return min(found)


def peaks(scale: float = 1.0) -> dict[str, float]:
    """Of this machine, all its cores: operations, transcendental functions (in cache) and bytes a second, float64.

    A matrix product, tanh by XLA on blocks in the cache, and the triad a = b + s c on arrays far beyond it.
    """
    import jax
    import jax.numpy as jnp

    side, long = max(int(_SIDE * scale), 100), max(int(_LONG * scale), 10_000)
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(side, side)), rng.normal(size=(side, side))
    product = _best(lambda: a @ b)

    blocks = jnp.asarray(rng.normal(size=(64, _CACHED)))
    rounds = 16

    def bend(v: jax.Array) -> jax.Array:
        return jax.lax.fori_loop(0, rounds, lambda _, w: jnp.tanh(w + 0.1), v)

    compiled = jax.jit(bend)
    compiled(blocks).block_until_ready()
    bent = _best(lambda: compiled(blocks).block_until_ready())

    c, d = jnp.ones(long), jnp.ones(long)
    triad = jax.jit(lambda c, d: c + 3.0 * d)
    triad(c, d).block_until_ready()
    moved = _best(lambda: triad(c, d).block_until_ready())
    return {
        "operations": 2.0 * side**3 / product,
        "transcendental": blocks.size * rounds / bent,
        "bytes": 24.0 * long / moved,
    }


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """A time step's counts over the peaks are the least time that it can take; the engine's own shows the distance."""
    system = cells.coated()
    progress(0.05, "counting")
    count = adapters.step_cost(system)
    progress(0.2, "peaks of the machine")
    peak = peaks(1.0 if sizes.cycles > 100 else 0.05)
    many = cells.batch(system, sizes.cells)
    progress(0.4, "engine")
    adapters.batch(many, 1)
    adapters.life(system, sizes.cycles)
    one, some = timed(
        [lambda: adapters.life(system, sizes.cycles), lambda: adapters.batch(many, sizes.batch_cycles)],
        sizes.repeats,
    )
    steps = adapters.steps()
    single = one.median / (2 * sizes.cycles * steps)
    batched = some.median / (2 * sizes.batch_cycles * sizes.cells * steps)
    least = max(
        count["operations"] / peak["operations"] + count["transcendental"] / peak["transcendental"],
        count["least_bytes"] / peak["bytes"],
    )
    work = f"besides {count['transcendental']:.0f} exp, tanh, log, sqrt; {adapters.accuracy()}"
    traffic = f"XLA counts {count['bytes']:.0f} if nothing stayed in the cache"
    product = "peak of this machine, matrix product in double precision"
    moving = "bytes a cell and time step that must move: states in and out, a voltage"
    return [
        Figure("peak_gflops", product, peak["operations"] / 1e9, "GFLOP/s"),
        Figure("peak_gtanh", "peak of this machine, tanh in the cache", peak["transcendental"] / 1e9, "G/s"),
        Figure("peak_gbytes", "peak of this machine, triad in memory", peak["bytes"] / 1e9, "GB/s"),
        Figure("step_operations", "operations a cell and time step, by XLA", count["operations"], note=work),
        Figure("step_bytes", moving, count["least_bytes"], "B", note=traffic),
        Figure("step_least_ns", "least time of a cell's time step at these peaks", 1e9 * least, "ns"),
        Figure("step_single_ns", "time step of one cell alone", 1e9 * single, "ns"),
        Figure("step_batch_ns", f"time step of a cell among {sizes.cells}", 1e9 * batched, "ns"),
        Figure("roof_fraction_batch", "share of the limit that the batch reaches", least / batched),
    ]


BENCHMARK = Benchmark(
    "limit",
    "operations and bytes against the machine's peaks",
    ("step_operations", "step_bytes", "roof_fraction_batch"),
    run,
    90.0,
    long=True,
)
