"""SIGKILL at random moments, then once more: no finished chunk is lost, none is computed twice, none is damaged."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from interlayer.sweep import Plan, run, table
from interlayer.sweep.here import HereCrew
from tests.sweep.plans import SMALL, altered

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
TOY = Path(__file__).with_name("toy_sweep.py")


def finished(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Chunks that are there under their names, with time and content."""
    there = (folder / "chunks").glob("*.parquet") if (folder / "chunks").is_dir() else ()
    return {f.stem: (f.stat().st_mtime_ns, f.read_bytes()) for f in there}


def killed_at(words: list[str], folder: Path, chunks: int, delay: float) -> bool:
    """Start a sweep, kill it some time after it has so many chunks; whether it was still running."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and len(finished_names(folder)) < chunks:
            time.sleep(0.001)
        time.sleep(delay)
        alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
    return alive


def finished_names(folder: Path) -> list[str]:
    try:
        return [n for n in os.listdir(folder / "chunks") if n.endswith(".parquet")]  # noqa: PTH208
    except OSError:
        return []


def test_the_machinery_survives_kills(tmp_path):
    """Real plan, store, processes and pipes; toy numbers, as a start with JAX takes seconds."""
    plan = tmp_path / "plan.toml"
    plan.write_text(SMALL.replace("steps = 5", "steps = 120"))  # 60 chunks
    folder, log = tmp_path / "out", tmp_path / "log"
    words = [sys.executable, str(TOY), str(plan), str(folder), str(log), "0.01"]
    dice = random.Random(4)
    was: dict[str, tuple[int, bytes]] = {}
    begun: list[str] = []
    for chunks in (1, 20, 40):
        assert killed_at(words, folder, chunks, dice.uniform(0.0, 0.03))
        now = finished(folder)
        assert was.items() <= now.items(), "a finished chunk was lost or written again"
        began = log.read_text().split()[len(begun) :]
        assert not set(began) & set(was), "a finished chunk was begun again"
        assert len(set(began) - set(now)) <= 2 * 2, "more than the chunks under way was lost"
        for name in now:
            assert len(pl.read_parquet(folder / "chunks" / f"{name}.parquet")) == 4
        was, begun = now, log.read_text().split()
    subprocess.run(words, check=True)
    found = table(folder)
    assert found["point"].to_list() == list(range(240))
    assert found["notes"].unique().to_list() == ["x" * 2000]
    assert was.items() <= finished(folder).items()


@pytest.mark.slow
def test_twenty_kills_of_the_command(tmp_path):
    """The whole command with its physics, killed at random moments of its life, start and compilation included."""
    text = altered("steps = 5", "steps = 300")
    chunks = 150
    plan = tmp_path / "plan.toml"
    plan.write_text(text)
    folder = tmp_path / "out"
    words = [sys.executable, "-m", "interlayer", "sweep", str(plan), "-o", str(folder)]
    dice = random.Random(20)
    was: dict[str, tuple[int, bytes]] = {}
    for kill in range(20):
        # Half of them at any moment from the start of the process on, half shortly after a chunk was written.
        more, delay = (
            (0, dice.uniform(0.0, 10.0)) if kill % 2 else (dice.randint(1, 3), dice.uniform(0.0, 0.4))
        )
        assert killed_at(words, folder, len(was) + more, delay), "the sweep was over too soon"
        now = finished(folder)
        assert was.items() <= now.items(), "a finished chunk was lost or written again"
        for name in set(now) - set(was):
            assert len(pl.read_parquet(folder / "chunks" / f"{name}.parquet")) == 4
        was = now
    assert 10 < len(was) < chunks
    subprocess.run(words, check=True, capture_output=True)
    assert was.items() <= finished(folder).items()
    run(Plan.from_text(text), tmp_path / "whole", HereCrew())
    assert table(folder).equals(table(tmp_path / "whole"))
