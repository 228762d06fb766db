"""Shared fixtures: where real instrument files are, if they are."""

from __future__ import annotations

import os
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
