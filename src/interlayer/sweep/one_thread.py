"""One process a core: a worker computes with one thread, or workers would take turns on each other's cores."""

from __future__ import annotations

import os
import sys
from typing import Final

COUNTS: Final = (
    "NPROC",
    "PJRT_NPROC",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "POLARS_MAX_THREADS",
)
"""The first two are what XLA makes its pool of threads by. Its flags of the same purpose leave the pool as it is, and
would make other compiled code of the same program."""


def environment() -> dict[str, str]:
    """Variables that hold XLA, BLAS and Polars to one thread; they must stand before those are loaded."""
    return dict.fromkeys(COUNTS, "1")


def hold_to_one_thread() -> bool:
    """Set them in this process; whether that was in time, before JAX was loaded."""
    os.environ.update(environment())
    return "jax" not in sys.modules
