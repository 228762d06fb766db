"""Reads mutants one after another, in a process with limits; tells its parent what became of each."""

from __future__ import annotations

import json
import signal
import sys
import time
import traceback
from pathlib import Path

from interlayer.errors import InterlayerError
from interlayer.readers import read
from tests.fuzz.judge import silently_wrong
from tests.fuzz.mutate import mutant
from tests.fuzz.worker_limits import MEMORY_BYTES, SECONDS


class TooLong(BaseException):
    """The time limit."""


def _alarm(signum: int, frame: object) -> None:
    raise TooLong


def _peak_bytes() -> int:
    """Largest memory of this process so far; what the system counts for a child begins with its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    (line,) = [x for x in status.read_text().splitlines() if x.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def main() -> None:
    """Serve: a line 'file number' in, a line of JSON out."""
    try:
        import resource

        signal.signal(signal.SIGALRM, _alarm)
    except (ImportError, AttributeError):  # a system without limits: the parent still kills a hang
        resource = None
    sound = {}
    for line in sys.stdin:
        path, seed = line.rstrip("\n").rsplit(" ", 1)
        source = Path(path)
        if path not in sound:
            sound[path] = read(source)
        name, data = mutant(source.read_bytes(), int(seed))
        target = source.with_name(f"mutant-{source.stem}{source.suffix}")
        target.write_bytes(data)
        began = time.perf_counter()
        outcome, detail = "read", ""
        if resource is not None:
            signal.alarm(SECONDS)
        try:
            record = read(target)
            detail = silently_wrong(name, record, sound[path])
            outcome = "silently wrong" if detail else "read"
        except InterlayerError as error:
            outcome = "refused"
            detail = "" if str(error).strip() else "no message"
        except TooLong:
            outcome = "hang"
        except BaseException:
            outcome, detail = "traceback", traceback.format_exc()
        finally:
            if resource is not None:
                signal.alarm(0)
        peak = _peak_bytes()
        if peak > MEMORY_BYTES:
            outcome, detail = "memory", f"{peak / 2**30:.2f} GiB"
        answer = [outcome, name, round(time.perf_counter() - began, 3), detail]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
