"""One record under analysis: intermediate results are computed once and shared by all metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from interlayer.record import Record

T = TypeVar("T")


class Analysis:
    """A record and what has been derived from it so far. The record itself is never touched.

    Parameters
    ----------
    record : Record
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self._known: dict[Callable[[Analysis], Any], Any] = {}

    def get(self, compute: Callable[[Analysis], T]) -> T:
        """Return `compute(self)`, computed at most once."""
        if compute not in self._known:
            self._known[compute] = compute(self)
        return self._known[compute]
