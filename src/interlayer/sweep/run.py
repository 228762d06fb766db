"""A plan from the first chunk that is missing to the last."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from interlayer.sweep.chunk import Done, Task, chunks_of
from interlayer.sweep.plan import Plan
from interlayer.sweep.store import Store

Tell = Callable[[float, str], None]
"""Called with the fraction of this run's work that is done, and a line about it."""


class Crew(Protocol):
    """Whatever computes chunks: processes of this machine, or a cluster."""

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Compute all, in any order; a chunk that cannot be had comes as failed rows."""
        ...


@dataclass(frozen=True)
class Swept:
    """What a run of a sweep did.

    Attributes
    ----------
    folder : Path
    points, chunks : int
        Of the whole plan.
    found : int
        Chunks that were there before.
    failed : int
        Points computed in this run that failed.
    cycles : int
        Cycles simulated in this run, over all cells.
    seconds : float
        Wall time of this run.
    """

    folder: Path
    points: int
    chunks: int
    found: int
    failed: int
    cycles: int
    seconds: float


def run(
    plan: Plan,
    folder: str | Path,
    crew: Crew | None = None,
    *,
    force: bool = False,
    tell: Tell | None = None,
) -> Swept:
    """Do what is missing of a plan. Each finished chunk is stored at once, so that stopping loses only those under way.

    Parameters
    ----------
    plan : Plan
    folder : str or Path
        Where it goes; one that holds part of the same plan is completed.
    crew : Crew, optional
        Who computes; one process a core of this machine if not given.
    force : bool
        Take a folder that holds something else.
    tell : callable, optional
        Progress.

    Raises
    ------
    OutputError
        If the folder cannot be used.
    """
    began = time.monotonic()
    store = Store(Path(folder))
    tasks = chunks_of(plan)
    store.begin(plan, tasks, force=force)
    found = store.finished(t["name"] for t in tasks)
    missing = [t for t in tasks if t["name"] not in found]
    todo = sum(len(t["points"]) for t in missing)
    points = failed = cycles = 0
    if missing:
        if crew is None:
            from interlayer.sweep.local import LocalCrew

            crew = LocalCrew()
        for done in crew(missing):
            store.write(done.name, done.data)
            points, failed, cycles = points + done.points, failed + done.failed, cycles + done.cycles
            if tell:
                tell(points / todo, _line(points, todo, failed, cycles, time.monotonic() - began))
    seconds = time.monotonic() - began
    return Swept(store.folder, len(plan.points), len(tasks), len(found), failed, cycles, seconds)


def _line(points: int, todo: int, failed: int, cycles: int, seconds: float) -> str:
    rate = f"{points / seconds:.3g} points/s, {cycles / seconds:.3g} cycles/s" if seconds > 0 else ""
    bad = f", {failed} failed" if failed else ""
    return f"{points} of {todo} points, {rate}{bad}"
