"""Memory of a streamed run over its cycles: it must not grow."""

from __future__ import annotations

from benchmarks.harness import PEAK_MEMORY, PROGRESS, Benchmark, Figure, Sizes, child

_RUN = f"""{PEAK_MEMORY}
from benchmarks import adapters, cells
system = cells.coated()
for _ in adapters.stream(system, int(sys.argv[1])):
    pass
print(peak_memory() / 2**20)
"""


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Largest memory of a process that throws away what it is given, after a few and after all cycles."""
    few, all_ = max(sizes.cycles // 10, 1), sizes.cycles
    found: list[float] = []
    for k, count in enumerate((few, all_)):
        progress(0.5 * k, f"{count} cycles")
        found.append(float(child(_RUN, str(count)).output.splitlines()[-1]))
    text = f"largest memory of a streamed run of {all_} cycles"
    grown = 1024.0 * (found[1] - found[0]) / (all_ - few) if all_ > few else 0.0
    return [
        Figure("stream_MiB", text, found[1], "MiB", note=f"{few} cycles: {found[0]:.0f} MiB"),
        # A kept row of voltages alone would be 400 bytes a cycle; the allocator's own scatter stays below 2 KiB here.
        Figure(
            "stream_growth_KiB_per_cycle", f"{text}: growth per cycle beyond {few}", grown, "KiB", 2.0,
            sense="at most", note="2 KiB is 5 MiB over all cycles, the scatter of the allocator",
        ),
    ]  # fmt: skip


BENCHMARK = Benchmark(
    "memory", "memory of a streamed run", ("stream_MiB", "stream_growth_KiB_per_cycle"), run, 60.0, long=True
)
