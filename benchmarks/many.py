"""Ten thousand cells through their whole lives, with jumps: time and memory in a process of its own."""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks.harness import PEAK_MEMORY, PROGRESS, Benchmark, Figure, Sizes, child

_RUN = f"""{PEAK_MEMORY}
import json, time
from benchmarks import adapters, cells
many = cells.batch(cells.coated(), int(sys.argv[1]))
begin = time.perf_counter()
adapters.batch(many, int(sys.argv[2]), jump=True)
took = time.perf_counter() - begin
print(json.dumps([took, peak_memory() / 2**30]))
"""


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Compilation included."""
    text = f"{sizes.many_cells} cells, {sizes.cycles} cycles, with jumping"
    figures = [
        Figure("many_cells_minutes", text, None, "min", 10.0, sense="at most", note="compilation included"),
        Figure("many_cells_GiB", f"{text}: largest memory", None, "GiB", 6.0, sense="at most"),
    ]
    progress(0.05, text)
    took, memory = json.loads(child(_RUN, str(sizes.many_cells), str(sizes.cycles)).output.splitlines()[-1])
    return [replace(figures[0], value=took / 60.0), replace(figures[1], value=memory)]


BENCHMARK = Benchmark(
    "many-cells",
    "10 000 cells, 3000 cycles, with jumping",
    ("many_cells_minutes", "many_cells_GiB"),
    run,
    600.0,
    long=True,
)
