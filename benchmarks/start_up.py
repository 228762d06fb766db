"""What it takes before anything is computed: the import and the help."""

from __future__ import annotations

import statistics

from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, child

_IMPORT = "import interlayer, sys\nprint('jax' in sys.modules)"
_HELP = "import sys\nsys.argv = ['interlayer', '--help']\nfrom interlayer.cli import main\nmain()"


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Wall times of whole processes, in turn; the interpreter's own start is in them."""
    times: dict[str, list[float]] = {"pass": [], _IMPORT: [], _HELP: []}
    loaded = ""
    rounds = 3 * sizes.repeats
    for k in range(rounds):
        progress(k / rounds, "starting processes")
        for code, found in times.items():
            one = child(code)
            found.append(one.seconds)
            loaded = one.output if code == _IMPORT else loaded
    bare, imported, helped = (statistics.median(found) for found in times.values())
    note = f"the interpreter alone {bare:.2g} s; {rounds} repeats"
    return [
        Figure("import_s", "`import interlayer`, whole process", imported, "s", 0.3, sense="at most", note=note),
        Figure("help_s", "`interlayer --help`, whole process", helped, "s", 0.4, sense="at most", note=note),
        Figure(
            "import_loads_jax", "whether `import interlayer` loads JAX (1: yes)", float(loaded == "True"), "1", 0.0,
            sense="at most",
        ),
    ]  # fmt: skip


BENCHMARK = Benchmark(
    "start-up", "import and help", ("import_s", "help_s", "import_loads_jax"), run, 15.0, long=True
)
