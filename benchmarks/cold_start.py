"""The first run after an installation, and the first of the next process, whole processes."""

from __future__ import annotations

import tempfile

from benchmarks.harness import PROGRESS, Benchmark, Child, Figure, Sizes, child

_RUN = """
import sys, time
from benchmarks import adapters, cells
begin = time.perf_counter()
adapters.life(cells.coated(), int(sys.argv[1]))
print(time.perf_counter() - begin)
"""


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """With an empty cache of compiled code, then with what the first process left in it."""
    first: list[Child] = []
    second: list[Child] = []
    repeats = sizes.repeats
    for k in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            for which, into in enumerate((first, second)):
                progress((2 * k + which) / (2 * repeats), "first process" if which == 0 else "second process")
                into.append(child(_RUN, str(sizes.cycles), environment={"INTERLAYER_CACHE": folder}))
    return [
        _figure("first_call_s", "first call, compilation included", first, 6.0, sizes),
        _figure("second_process_s", "the same in the next process", second, 3.0, sizes),
    ]


def _figure(key: str, text: str, runs: list[Child], target: float, sizes: Sizes) -> Figure:
    middle = sorted(runs, key=lambda r: r.seconds)[len(runs) // 2]
    ends = f"{min(r.seconds for r in runs):.3g} to {max(r.seconds for r in runs):.3g} s, {len(runs)} repeats"
    return Figure(
        key,
        f"{text}: one cell, {sizes.cycles} cycles, whole process",
        middle.seconds,
        "s",
        target,
        sense="at most",
        note=f"{ends}; of it {float(middle.output.splitlines()[-1]):.3g} s in the call, imports in it",
    )


BENCHMARK = Benchmark(
    "cold-start", "first call, second process", ("first_call_s", "second_process_s"), run, 120.0, long=True
)
