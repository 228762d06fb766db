"""All benchmarks, in the order in which they run."""

from __future__ import annotations

from benchmarks import (
    batch,
    cold_start,
    diffraction,
    eis,
    gpu,
    impedance_fit,
    jump,
    limit,
    many,
    memory,
    reading,
    scaling,
    sem,
    single,
    start_up,
    verdicts,
    wetting,
    xps,
)
from benchmarks.harness import Benchmark

ALL: tuple[Benchmark, ...] = (
    single.BENCHMARK,
    batch.BENCHMARK,
    eis.BENCHMARK,
    jump.BENCHMARK,
    start_up.BENCHMARK,
    cold_start.BENCHMARK,
    memory.BENCHMARK,
    scaling.CYCLES,
    scaling.CELLS,
    scaling.WORKERS,
    limit.BENCHMARK,
    many.BENCHMARK,
    gpu.BENCHMARK,
    impedance_fit.BENCHMARK,
    verdicts.BENCHMARK,
    reading.BENCHMARK,
    sem.BENCHMARK,
    diffraction.BENCHMARK,
    xps.BENCHMARK,
    wetting.BENCHMARK,
)
