"""The reference in PyBaMM, where the extra [pybamm] is installed."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    """Module `pybamm_model`, which switches telemetry off before it imports PyBaMM."""
    if importlib.util.find_spec("pybamm") is None:
        pytest.skip("pybamm absent")
    return importlib.import_module("benchmarks.pybamm_model")
