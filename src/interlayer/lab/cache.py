"""Records of instrument files, kept as Parquet so that a file is read again only when it has changed.

They lie in the user's cache folder and not beside the data: a laboratory's folder is often shared, synchronised or
read-only. The folder may be deleted at any time. An entry belongs to one path; it counts as long as the file has
the same size and time of change (or, if only that time differs, the same SHA-256) and the same readers look at it.
No private data are kept: they are left out as in any stored record.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from interlayer.errors import InterlayerError, ReadError
from interlayer.lab.found_files import RECORDS_MARK
from interlayer.readers.registry import all_readers
from interlayer.record import store
from interlayer.record.record import Record
from interlayer.record.schema import SCHEMA_VERSION
from interlayer.report.atomic import write_text
from interlayer.user_cache import user_cache
from interlayer.version import __version__

LARGEST_BYTES: Final = 2 * 1024**3
"""Beyond this the entries that were not used for longest are forgotten."""
_LAYOUT: Final = "1"


@dataclass(frozen=True)
class Stamp:
    """What tells a file from a changed one."""

    size: int
    changed_ns: int
    sha256: str

    def same(self, path: Path) -> bool:
        """Whether the file is still that one: by size and time, else by content."""
        found = path.stat()
        if found.st_size != self.size:
            return False
        return found.st_mtime_ns == self.changed_ns or sha256_of(path) == self.sha256


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def readers_mark() -> str:
    """Short text that changes with the version of any reader, of the schema or of this package."""
    readers = [f"{reader.name} {reader.version}" for reader in all_readers()]
    text = "\n".join([_LAYOUT, SCHEMA_VERSION, __version__, *readers])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class RecordCache:
    """Kept records of files.

    Parameters
    ----------
    folder : Path, optional
        By default 'records' in the user's cache folder (`$INTERLAYER_CACHE` names another).
    largest_bytes : int
        Size beyond which the entries that were not used for longest are forgotten.
    """

    def __init__(self, folder: Path | None = None, largest_bytes: int = LARGEST_BYTES) -> None:
        self.folder = user_cache("records") if folder is None else folder
        self.largest_bytes = largest_bytes

    def usable(self) -> bool:
        """Make the folder; False if that cannot be done."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Wherever it lies, nobody takes it for measurements.
            (self.folder / RECORDS_MARK).touch()
        except OSError:
            return False
        return os.access(self.folder, os.W_OK)

    def holds(self, path: Path, said: str = "") -> bool:
        """Whether the file, as it is now, has an entry that looks sound; `said`: how it is read if not by default."""
        facts = self._facts(path, said)
        if facts is None:
            return False
        return "error" in facts or self._table(path, said).is_file()

    def load(self, path: Path, said: str = "") -> Record | None:
        """Return the record of a file, None if there is no sound entry for the file as it is now.

        Raises
        ------
        ReadError
            If what is kept is that the file cannot be read.
        """
        facts = self._facts(path, said)
        if facts is None:
            return None
        if (error := facts.get("error")) is not None:
            raise ReadError(str(error["what"]), where=str(error["where"]), advice=str(error["advice"]))
        try:
            record = store.load(self._table(path, said))
        except (InterlayerError, OSError):  # a damaged entry is no entry
            return None
        for kept in (self._table(path, said), self._note(path, said)):
            with contextlib.suppress(OSError):
                os.utime(kept)
        return record

    def keep(self, path: Path, stamp: Stamp, record: Record, said: str = "") -> None:
        """Keep the record of a file.

        Raises
        ------
        OutputError
            If the folder cannot be written to.
        """
        store.save(record, self._table(path, said), overwrite=True)
        self._write(path, stamp, None, said)

    def keep_failure(self, path: Path, stamp: Stamp, error: InterlayerError) -> None:
        """Keep that a file cannot be read, and why. Raises OutputError."""
        self._write(path, stamp, error)

    def forget_oldest(self) -> None:
        """Remove the entries that were not used for longest, down to the size limit; and left-overs of a crash."""
        with contextlib.suppress(OSError):
            files = [(f.stat().st_mtime, f.stat().st_size, f) for f in self._entries()]
            kept = 0
            for _, size, file in sorted(files, reverse=True):
                kept += size
                if kept > self.largest_bytes:
                    file.unlink(missing_ok=True)

    def _write(self, path: Path, stamp: Stamp, error: InterlayerError | None, said: str = "") -> None:
        facts: dict[str, Any] = {
            "readers": readers_mark(),
            "size": stamp.size,
            "changed_ns": stamp.changed_ns,
            "sha256": stamp.sha256,
        }
        if error is not None:
            facts["error"] = {"what": error.what, "where": error.where, "advice": error.advice}
        write_text(self._note(path, said), json.dumps(facts))

    def _facts(self, path: Path, said: str) -> dict[str, Any] | None:
        """What is kept about a file, if it still holds."""
        try:
            facts: Any = json.loads(self._note(path, said).read_text(encoding="utf-8"))
            stamp = Stamp(int(facts["size"]), int(facts["changed_ns"]), str(facts["sha256"]))
            if facts["readers"] != readers_mark() or not stamp.same(path):
                return None
            if (error := facts.get("error")) is not None:
                _ = (error["what"], error["where"], error["advice"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return facts

    def _entries(self) -> list[Path]:
        return [f for f in self.folder.iterdir() if f.is_file() and f.name != RECORDS_MARK]

    def _name(self, path: Path, said: str) -> str:
        text = f"{os.path.abspath(path)}\n{said}"  # noqa: PTH100  (without '..', symbolic links kept)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _table(self, path: Path, said: str = "") -> Path:
        return self.folder / f"{self._name(path, said)}.parquet"

    def _note(self, path: Path, said: str = "") -> Path:
        return self.folder / f"{self._name(path, said)}.json"
