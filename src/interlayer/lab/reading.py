"""Read many files: those that changed in several processes, all others from the cache. No file stops another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Final, Protocol

from interlayer.errors import InterlayerError, ReadError
from interlayer.lab.cache import RecordCache
from interlayer.lab.read_one import read_into
from interlayer.processors import cores
from interlayer.readers import ReadOptions
from interlayer.record.record import Record

TOGETHER_BYTES: Final = 32 * 1024**2
"""Less than this is read in this process: starting another takes longer."""
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


class Report(Protocol):
    """Told the fraction done and what is being done."""

    def __call__(self, fraction: float, message: str = "") -> None:
        """Tell how far it is."""
        ...


def silent(fraction: float, message: str = "") -> None:
    """Tell nobody."""


def partly(report: Report, share: float) -> Report:
    """Return what to tell of a part of the whole work."""

    def told(fraction: float, message: str = "") -> None:
        report(share * fraction, message)

    return told


class FileReader:
    """Reads files through the cache and counts which it had to read.

    Parameters
    ----------
    cache : RecordCache, optional
        By default that of the user; a temporary one if it cannot be written to.
    processes : int, optional
        How many read at once; by default one a core, or this process alone where there is little to read.
    """

    def __init__(self, cache: RecordCache | None = None, processes: int | None = None) -> None:
        cache = RecordCache() if cache is None else cache
        if not cache.usable():
            folder = tempfile.mkdtemp(prefix="interlayer-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            cache = RecordCache(Path(folder))
        self.cache = cache
        self.processes = processes
        self.fresh: list[Path] = []
        """Files that were read and not taken from the cache, in the order in which they were done."""
        self._failed: dict[Path, InterlayerError] = {}

    def prepare(self, paths: Sequence[Path], report: Report = silent) -> None:
        """Read those of the files that have no entry in the cache, in several processes if it is worth it."""
        waiting = [path for path in dict.fromkeys(paths) if not self.cache.holds(path)]
        size = sum(_size(path) for path in waiting)
        workers = min(self.processes or cores(), len(waiting))
        if self.processes is None and size < TOGETHER_BYTES:
            workers = 1
        answers = self._here(waiting) if workers <= 1 else self._beside(waiting, workers)
        self._note(answers, len(waiting), size, report)
        if waiting:
            self.cache.forget_oldest()

    def _note(
        self,
        answers: Iterator[tuple[Path, InterlayerError | None]],
        count: int = 1,
        size: int = 0,
        report: Report = silent,
    ) -> None:
        """Remember which files were read, and why others could not be."""
        done = 0.0
        for number, (path, error) in enumerate(answers, start=1):
            self.fresh.append(path)
            if error is not None:
                self._failed[path] = error
            done += _size(path)
            report(min(done / size, 1.0) if size else 1.0, f"read {path.name}, {number} of {count}")

    def record(self, path: Path) -> Record:
        """Return the record of a file, as it is without anything that is said about the cell.

        Raises
        ------
        ReadError
            If it cannot be read.
        """
        if (known := self._failed.get(path)) is not None:
            raise known
        found = self.cache.load(path)
        if found is None:
            # Also where the entry is damaged.
            self._note(self._here([path]))
            if (known := self._failed.get(path)) is not None:
                raise known
            found = self.cache.load(path)
        if found is None:  # it changes faster than it is read
            raise ReadError("changes while it is read", where=path.name, advice="copy it, and give the copy")
        return found

    def record_as(self, path: Path, options: ReadOptions) -> Record:
        """Return the record of a table of numbers, read as a person says.

        Raises
        ------
        ReadError, InputError
            If it cannot be read, or not so.
        """
        said = repr(options)
        found = self.cache.load(path, said)
        if found is None:
            self.fresh.append(path)
            read_into(self.cache, path, options, said)
            found = self.cache.load(path, said)
        if found is None:
            raise ReadError("changes while it is read", where=path.name, advice="copy it, and give the copy")
        return found

    def _here(self, paths: Sequence[Path]) -> Iterator[tuple[Path, InterlayerError | None]]:
        for path in paths:
            try:
                read_into(self.cache, path)
            except InterlayerError as error:
                yield path, error
            else:
                yield path, None

    def _beside(self, paths: Sequence[Path], workers: int) -> Iterator[tuple[Path, InterlayerError | None]]:
        """One process a worker; largest files first, so that none is left alone at the end."""
        ordered = sorted(paths, key=_size, reverse=True)
        with ThreadPoolExecutor(workers) as pool:
            crew = [_Worker(self.cache.folder) for _ in range(workers)]
            free = list(crew)

            def read(path: Path) -> tuple[Path, InterlayerError | None]:
                worker = free.pop()
                try:
                    return path, worker.read(path)
                finally:
                    free.append(worker)

            try:
                for future in as_completed([pool.submit(read, path) for path in ordered]):
                    yield future.result()
            finally:
                pool.shutdown(cancel_futures=True)
                for worker in crew:
                    worker.end()


class _Worker:
    """A process that reads one file after the other; replaced if a file brings it down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def read(self, path: Path) -> InterlayerError | None:
        """Let it read one file; return why it cannot be read, or None."""
        process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps({"path": str(path)}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            self.end()
            return ReadError(
                "brought the program that reads it down",
                where=path.name,
                advice="please report it with the file, and leave the file out meanwhile",
            )
        error = json.loads(line).get("error")
        return None if error is None else ReadError(error[1], where=error[2], advice=error[3])

    def _start(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "interlayer.lab.read_one", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | dict.fromkeys(_ONE_THREAD, "1"),
        )
        return self.process

    def end(self) -> None:
        """Let it go."""
        process, self.process = self.process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
