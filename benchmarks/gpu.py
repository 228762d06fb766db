"""A hundred thousand cells on a GPU, if JAX sees one."""

from __future__ import annotations

from benchmarks import adapters, cells
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, timed


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Cells times cycles a second; the share of the roof is that of `limit`, run on the same machine."""
    import jax

    count = 10 * sizes.many_cells
    text = f"{count} cells on a GPU: cells times cycles a second"
    kinds = {device.platform for device in jax.devices()}
    if "gpu" not in kinds:
        return [Figure("gpu_cell_cycles_per_s", text, None, "1/s", note="JAX sees no GPU here")]
    many = cells.batch(cells.coated(), count)
    progress(0.1, "compiling")
    adapters.batch(many, 1)
    (ours,) = timed([lambda: adapters.batch(many, sizes.batch_cycles)], sizes.repeats)
    rate = count * sizes.batch_cycles / ours.median
    name = jax.devices("gpu")[0].device_kind
    note = f"{name}, {sizes.batch_cycles} cycles, {ours.spread()}"
    return [Figure("gpu_cell_cycles_per_s", text, rate, "1/s", note=note)]


BENCHMARK = Benchmark("gpu", "100 000 cells on a GPU", ("gpu_cell_cycles_per_s",), run, 120.0, long=True)
