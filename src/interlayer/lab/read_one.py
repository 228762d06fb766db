"""Read one file into the cache. As a program: paths come in as lines of JSON, an answer to each goes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from interlayer.errors import InterlayerError, OutputError, ReadError
from interlayer.lab.cache import RecordCache, Stamp, sha256_of
from interlayer.readers import ReadOptions, read


def read_into(cache: RecordCache, path: Path, options: ReadOptions | None = None, said: str = "") -> None:
    """Read a file and keep its record, or why it cannot be read; `said` names the options in the cache.

    Raises
    ------
    ReadError
        If it cannot be read; kept unless the system was in the way.
    OutputError
        If nothing can be kept.
    """
    try:
        before = path.stat()
        stamp = Stamp(before.st_size, before.st_mtime_ns, sha256_of(path))
        record = read(path, options=options, area_m2=None if options is None else options.area_m2)
    except OSError as problem:
        what = (
            "no such file"
            if isinstance(problem, FileNotFoundError)
            else f"cannot be read: {problem.strerror}"
        )
        raise ReadError(what, where=path.name) from problem
    except InterlayerError as error:
        if not isinstance(error.__cause__, OSError) and not said:
            cache.keep_failure(path, stamp, error)  # pyright: ignore[reportPossiblyUnboundVariable]
        raise
    except Exception as problem:
        # One file never stops the others, whatever a reader makes of it.
        raise ReadError(
            f"the reader failed ({type(problem).__name__}: {' '.join(str(problem).split())[:120]})",
            where=path.name,
            advice="please report it with the file, and leave the file out meanwhile",
        ) from problem
    # A file that grew meanwhile has another size by now, and is read again next time.
    if options is not None:
        # The area was needed for the current alone; whoever joins the files knows it.
        record = record.with_(area_m2=None)
    cache.keep(path, stamp, record, said)


def main() -> None:
    """Answer each line {"path": ...} with {} or {"error": [class, what, where, advice]}."""
    cache = RecordCache(Path(sys.argv[1]))
    for line in sys.stdin:
        answer: dict[str, list[str]] = {}
        path = Path(json.loads(line)["path"])
        try:
            read_into(cache, path)
        except InterlayerError as error:
            kind = "output" if isinstance(error, OutputError) else "read"
            answer = {"error": [kind, error.what, error.where, error.advice]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
