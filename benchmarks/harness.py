"""What a benchmark is, what it gives, and how time is taken."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PROGRESS = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is under way."""


@dataclass(frozen=True)
class Figure:
    """One measured number with what was asked of it."""

    key: str
    """Its name in the JSON."""
    meaning: str
    value: float | None
    """None where it could not be measured; `note` says why."""
    unit: str = "1"
    target: float | None = None
    """Of issue "Fast"; None where nothing is asked."""
    aim: float | None = None
    """What is hoped for beyond the target."""
    sense: Literal["at least", "at most"] = "at least"
    note: str = ""
    """Conditions: sizes, tolerances, accuracy, spread of the repeats."""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without value or target."""
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target if self.sense == "at least" else self.value <= self.target

    def as_dict(self) -> dict[str, object]:
        """For the JSON."""
        return {
            name: getattr(self, name)
            for name in ("key", "meaning", "value", "unit", "target", "aim", "sense", "met", "note")
        }


@dataclass(frozen=True)
class Sizes:
    """How much is run; what stands here is what the targets speak of."""

    cycles: int = 3000
    """Of one life."""
    pybamm_half_cycles: int = 100
    """Half-cycles over which PyBaMM's cost of one is measured: it is the same in each."""
    agreement_cycles: int = 20
    cells: int = 1024
    batch_cycles: int = 300
    """Of each cell of a batch: a tenth of a life, so that what only its first cycles cost is small, as in a life."""
    frequencies: int = 60
    repeats: int = 3
    many_cells: int = 10_000
    cycle_counts: tuple[int, ...] = (30, 100, 300, 1000, 3000)
    cell_counts: tuple[int, ...] = (16, 64, 256, 1024)
    workers: tuple[int, ...] = (1, 2)
    spectra: int = 2000
    """Of the declared population of impedance spectra."""
    records: int = 2000
    """Of the declared population of cells in trouble, all parts together."""
    table_rows: int = 400_000
    """Of the largest file that is read."""
    photoelectron_spectra: int = 500
    """Drawn with declared truth."""
    drops: int = 300
    """Rendered with declared contact angles."""

    @classmethod
    def tiny(cls) -> Sizes:
        """Enough to see that every figure is filled, no more."""
        return cls(
            4,
            4,
            2,
            4,
            1,
            5,
            1,
            8,
            (1, 2, 4),
            (2, 4),
            (1,),
            12,
            12,
            table_rows=600,
            photoelectron_spectra=6,
            drops=3,
        )


@dataclass(frozen=True)
class Benchmark:
    """A named measurement, one a file."""

    name: str
    title: str
    keys: tuple[str, ...]
    """JSON keys that it fills, whatever happens."""
    run: Callable[[Sizes, PROGRESS], list[Figure]]
    seconds: float
    """About how long it takes on two cores, for the time left."""
    long: bool = False
    """Run only by --only or --all."""


class Times(NamedTuple):
    """Wall times of repeats, s, and the processor time of this process in all of them."""

    all: tuple[float, ...]
    processor: float

    @property
    def busy(self) -> float:
        """Processor over wall time: cores in use; below 1 the machine was busy with something else."""
        return self.processor / sum(self.all)

    @property
    def median(self) -> float:
        """Of the repeats, s."""
        return statistics.median(self.all)

    def spread(self, scale: float = 1.0, unit: str = "s") -> str:
        """Median and ends as text, times multiplied by `scale`."""
        low, high = min(self.all) * scale, max(self.all) * scale
        ends = f"{low:.3g} to {high:.3g}, {len(self.all)} repeats"
        return f"{self.median * scale:.3g} {unit} ({ends}, CPU over wall {self.busy:.2f})"


def timed(runs: Sequence[Callable[[], object]], repeats: int) -> list[Times]:
    """Wall times of several things, taken in turn, so that a busy spell of the machine meets all of them alike."""
    found: list[list[tuple[float, float]]] = [[] for _ in runs]
    for _ in range(repeats):
        for run, times in zip(runs, found, strict=True):
            gc.collect()
            begin, processor = time.perf_counter(), time.process_time()
            run()
            times.append((time.perf_counter() - begin, time.process_time() - processor))
    return [Times(tuple(wall for wall, _ in times), sum(cpu for _, cpu in times)) for times in found]


class Child(NamedTuple):
    """What a process of its own took and said."""

    seconds: float
    output: str


def variables(more: dict[str, str] | None = None) -> dict[str, str]:
    """Environment of a process that finds this checkout."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path.rstrip(os.pathsep), **(more or {})}


def child(code: str, *arguments: str, environment: dict[str, str] | None = None) -> Child:
    """Run Python code in a fresh process that finds this checkout.

    Raises
    ------
    RuntimeError
        If it fails; with its last lines.
    """
    command = [sys.executable, "-c", code, *arguments]
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=variables(environment), check=False)
    took = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError("\n".join(done.stderr.splitlines()[-5:]) or f"exit code {done.returncode}")
    return Child(took, done.stdout.strip())


PEAK_MEMORY = """
import pathlib, resource, sys
def peak_memory():
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux begins with the peak of the process that started this one
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
"""
"""Code for a process of its own: bytes it has held at most."""


def missing(figures: Iterable[Figure], why: str) -> list[Figure]:
    """The same figures without values, saying why."""
    return [replace(one, value=None, note=why) for one in figures]


@dataclass
class Progress:
    """Lines on stderr: what runs, how much of it is done, and how long the rest takes."""

    total: float
    """s expected in all."""
    begin: float = field(default_factory=time.monotonic)
    done: float = 0.0
    """s expected of the benchmarks that have ended."""
    _last: float = 0.0

    def __call__(self, name: str, seconds: float, share: float, doing: str) -> None:
        """Say where we are; at most once a second inside a benchmark."""
        now = time.monotonic()
        if 0.0 < share < 1.0 and now - self._last < 1.0:
            return
        self._last = now
        worked, expected = now - self.begin, self.done + share * seconds
        # Once a tenth is done, this machine's own speed says more than the estimate.
        pace = worked / expected if expected > 0.1 * self.total else 1.0
        left = max(self.total - expected, 0.0) * pace
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{clear}{name} {100 * share:3.0f} %: {doing}; {_clock(left)} left in all")
        sys.stderr.write("" if clear else "\n")
        sys.stderr.flush()


def _clock(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"
