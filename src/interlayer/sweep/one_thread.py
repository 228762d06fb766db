"""One process a core: a worker computes with one thread, or workers would take turns on each other's cores."""

from __future__ import annotations

import os
import sys
from typing import Final

FLAGS: Final = ("--xla_cpu_multi_thread_eigen=false", "intra_op_parallelism_threads=1")
COUNTS: Final = (
    "NPROC",
    "PJRT_NPROC",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


def environment() -> dict[str, str]:
    """Variables that hold XLA, BLAS and Polars to one thread; they must stand before those are loaded."""
    flags = os.environ.get("XLA_FLAGS", "").split()
    flags += [flag for flag in FLAGS if flag.partition("=")[0] not in [f.partition("=")[0] for f in flags]]
    return {"XLA_FLAGS": " ".join(flags), **dict.fromkeys(COUNTS, "1")}


def hold_to_one_thread() -> bool:
    """Set them in this process; whether that was in time, before JAX was loaded."""
    os.environ.update(environment())
    return "jax" not in sys.modules
