"""What a reader of powder patterns promises."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from interlayer.surface.xrd.pattern import Pattern


class PatternReader(Protocol):
    """One file format; instances hold no state."""

    @property
    def name(self) -> str:
        """Name of the format: lower case, underscores."""
        ...

    @property
    def version(self) -> str:
        """Raised when the same file is read differently."""
        ...

    @property
    def signature(self) -> str:
        """What `sniff` looks for, in words that complete 'a file that ...'."""
        ...

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is of this format; the ending of the name is not asked. Never raises."""
        ...

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """Return the patterns of the file, one a sample and range.

        Raises
        ------
        ReadError
            If it is damaged beyond use or not of this format.
        """
        ...
