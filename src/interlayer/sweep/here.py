"""Chunks in this process, one after the other: for a notebook and small plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interlayer.sweep.chunk import Done, Task, compute


class HereCrew:
    """The present process alone, with as many threads as it has."""

    workers = 1

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Compute all chunks in order."""
        for task in tasks:
            yield compute(task)
