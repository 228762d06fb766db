"""What is said to people: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console
from rich.text import Text

WIDTH = 160
"""Characters a line where the output is a file or a pipe."""


def results() -> Console:
    """Console for what was asked for. Made anew each time, so that it follows a redirected stream."""
    return _console(sys.stdout)


def messages() -> Console:
    """Console for everything that is said about it."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Console:
    is_wide = not stream.isatty() and "COLUMNS" not in os.environ
    return Console(file=stream, width=WIDTH if is_wide else None, highlight=False, markup=False)


def say(text: str, style: str = "") -> None:
    """Print a message; brackets in it are brackets, and long lines are not broken."""
    messages().print(Text(text, style=style), soft_wrap=True)


def fail(text: str) -> None:
    """Print what went wrong."""
    messages().print(Text("error: ", style="bold red").append(text, style="not bold"), soft_wrap=True)


def facts(values: Mapping[str, str]) -> None:
    """Print names and values below each other as a result."""
    width = max(map(len, values), default=0)
    console = results()
    for name, value in values.items():
        for number, line in enumerate(value.splitlines() or [""]):
            head = name if number == 0 else ""
            console.print(
                Text(f"{head:<{width}}  ", style="bold").append(line, style="not bold"), soft_wrap=True
            )
