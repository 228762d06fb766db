"""Who computes, by the word of `--on`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from interlayer.errors import InputError
from interlayer.sweep.chunk import Done, Task


class SizedCrew(Protocol):
    """A crew that knows how many it is."""

    @property
    def workers(self) -> int:
        """Processes, for an estimate."""
        ...

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Compute chunks."""
        ...


def crew_of(on: str, workers: int | None = None) -> SizedCrew:
    """Return the processes of this machine ('local'), or a Dask cluster by address or scheduler file.

    Raises
    ------
    InputError
        If it is none of these, or Dask is not installed.
    """
    if on == "local":
        from interlayer.sweep.local import LocalCrew

        return LocalCrew(workers)
    if "://" not in on and not on.endswith(".json"):
        raise InputError(
            f"--on {on} is no place to compute",
            advice="write --on local, --on tcp://HOST:PORT or --on SCHEDULER.json",
        )
    if workers is not None:
        raise InputError("--workers counts processes of this machine", advice="leave it out with --on " + on)
    from interlayer.sweep.cluster import ClusterCrew

    return ClusterCrew(on)
