"""How far a long command is: a bar with the time left on a terminal, else a plain line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Protocol

from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from interlayer.cli.console import messages, say

FIRST_LINE_S: Final = 2.0
LINES_APART_S: Final = 10.0


class Report(Protocol):
    """What a running command calls now and then."""

    def __call__(self, fraction: float, message: str = "") -> None:
        """Tell the fraction done (0 to 1), and what is being done if that has changed."""
        ...


@contextmanager
def progress(what: str) -> Generator[Report]:
    """Show how far the work inside is; `what` says what it is. Everything goes to standard error."""
    if sys.stderr.isatty():
        with _bar(what) as report:
            yield report
    else:
        yield _Lines(what)


@contextmanager
def _bar(what: str) -> Generator[Report]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=messages(), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def report(fraction: float, message: str = "") -> None:
            done = min(max(fraction, 0.0), 1.0)
            # Until the first fraction is known the bar only moves.
            bar.update(task, total=1.0 if done > 0 else None, completed=done, description=message or what)

        yield report


_TOLD_FROM = 0.02
"""Done before the time left is told: until then most of it went into getting started."""


class _Lines:
    """Plain lines: the first after two seconds, then at most one in ten."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.began = time.monotonic()
        self.next = self.began + FIRST_LINE_S

    def __call__(self, fraction: float, message: str = "") -> None:
        now = time.monotonic()
        if now < self.next or fraction >= 1.0:
            return
        self.next = now + LINES_APART_S
        ahead = span((now - self.began) * (1 - fraction) / fraction) if fraction > _TOLD_FROM else ""
        left = f", about {ahead} left" if ahead else ""
        say(f"{message or self.what}: {100 * fraction:.0f} %{left}")


def span(seconds: float) -> str:
    """Return a time as people say it: '12 s', '3 min 20 s', '2 h 5 min', '400 h'."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    large, small, units = (
        (whole // 60, whole % 60, "min s") if whole < 3600 else (whole // 3600, whole % 3600 // 60, "h min")
    )
    first, second = units.split()
    return f"{large} {first} {small} {second}" if small else f"{large} {first}"
