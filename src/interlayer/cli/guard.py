"""How a command ends when something is wrong: a message without traceback, and its exit code."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import typer

from interlayer.cli.console import fail, say
from interlayer.errors import InterlayerError
from interlayer.version import __version__

DONE: Final = 0
CHECK_FAILED: Final = 1
BAD_INPUT: Final = 2
INTERNAL: Final = 3
INTERRUPTED: Final = 130
READER_GONE: Final = 141


@contextmanager
def guarded(debug: bool) -> Generator[None]:
    """Run the body of a command; what goes wrong in it becomes a message and an exit code.

    Parameters
    ----------
    debug : bool
        Print tracebacks too.

    Raises
    ------
    typer.Exit
        With the exit code: that of the error, 3 for a fault of this program, 130 after Ctrl-C, 141 if whoever
        read the output has gone.
    """
    try:
        with warnings.catch_warnings():
            if not debug:
                warnings.showwarning = _Once()
            yield
        sys.stdout.flush()
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except InterlayerError as error:
        fail(str(error))
        _trace(debug)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        say("stopped; nothing half-written was left behind")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # As `| head` does. Without this, Python complains again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(READER_GONE) from None
    except Exception as error:
        fail(_internal(error, debug))
        _trace(debug)
        raise typer.Exit(INTERNAL) from None


class _Once:
    """Prints what a library warns of as one line, and each only once."""

    def __init__(self) -> None:
        self.said: set[str] = set()

    def __call__(self, message: Warning | str, *_: object, **__: object) -> None:
        text = " ".join(str(message).split())
        if text not in self.said:
            self.said.add(text)
            say(f"warning: {text}")


def _internal(error: Exception, debug: bool) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split())
    shown = text if len(text) <= 200 else text[:197] + "..."
    again = "the traceback below" if debug else "what the command prints when --debug is added"
    return (
        f"{shown}\nThis is a fault in interlayer {__version__}, not in what you gave. Please report it with the "
        f"command that you typed and {again}."
    )


def _trace(wanted: bool) -> None:
    if wanted:
        traceback.print_exc(file=sys.stderr)
