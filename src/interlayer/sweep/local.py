"""Processes of this machine, one a core."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from typing import Any, Final

from interlayer.errors import InputError
from interlayer.processors import cores
from interlayer.sweep.chunk import Done, Task, given_up
from interlayer.sweep.one_thread import environment

TRIES: Final = 3
"""How often a chunk is given to a worker before its points count as failed."""


class LocalCrew:
    """Worker processes of this machine.

    Parameters
    ----------
    workers : int, optional
        How many; the cores that this process may use if not given.
    command : sequence of str
        What a worker is; for tests.

    Raises
    ------
    InputError
        For less than one.
    """

    def __init__(self, workers: int | None = None, command: Sequence[str] = ()) -> None:
        if workers is not None and workers < 1:
            raise InputError(f"{workers} workers cannot do anything", advice="write --workers 2")
        self.workers = workers or cores()
        self.command = tuple(command) or (sys.executable, "-m", "interlayer.sweep.worker")

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Compute all chunks; a worker that dies is replaced, and its chunk tried again."""
        replies: SimpleQueue[tuple[_Worker, str]] = SimpleQueue()
        waiting = list(reversed(tasks))
        tries: dict[str, int] = {}
        busy: set[_Worker] = set()
        try:
            while waiting or busy:
                while waiting and len(busy) < self.workers:
                    worker = _Worker(self.command, replies)
                    busy.add(worker)
                    worker.give(waiting.pop())
                worker, line = replies.get()
                if worker not in busy:  # it was let go, and now it is gone
                    continue
                task = worker.task
                assert task is not None  # a worker speaks only when it was asked
                if line:
                    yield _read(line, task)
                    if waiting:
                        worker.give(waiting.pop())
                    else:
                        busy.discard(worker)
                        worker.end()
                    continue
                busy.discard(worker)
                worker.end()
                tries[task["name"]] = tries.get(task["name"], 0) + 1
                if tries[task["name"]] < TRIES:
                    waiting.append(task)
                else:
                    yield given_up(task, f"its process ended {TRIES} times ({worker.how_ended()})")
        finally:
            for worker in busy:
                worker.end()


def _read(line: str, task: Task) -> Done:
    found: dict[str, Any] = json.loads(line)
    if "error" in found:
        return given_up(task, found["error"])
    found["data"] = base64.b64decode(found["data"])
    return Done(**found)


class _Worker:
    """One process and the thread that listens to it."""

    def __init__(self, command: Sequence[str], replies: SimpleQueue[tuple[_Worker, str]]) -> None:
        self.task: Task | None = None
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | environment(),
        )
        self.replies = replies
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def give(self, task: Task) -> None:
        """Hand over a chunk; if the process is gone, its listener says so."""
        self.task = task
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.replies.put((self, line))
        self.replies.put((self, ""))

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.process.wait()
        self.listener.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def how_ended(self) -> str:
        """Say how it ended."""
        code = self.process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"
