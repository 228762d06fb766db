"""How time grows: with cycles, with cells, with worker processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import numpy as np

from benchmarks import adapters, cells
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, timed, variables

_WORKER = """
import json, sys, time
from benchmarks import adapters, cells
count, cycles = int(sys.argv[1]), int(sys.argv[2])
many = cells.batch(cells.coated(), count)
adapters.batch(many, 1, threads=1)
print("ready", flush=True)
sys.stdin.readline()
found = []
for _ in range(int(sys.argv[3])):
    begin, cpu = time.perf_counter(), time.process_time()
    adapters.batch(many, cycles, threads=1)
    found.append((time.perf_counter() - begin, time.process_time() - cpu))
print(json.dumps(sorted(found)[len(found) // 2]), flush=True)
"""


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Slope of log(time) over log(size), least squares."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def with_cycles(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Time of one life over its cycles, without the constant part that only short ones feel."""
    system = cells.coated()
    progress(0.05, "compiling")
    adapters.life(system, 1)
    counts = sizes.cycle_counts
    times = timed([lambda n=n: adapters.life(system, n) for n in counts], sizes.repeats)
    medians = [t.median for t in times]
    each = ", ".join(f"{n}: {t * 1e3:.3g} ms" for n, t in zip(counts, medians, strict=True))
    slope = exponent(counts, medians)
    text = f"exponent of time over cycles, {counts[0]} to {counts[-1]}"
    return [
        Figure("cycles_exponent", f"{text} (at most 1.05)", slope, "1", 1.05, sense="at most", note=each),
        Figure("cycles_exponent_low", f"{text} (at least 0.95)", slope, "1", 0.95, note=each),
    ]


def with_cells(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Time of a batch over its cells."""
    system = cells.coated()
    counts = sizes.cell_counts
    some = [cells.batch(system, n) for n in counts]
    for k, many in enumerate(some):
        progress(0.6 * k / len(some), f"compiling for {counts[k]} cells")
        adapters.batch(many, 1)
    times = timed([lambda m=m: adapters.batch(m, sizes.batch_cycles) for m in some], sizes.repeats)
    medians = [t.median for t in times]
    each = ", ".join(f"{n}: {t:.3g} s" for n, t in zip(counts, medians, strict=True))
    slope = exponent(counts, medians)
    text = f"exponent of time over cells, {counts[0]} to {counts[-1]}"
    return [Figure("cells_exponent", text, slope, "1", 1.05, sense="at most", note=each)]


def with_workers(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Processes that each compute the same batch at the same time, medians of their repeats."""
    count = min(sizes.cells, 128)
    walls: list[float] = []
    cores: list[float] = []
    for k, workers in enumerate(sizes.workers):
        progress(k / len(sizes.workers), f"{workers} processes")
        started = [
            subprocess.Popen(
                [sys.executable, "-c", _WORKER, str(count), str(sizes.batch_cycles), str(sizes.repeats)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=variables({"NPROC": "1"}),  # one thread, as the workers of a sweep
            )
            for _ in range(workers)
        ]
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline().strip() == "ready"
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [json.loads(one.communicate()[0]) for one in started]
        walls.append(max(wall for wall, _ in said))
        cores.append(sum(cpu for _, cpu in said) / walls[-1])
    text = f"throughput of {sizes.workers[-1]} processes of one thread over that of one"
    gain = sizes.workers[-1] * walls[0] / (sizes.workers[0] * walls[-1])
    each = ", ".join(
        f"{w}: {t:.3g} s, CPU over wall {c:.2f}" for w, t, c in zip(sizes.workers, walls, cores, strict=True)
    )
    return [Figure("workers_gain", text, gain, "x", note=f"{count} cells a process; {each}")]


CYCLES = Benchmark(
    "scaling-cycles",
    "time over cycles",
    ("cycles_exponent", "cycles_exponent_low"),
    with_cycles,
    30.0,
    long=True,
)
CELLS = Benchmark("scaling-cells", "time over cells", ("cells_exponent",), with_cells, 200.0, long=True)
WORKERS = Benchmark(
    "scaling-workers", "throughput over processes", ("workers_gain",), with_workers, 90.0, long=True
)
