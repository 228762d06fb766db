"""Read any file that a reader knows into a record: choose, read, stamp, check."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from interlayer.errors import InputError, ReadError
from interlayer.readers.contract import RawRecord, Reader, TakesOptions
from interlayer.readers.cycling_labels import CURRENT_DENSITY
from interlayer.readers.options import ReadOptions
from interlayer.readers.registry import all_readers
from interlayer.record import checks, store
from interlayer.record import schema as s
from interlayer.record.record import Finding, Provenance, Record
from interlayer.version import __version__

HEAD_BYTES: Final = 65536
"""Bytes from the beginning of a file that readers see when it is recognised."""

_T = TypeVar("_T")


class CellLike(Protocol):
    """What reading needs to know of a cell."""

    @property
    def label(self) -> str:
        """Name of the cell."""
        ...

    @property
    def current_area(self) -> float | None:
        """Area that current densities refer to (the smaller electrode), m2."""
        ...

    def record_dict(self) -> dict[str, Any]:
        """Return the description as plain data, with what follows from it."""
        ...


_EXPORT_LAND: Final = "open it with LANDdt and export the records as text or Excel"
_KNOWN_ENDINGS: Final = {
    ".cex": ("a LAND (LANHE) file", _EXPORT_LAND),
    ".ccs": ("a LAND (LANHE) file", _EXPORT_LAND),
}
"""Files of closed formats whose content nobody has described well enough to read it."""

# Files that people try and that need another program first: first bytes, what it is, what to do.
_KNOWN_STRANGERS: Final[tuple[tuple[bytes, str, str], ...]] = (
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file (.h5), as newer Arbin programs write it",
        "export it from the instrument's program as CSV, or give the .res file",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Office file", "give the instrument's own file"),
    (b"PK\x03\x04", "a zip archive or an Excel file", "unpack it, or give the instrument's own file"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"\x10\x11\x09\x88", "a LAND (LANHE) file (.cex)", _EXPORT_LAND),
    (b"%PDF", "a PDF", "give the instrument's own file"),
    (b"\x89PNG", "a picture", "give the instrument's own file"),
)


def read(
    path: str | Path,
    *,
    cell: CellLike | None = None,
    area_m2: float | None = None,
    label: str | None = None,
    options: ReadOptions | None = None,
) -> Record:
    """Read an instrument file, or a record stored before, into a record.

    Parameters
    ----------
    path : str or Path
        The file. Its content decides how it is read, its ending only if the content is not recognised. A
        folder is taken if it holds finished parts of a record.
    cell : CellLike, optional
        Description of the cell; gives label and area.
    area_m2 : float, optional
        Area that current densities refer to, m2. An area in the file's header is shown, never used.
    label : str, optional
        Name on figures; by default the cell's, or the file's without ending.
    options : ReadOptions, optional
        What a table says nothing about: columns, delimiter, decimal mark, sign of the imaginary part, current. With
        any of them set the file is read as a table, whatever its content looks like.

    Returns
    -------
    Record

    Raises
    ------
    ReadError
        If there is no such file, it may not be read, is empty, of unknown kind or damaged beyond use.
    InputError
        If the area is not positive, or contradicts the cell's; or if options are given for a file that is no
        table.
    """
    path = Path(path)
    area = _area(cell, area_m2)
    if _attempt(path, path.is_dir):
        if not store.holds_parts(path):
            raise ReadError("this is a folder", where=str(path), advice="give a file in it")
        return _with_cell(store.load(path), cell, area, label)
    head = _head(path)
    if head.startswith(store.MAGIC) and not store.is_foreign(path):
        return _with_cell(store.load(path), cell, area, label)
    if options is not None:
        options = replace(options, area_m2=area)
    reader = _with_options(path, head, options)
    try:
        raw = reader.read(path, head)
    except ReadError as problem:
        raise problem.at(path.name) from problem.__cause__
    record = _stamp(raw, reader, path, label or "")
    record = _with_current(_with_cell(record, cell, area, label))
    return record.with_(findings=record.findings + checks.run(record))


def _with_options(path: Path, head: bytes, options: ReadOptions | None) -> Reader:
    """Return the reader for a file and for what a person says about it."""
    if options is None or not options.given:
        return choose(path, head)
    # A person who names columns or signs has a table, though its first line may look like a format's.
    for reader in all_readers():
        if isinstance(reader, TakesOptions) and (told := reader.with_options(options)).sniff(path, head):
            return told
    raise InputError(
        f"{', '.join(options.given)} can be given for tables of numbers only",
        where=path.name,
        advice="leave them out: the file says it itself, or is no table",
    )


def choose(path: Path, head: bytes) -> Reader:
    """Return the reader for a file with these first bytes: by content first, by ending second.

    Raises
    ------
    ReadError
        If none fits; it says what was looked for and what the file begins with.
    """
    readers = all_readers()
    for reader in readers:
        if reader.sniff(path, head):
            return reader
    stranger = next((s for s in _KNOWN_STRANGERS if head.startswith(s[0])), None)
    if stranger is None and (known := _KNOWN_ENDINGS.get(path.suffix.lower())):
        stranger = (b"", *known)
    for reader in readers:
        if path.suffix.lower() in reader.extensions and stranger is None:
            return reader
    raise _unknown(path, head, readers, stranger)


def _unknown(
    path: Path, head: bytes, readers: tuple[Reader, ...], stranger: tuple[bytes, str, str] | None
) -> ReadError:
    looked = ", ".join(r.name for r in readers)
    looks = f"looks like {stranger[1]}" if stranger else f"begins with {describe(head)}"
    return ReadError(
        f"unknown kind of file; it {looks}. Looked for {looked}, and a record that interlayer has stored",
        where=path.name,
        advice=(stranger[2] if stranger else "")
        or "export it in one of these formats; `interlayer list readers` says how each is recognised",
    )


def describe(head: bytes) -> str:
    """Say in words what a file begins with: its first line if it is text, else its first bytes."""
    start = head[:200]
    text = start.decode("utf-8", errors="replace").replace("\ufeff", "")
    strange = sum(c == "\ufffd" or (ord(c) < 32 and c not in "\t\r\n") for c in text)
    if strange > 0.1 * len(text):
        return f"bytes that are no text ({head[:8].hex(' ')})"
    line = next((ln.strip() for ln in text.splitlines() if ln.strip()), "")
    shown = line if len(line) <= 60 else line[:57] + "..."
    return f"the text '{shown}'" if shown else "blank lines only"


def _head(path: Path) -> bytes:
    def first_bytes() -> bytes:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)

    head = _attempt(path, first_bytes)
    if not head:
        raise ReadError("the file is empty", where=path.name)
    return head


def _attempt(path: Path, action: Callable[[], _T]) -> _T:
    """Run something that touches the file; say in words what the system objects to."""
    try:
        return action()
    except FileNotFoundError as problem:
        raise ReadError("no such file", where=str(path)) from problem
    except PermissionError as problem:
        raise ReadError(
            "may not be read: permission denied", where=path.name, advice="close it elsewhere or copy it"
        ) from problem
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the name
        reason = getattr(problem, "strerror", None) or "not a valid file name"
        raise ReadError(f"cannot be read: {reason}", where=path.name) from problem


def _stamp(raw: RawRecord, reader: Reader, path: Path, label: str) -> Record:
    def digest() -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return Record(
        table=raw.table,
        provenance=Provenance(
            kind="measured",
            file_name=path.name,
            sha256=_attempt(path, digest),
            reader=f"{reader.name} {reader.version}",
            version=__version__,
            started_unix_s=raw.started_unix_s,
            references=raw.references,
            extra=raw.extra,
        ),
        label=label or path.stem,
        events=raw.events,
        findings=raw.findings,
        complete=raw.complete,
    )


def _with_cell(record: Record, cell: CellLike | None, area: float | None, label: str | None) -> Record:
    changes: dict[str, Any] = {}
    if cell is not None:
        changes["cell"] = cell.record_dict()
        changes["label"] = cell.label or record.label
    if area is not None:
        changes["area_m2"] = area
    if label:
        changes["label"] = label
    return record.with_(**changes) if changes else record


def _with_current(record: Record) -> Record:
    """Make the current of a file that has a current density, if the area is known."""
    table = record.table
    if CURRENT_DENSITY not in table.columns or table[s.CURRENT].null_count() < len(table):
        return record
    if record.area_m2 is None:
        detail = 'the file has a current density; with --area "0.785 cm2" or --cell it becomes a current'
        return record.with_(findings=(*record.findings, Finding("current_needs_area", detail)))
    current = (table[CURRENT_DENSITY] * record.area_m2).alias(s.CURRENT)
    detail = f"the current is the file's current density times {record.area_m2 * 1e4:.4g} cm2"
    findings = (*record.findings, Finding("current_from_density", detail, "note"))
    return record.with_(table=table.with_columns(current), findings=findings)


def _area(cell: CellLike | None, area_m2: float | None) -> float | None:
    of_cell = None if cell is None else cell.current_area
    if area_m2 is None:
        return of_cell
    if not (math.isfinite(area_m2) and area_m2 > 0):
        raise InputError(f"area = {area_m2:g} m2 is not a positive number", advice='write area = "0.785 cm2"')
    if of_cell is not None and not math.isclose(of_cell, area_m2, rel_tol=1e-3):
        raise InputError(
            f"two areas: {of_cell * 1e4:.4g} cm2 in the cell's description, {area_m2 * 1e4:.4g} cm2 given",
            advice="give one of them",
        )
    return area_m2
