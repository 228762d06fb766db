"""What a reader promises, and what it may leave to the framework.

A reader fills only what its file knows, in our columns, units and signs. It raises `ReadError` for a file
that it cannot read and names every defect of one that it can. File name, hash, reader and version, label,
cell, area and the physical checks are stamped on afterwards by `interlayer.readers.read`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import polars as pl

from interlayer.readers.options import ReadOptions
from interlayer.record.record import Event, Finding


@dataclass(frozen=True)
class RawRecord:
    """What one file says, and nothing else.

    Attributes
    ----------
    table : polars.DataFrame
        Columns of `interlayer.record.schema` that the file fills, in their units, and extras 'Name / unit'.
    findings, events : tuple
        Defects and oddities met while reading; moments that the file itself marks.
    complete : bool
        False if the file ends in the middle of a row or before the end that it announces.
    started_unix_s : float or None
        Start of the measurement in seconds since 1970-01-01 UTC; None if the file tells no time zone.
    extra : dict
        JSON-able facts: technique, settings, `header_area_cm2`, `started_local`. User, host, folder, serial
        number go under the key 'private', which is not stored unless asked for.
    references : tuple of str
        Keys of the papers or documents behind the format.
    """

    table: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()
    complete: bool = True
    started_unix_s: float | None = None
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    references: tuple[str, ...] = ()


@runtime_checkable
class Reader(Protocol):
    """One file format. Instances hold no state."""

    @property
    def name(self) -> str:
        """Name of the format in `interlayer list readers`: lower case, underscores."""
        ...

    @property
    def version(self) -> str:
        """Version of this reader; raised when it reads the same file differently."""
        ...

    @property
    def extensions(self) -> tuple[str, ...]:
        """Endings of file names, lower case with dot. Tried only if no content was recognised."""
        ...

    @property
    def signature(self) -> str:
        """What `sniff` looks for, in words that complete 'a file whose ...' or 'an archive that ...'."""
        ...

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is of this format.

        Parameters
        ----------
        path : Path
            The file, for formats whose mark is not at the beginning.
        head : bytes
            Its first bytes (at most `interlayer.readers.read.HEAD_BYTES`).

        Returns
        -------
        bool
            True only if the content says so; the ending of the name is not its business. Never raises.
        """
        ...

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the file.

        Raises
        ------
        ReadError
            If it is damaged beyond use or not of this format. Whole rows are kept, the rest is named.
        """
        ...


@runtime_checkable
class TakesOptions(Reader, Protocol):
    """A reader of files that do not say everything themselves."""

    def with_options(self, options: ReadOptions) -> Reader:
        """Return the same reader with what a person says about the file."""
        ...
