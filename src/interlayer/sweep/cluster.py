"""Chunks on a Dask cluster, for more than one machine; needs the extra [cluster].

Workers only compute: results come back as bytes and are stored here, so that no folder need be shared.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from interlayer.errors import InputError, SimulationError
from interlayer.sweep.chunk import Done, Task, compute, given_up
from interlayer.sweep.one_thread import hold_to_one_thread

TRIES: Final = 3
"""How often a chunk whose worker died beyond Dask's own patience is tried before its points count as failed."""
WAIT_S: Final = 20
"""s for the scheduler to answer."""
AHEAD: Final = 2
"""Chunks in the hands of the scheduler for each worker: enough that none waits, few enough to begin anew elsewhere."""


class ClusterCrew:
    """Workers of a Dask cluster.

    Parameters
    ----------
    where : str
        Address of a scheduler ('tcp://HOST:PORT') or its file (SCHEDULER.json).

    Raises
    ------
    InputError
        If Dask is not installed, or there is no such file.
    """

    def __init__(self, where: str) -> None:
        self.distributed = _distributed(where)
        self.where = where
        if "://" not in where and not Path(where).is_file():
            raise InputError(
                "there is no such scheduler file",
                where=where,
                advice="start `dask scheduler --scheduler-file SCHEDULER.json` first",
            )

    @property
    def workers(self) -> int:
        """How many workers the cluster has now, at least 1.

        Raises
        ------
        InputError
            If the scheduler does not answer.
        """
        with self._client() as client:
            return max(1, _count(client))

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Compute all chunks. Dask moves those of a lost worker; what it gives up is tried again here.

        Raises
        ------
        InputError
            If the scheduler does not answer.
        SimulationError
            If it is lost on the way.
        """
        d = self.distributed
        waiting = list(reversed(tasks))
        tries: dict[str, int] = {}
        with self._client() as client:
            under_way = d.as_completed()
            by_key: dict[str, Task] = {}

            def fill() -> None:
                while waiting and len(by_key) < AHEAD * max(1, _count(client)):
                    task = waiting.pop()
                    future = client.submit(on_worker, task, pure=False)
                    by_key[future.key] = task
                    under_way.add(future)

            fill()
            for future in under_way:
                task = by_key.pop(future.key)
                try:
                    yield future.result()
                except d.KilledWorker as lost:
                    tries[task["name"]] = tries.get(task["name"], 0) + 1
                    if tries[task["name"]] < TRIES:
                        waiting.append(task)
                    else:
                        yield given_up(task, f"its workers died {TRIES} times: {lost}")
                except (d.client.FutureCancelledError, OSError) as lost:
                    raise SimulationError(
                        f"the cluster was lost: {lost}",
                        where=self.where,
                        advice="start it again and repeat the command: what is finished is stored",
                    ) from None
                fill()

    def _client(self) -> Any:
        d = self.distributed
        given = {"address": self.where} if "://" in self.where else {"scheduler_file": self.where}
        try:
            return d.Client(**given, timeout=WAIT_S)
        except (OSError, TimeoutError, ValueError):
            raise InputError(
                "no Dask scheduler answers there",
                where=self.where,
                advice="start it with `dask scheduler`, its workers with `dask worker tcp://HOST:PORT --nthreads 1`",
            ) from None


def on_worker(task: Task) -> Done:
    """Compute one chunk in this worker process, held to one thread.

    Errors of the whole chunk (other code on this machine) come back as failed rows.
    """
    hold_to_one_thread()
    try:
        return compute(task)
    except SimulationError as error:
        return given_up(task, str(error))


def _count(client: Any) -> int:
    """Worker processes of the cluster."""
    return len(client.nthreads())


def _distributed(where: str) -> Any:
    """The library, or how to get it."""
    try:
        return importlib.import_module("distributed")
    except ImportError:
        raise InputError(
            f"--on {where} needs Dask, which is not installed",
            advice="python -m pip install 'interlayer[cluster]', or leave out --on",
        ) from None
