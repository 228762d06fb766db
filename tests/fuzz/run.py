"""Many mutants through all readers, in workers that can be killed."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz import corpus
from tests.fuzz.worker_limits import GRACE_S

BAD = ("silently wrong", "traceback", "hang", "memory", "killed")


@dataclass
class Outcome:
    """What became of the mutants.

    Attributes
    ----------
    counts : Counter
        By outcome.
    slowest_s : float
    bad : list of (file, seed, mutation, outcome, detail)
    """

    counts: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    bad: list[tuple[str, int, str, str, str]] = field(default_factory=list)


def run(folder: Path, mutants: int, *, first_seed: int = 0, workers: int = 2, tell: bool = False) -> Outcome:
    """Read that many mutants of the corpus, spread evenly over its files."""
    result = Outcome()
    shares = [(k, list(range(first_seed + k, first_seed + mutants, workers))) for k in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        for part in pool.map(lambda share: _share(folder / f"worker-{share[0]}", share[1], tell), shares):
            result.counts += part.counts
            result.bad += part.bad
            result.slowest_s = max(result.slowest_s, part.slowest_s)
    return result


def _share(folder: Path, seeds: list[int], tell: bool) -> Outcome:
    files = corpus.write(folder)
    result = Outcome()
    worker = _start()
    began = time.monotonic()
    for number, seed in enumerate(seeds):
        path = files[seed % len(files)]
        answer = _ask(worker, path, seed)
        if answer is None:
            worker.kill()
            _close(worker)
            worker = _start()
            answer = ["killed", "", GRACE_S, "no answer"]
        outcome, mutation, seconds, detail = answer
        result.counts[outcome] += 1
        result.slowest_s = max(result.slowest_s, seconds)
        if outcome in BAD:
            result.bad.append((path.name, seed, mutation, outcome, detail))
        if tell and number % 500 == 499:
            left = (time.monotonic() - began) / (number + 1) * (len(seeds) - number - 1)
            print(f"{number + 1} of {len(seeds)}, about {left:.0f} s left", file=sys.stderr, flush=True)
    _close(worker)
    return result


def _close(worker: subprocess.Popen[bytes]) -> None:
    """Let a worker end, and close what leads to it."""
    if worker.stdin:
        with suppress(BrokenPipeError):
            worker.stdin.close()
    worker.wait()
    if worker.stdout:
        worker.stdout.close()


def _start() -> subprocess.Popen[bytes]:
    quiet = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=quiet,
    )


def _ask(worker: subprocess.Popen[bytes], path: Path, seed: int) -> list | None:
    if worker.stdin is None or worker.stdout is None:
        return None
    try:
        worker.stdin.write(f"{path} {seed}\n".encode())
        worker.stdin.flush()
    except BrokenPipeError:
        return None
    ready, _, _ = select.select([worker.stdout], [], [], GRACE_S)
    line = worker.stdout.readline() if ready else b""
    return json.loads(line) if line.strip() else None
