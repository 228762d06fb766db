"""A sweep on a Dask cluster of two processes, one of them killed in the middle; and what is said without a cluster."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time

import pytest

from interlayer.errors import InputError
from interlayer.sweep import Plan, run, table
from interlayer.sweep.cluster import ClusterCrew
from interlayer.sweep.crews import crew_of
from interlayer.sweep.here import HereCrew
from tests.sweep.plans import altered

# Dask leaves sockets and event loops to the collector; those are its own affair.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


def test_without_dask_the_message_says_how_to_get_it(monkeypatch):
    def missing(name: str):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InputError, match=r"not installed.*interlayer\[cluster\]"):
        crew_of("tcp://127.0.0.1:8786")


def test_a_scheduler_that_does_not_answer(monkeypatch):
    pytest.importorskip("distributed", reason="extra [cluster] is not installed")
    monkeypatch.setattr("interlayer.sweep.cluster.WAIT_S", 0.2)
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        list(ClusterCrew("tcp://127.0.0.1:9")([]))


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_two_workers_one_killed_in_the_middle(tmp_path):
    distributed = pytest.importorskip("distributed", reason="extra [cluster] is not installed")
    plan = Plan.from_text(altered("steps = 5", "steps = 20"))  # 10 chunks
    run(plan, tmp_path / "here", HereCrew())
    folder = tmp_path / "cluster"
    killed: list[int] = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = list(client.run(os.getpid).values())

        def kill_one() -> None:
            while not (folder / "chunks").is_dir():
                time.sleep(0.005)
            os.kill(workers[0], signal.SIGKILL)
            killed.append(len(list((folder / "chunks").glob("*.parquet"))))

        killer = threading.Thread(target=kill_one, daemon=True)
        killer.start()
        client.write_scheduler_file(str(tmp_path / "scheduler.json"))
        assert crew_of(cluster.scheduler_address).workers == 2
        done = run(plan, folder, crew_of(str(tmp_path / "scheduler.json")))
        killer.join(10)
    assert killed, "nobody was killed"
    assert killed[0] < done.chunks, "the kill came too late"
    assert done.failed == 0
    assert table(folder).equals(table(tmp_path / "here"))
