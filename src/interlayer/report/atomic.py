"""Files appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from interlayer.errors import OutputError


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a file beside its place and rename it there; folders above it are made.

    Raises
    ------
    OutputError
        If the place cannot be written to.
    """
    return write_with(path, lambda part: part.write_bytes(data))


def write_with(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` make a file beside its place, and rename it there; folders above it are made.

    Raises
    ------
    OutputError
        If the place cannot be written to.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        raise OutputError(
            f"cannot write this file: {reason}", where=path.name, advice="choose another place with -o"
        ) from None
    return path


def write_text(path: Path, text: str) -> Path:
    """Write UTF-8 text with plain line ends; see `write_bytes`."""
    return write_bytes(path, text.encode("utf-8"))
