"""Paths as people type them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from interlayer.errors import InputError

QUOTES: Final = "\"'“”„‘’«»"


def path_of(text: str) -> Path:
    """Return a path as it was meant: quotation marks that a shell left around it are not part of it.

    Raises
    ------
    InputError
        If nothing is left.
    """
    bare = text if _exists(text) else text.strip().strip(QUOTES)
    if not bare.strip():
        raise InputError(f"'{text}' is not the name of a file", advice="give a path")
    return Path(bare).expanduser()


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def shown_names(texts: Sequence[str]) -> list[str]:
    """Return the file name of each input, or what was typed where two would look the same."""
    names = [path_of(text).name for text in texts]
    return [name if names.count(name) == 1 else text for name, text in zip(names, texts, strict=True)]
