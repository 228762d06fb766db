"""Shared fixtures: where real instrument files are, if they are."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Tests compile much and compute little: unoptimised machine code of the same program is there a quarter sooner.
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_backend_optimization_level=0".strip()

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real instrument files; tests that need it are skipped, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("shared data absent")
    return SHARED


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
