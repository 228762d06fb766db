"""Shared fixtures: where real instrument files are, if they are."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

# Tests compile much and compute little: machine code that is less optimised, of the same program, is there in half the
# time. XLA ends the process at a flag that it does not know, so these are for the version they were tried with.
FLAGS = "--xla_backend_optimization_level=0"
if version("jaxlib").startswith("0.10."):
    FLAGS += " --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {FLAGS}".strip()

# One thread a process for linear algebra, before NumPy is loaded: the matrices are small, and the threads of several
# workers wait for one another on busy cores (circuits/test_validation.py: 17 s of processor time instead of 240).
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# Collecting makes objects that stay, and so does tracing: searching them for garbage again and again finds none.
gc.disable()

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real instrument files; tests that need it are skipped, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("shared data absent")
    return SHARED


def pytest_collection_finish() -> None:
    """From here on garbage is searched for, among what the tests make."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


MOST_MAPPINGS = 30_000
"""Linux gives a process 65530 mappings of memory; every compiled program takes some; without any left it aborts."""


@pytest.fixture(autouse=True, scope="module")
def few_compiled_programs() -> Iterator[None]:
    """Forget compiled programs between modules before a long run of tests meets the system's limit."""
    yield
    jax = sys.modules.get("jax")
    mappings = Path("/proc/self/maps")
    if jax is not None and mappings.exists() and mappings.read_bytes().count(b"\n") > MOST_MAPPINGS:
        jax.clear_caches()
        gc.collect()
